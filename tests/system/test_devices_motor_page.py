"""The page on axes shows what happens."""

import pytest

from devices.motors.motor_parameters import PARAMETERS
from tests.another_client import read_pv, write_pv
from tests.system.documents import ROOT, run_page, text_blocks

PAGE = "docs/how-to/set-up-an-axis.md"


@pytest.fixture(scope="module")
def printed(instant_ioc):
    """What its examples print, run one after the other."""
    kept = {field: read_pv(f"I:sample:y.{field}") for field in ("VELO", "ACCL", "BDST")}
    names, written = run_page(PAGE, {"BL:": instant_ioc.prefix})
    for name in ("y", "stage"):
        names[name].destroy()
    for field, value in kept.items():
        write_pv(f"I:sample:y.{field}", value)
    return written


def test_what_it_shows_is_what_is_printed(printed):
    assert "".join(text_blocks(PAGE)) == printed


def test_it_names_every_parameter():
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert [word for word in PARAMETERS if f"`{word}`" not in page] == []
