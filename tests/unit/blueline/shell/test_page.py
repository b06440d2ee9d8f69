"""The how-to page of the prompt shows what can be typed."""

import re
from pathlib import Path

import pytest

import planlib
from blueline.shell import commands
from blueline.shell.help_pages import Help
from blueline.shell.helper import TypingHelper
from blueline.shell.typing import is_python
from blueline.shell.vocabulary import Vocabulary

PAGE = Path(__file__).parents[4] / "docs/how-to/type-at-the-prompt.md"
BLOCKS = re.findall(r"```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
LINES = [line for block in BLOCKS for line in block.splitlines() if not line.endswith("?")]


@pytest.fixture
def helper():
    ours = {command.name: command.function for command in commands.COMMANDS}
    names = {name: getattr(planlib, name) for name in planlib.__all__} | ours
    names["help_me"] = Help(Vocabulary({}))
    functions = {name: each for name, each in names.items() if not isinstance(each, type)}
    return TypingHelper(Vocabulary(names, functions), print)


@pytest.mark.parametrize("line", [line for line in LINES if line not in {"wa", "wm x y"}])
def test_every_line_of_the_page_becomes_python(helper, line):
    (read,) = helper([line])
    assert is_python(read)
    assert read != line


def test_the_page_has_lines():
    assert len(LINES) > 5
