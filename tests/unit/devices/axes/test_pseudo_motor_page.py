"""The page on pseudo motors shows what happens."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from tests.conftest import end_engine

PAGE = Path(__file__).parents[4] / "docs" / "how-to" / "write-a-pseudo-motor.md"


@pytest.fixture(scope="module")
def printed():
    """What its examples print, run one after the other."""
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    names = {}
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        for block in blocks:
            exec(block, names)  # noqa: S102 - our own page
    end_engine(names["RE"])
    return written.getvalue()


def test_every_example_runs(printed):
    assert printed


def test_the_sentences_it_shows_are_those_it_gives(printed):
    shown = re.findall(r"^```text\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    assert len(shown) == 2
    assert all(sentence.strip() in printed for sentence in shown)
