"""The page on spectra shows what happens."""

import pytest

from tests.conftest import end_engine
from tests.system.documents import run_page, text_blocks

PAGE = "docs/how-to/measure-spectra.md"


@pytest.fixture(scope="module")
def printed(instant_ioc):
    """What its examples print, run one after the other."""
    names, written = run_page(PAGE, {"BL:": instant_ioc.prefix})
    end_engine(names["RE"])
    for name in ("mca", "xmap", "fly"):
        names[name].destroy()
    return written.replace(instant_ioc.prefix, "BL:")


def test_what_it_shows_is_what_is_printed(printed):
    assert "".join(text_blocks(PAGE)) == printed
