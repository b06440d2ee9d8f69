"""The page about deriving numbers does what it says."""

import re
from pathlib import Path

from tests.system.documents import python_blocks

PAGE = "docs/how-to/derive-while-you-scan.md"


def test_the_examples_of_the_page_run_as_written(tmp_path, monkeypatch, capsys, engines):
    text = Path(PAGE).read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in python_blocks(PAGE):
        exec(block, names)  # noqa: S102 - what a reader types
    engines(names["RE"])
    shown = capsys.readouterr().out
    for expected in re.findall(r"```text\n(.*?)```", text, re.DOTALL):
        assert expected in shown
