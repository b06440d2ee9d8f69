"""The page on spectra shows what happens."""

import contextlib
import io
import re

import pytest

from tests.conftest import end_engine
from tests.system.documents import ROOT, python_blocks

PAGE = "docs/how-to/measure-spectra.md"


@pytest.fixture(scope="module")
def printed(instant_ioc):
    """What its examples print, run one after the other."""
    names = {}
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        for block in python_blocks(PAGE):
            exec(block.replace("BL:", instant_ioc.prefix), names)  # noqa: S102 - our own page
    end_engine(names["RE"])
    for name in ("mca", "xmap", "fly"):
        names[name].destroy()
    return written.getvalue().replace(instant_ioc.prefix, "BL:")


def test_what_it_shows_is_what_is_printed(printed):
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    shown = re.findall(r"^```text\n(.*?)^```", page, re.M | re.S)
    assert "".join(shown) == printed
