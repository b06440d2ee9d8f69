"""One list of names for plans, commands and the command line (PS-01)."""

from types import SimpleNamespace

import pytest

from blueline.errors import BluelineError
from blueline.mnemonics import Mnemonics

X = SimpleNamespace(name="x")
GAP, OFFSET = SimpleNamespace(name="hslit_gap"), SimpleNamespace(name="hslit_offset")
SLIT = SimpleNamespace(name="hslit", members={"gap": GAP, "offset": OFFSET})


@pytest.fixture
def names():
    return Mnemonics({"x": X, "hslit": SLIT}, {"sample": X})


@pytest.mark.parametrize(
    ("name", "device"),
    [("x", X), ("sample", X), ("hslit", SLIT), ("hslit_gap", GAP), ("hslit.offset", OFFSET)],
)
def test_a_device_has_its_name_aliases_and_a_member_two(names, name, device):
    assert names[name] is device


def test_all_names_are_listed_each_once(names):
    assert list(names) == ["x", "hslit", "sample", "hslit_gap", "hslit_offset"]
    assert len(names) == 5


def test_a_wrong_name_is_answered_with_the_one_that_was_meant(names):
    with pytest.raises(BluelineError, match="no device 'hslit_gab'; did you mean hslit_gap"):
        names["hslit_gab"]


def test_a_name_like_no_other_is_answered_with_all(names):
    with pytest.raises(KeyError, match="there are hslit, hslit_gap, hslit_offset, sample, x"):
        names["qqq"]


def test_a_device_of_the_name_goes_before_a_member():
    other = SimpleNamespace(name="hslit_gap")
    assert Mnemonics({"hslit": SLIT, "hslit_gap": other})["hslit_gap"] is other


def test_a_device_that_has_come_since_is_known():
    devices = {}
    names = Mnemonics(devices)
    devices["x"] = X
    assert names["x"] is X
