"""The how-to pages on data sets, positions and named scans, typed as written in one session."""

import re

import pytest

from tests.system.documents import ROOT, python_blocks

pytestmark = pytest.mark.timeout(120)

PAGES = ("save-positions", "name-a-scan", "organise-data")


@pytest.fixture(scope="module")
def session(session):
    session.RE(session.namespace()["bps"].mv(session.devices["shutter"], "open"))
    return session


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_shows_runs_as_written(session, page):
    names = session.namespace()
    names["print"] = lambda *_: None
    for block in python_blocks(f"docs/how-to/{page}.md"):
        exec(block, names)  # noqa: S102 - code of ours


def test_the_layouts_of_the_page_are_those_there_are():
    from blueline.data_policy import LAYOUTS

    text = (ROOT / "docs/how-to/organise-data.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| `([A-Z]+)`", text, re.MULTILINE)
    assert [name.lower() for name in shown] == list(LAYOUTS)


@pytest.mark.parametrize("page", ["save-positions", "name-a-scan"])
def test_the_commands_of_a_page_are_those_of_the_prompt(session, page):
    from blueline.shell.commands import make_commands

    text = (ROOT / f"docs/how-to/{page}.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```text\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    typed = set(re.findall(r"^(?:RE\()?(\w+)", block, re.MULTILINE))
    assert typed <= set(make_commands(session))
