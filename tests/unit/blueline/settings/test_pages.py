"""The pages on settings and locks show what happens."""

import contextlib
import io
import re
from pathlib import Path

import pytest

HOW_TO = Path(__file__).parents[4] / "docs" / "how-to"


@pytest.mark.parametrize(
    ("page", "sentences"), [("keep-settings.md", 0), ("share-a-beamline.md", 1)], ids=str
)
def test_every_example_prints_what_the_page_shows(page, sentences, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (HOW_TO / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```(python|text)\n(.*?)^```", text, re.M | re.S)
    names, printed, shown = {}, "", ""
    for number, (kind, block) in enumerate(blocks):
        if kind == "text":
            shown += block if number >= sentences else ""
            continue
        written = io.StringIO()
        with contextlib.redirect_stdout(written):
            exec(block, names)  # noqa: S102 - our own page
        printed += written.getvalue()
    assert printed == shown
