"""The page on checks shows what happens."""

import contextlib
import io
import re

from tests.conftest import end_engine
from tests.system.documents import ROOT, python_blocks

PAGE = "docs/how-to/check-before-you-scan.md"


def test_the_examples_run_and_print_what_is_shown():
    names = {}
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        for block in python_blocks(PAGE):
            exec(block, names)  # noqa: S102 - our own page
    end_engine(names["RE"])
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    shown = re.findall(r"^```text\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert shown[2].strip() in written.getvalue()
