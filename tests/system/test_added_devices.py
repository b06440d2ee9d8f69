"""A device that was made by hand becomes one of the session (PS-10)."""

import re

import pytest

from blueline.errors import BluelineError
from blueline.locks import DeviceLocks, LockedError
from devices import Motor
from planlib import ascan
from tests.system.printed import row
from tests.waiting import PATIENCE


@pytest.fixture(scope="module")
def gap(session, commands):
    """The gap of the undulator, which has no device yet."""
    made = Motor("I:und:gap", name="und_gap")
    commands["add_device"](made)
    return made


@pytest.fixture
def make():
    """Make motors that are gone after the test."""
    made = []

    def motor(channel, name):
        made.append(Motor(channel, name=name))
        return made[-1]

    yield motor
    for each in made:
        each.destroy()


def test_an_added_device_is_listed_and_its_name_can_be_typed(gap, commands, session, printed):
    commands["lsmot"]()
    assert row(printed(), "und_gap") == ["und_gap", "Motor", "ok", "I:und:gap"]
    assert session.namespace()["und_gap"] is session.mnemonics["und_gap"] is gap
    assert re.search(r"^und_gap +connected", repr(session.health), re.MULTILINE)


def test_an_added_device_is_scanned(gap, commands, session):
    start = commands["wmr"]("und_gap")
    session.RE(ascan(gap, start, start + 0.1, 2, 0.01))
    assert session.last_scan.start["motors"] == ["und_gap"]


def test_an_added_device_that_another_process_has_locked_stays_where_it_is(gap, session):
    gap.wait_for_connection(timeout=PATIENCE)
    before = gap.position
    theirs = DeviceLocks(session.state / "devices")
    theirs.lock("und_gap")
    try:
        with pytest.raises(LockedError, match="und_gap is locked by"):
            gap.set(before + 0.1)
    finally:
        theirs.close()
    assert gap.position == before


def test_an_added_device_that_does_not_answer_says_so(commands, session, make, printed):
    commands["add_device"](make("I:nobody", "nobody"))
    assert "nobody is not connected" in printed()
    commands["info"]("nobody")
    assert "nobody: Motor at I:nobody, not connected: " in printed()
    del session.devices["nobody"]


@pytest.mark.parametrize(
    ("channel", "name", "said"),
    [
        ("I:und:energy", "und_gap", "und_gap is a device already, Motor at I:und:gap"),
        ("I:und:gap", "other", "I:und:gap is und_gap already"),
        ("I:sample:x", "other", "I:sample:x is x already"),
        ("I:und:energy", "hslit_low", "hslit_low is a device already"),
        ("I:und:energy", "umv", "umv is a command of the prompt"),
        ("I:und:energy", "my gap", "'my gap' cannot be typed"),
    ],
)
def test_a_device_that_is_there_already_is_refused(gap, session, make, channel, name, said):
    before = dict(session.devices)
    with pytest.raises(BluelineError, match=re.escape(said)):
        session.add(make(channel, name))
    assert session.devices == before


def test_what_is_no_device_is_refused(session):
    with pytest.raises(BluelineError, match="is no device"):
        session.add("und_gap")


def test_a_device_may_share_its_channels_where_that_is_meant(gap, session, make):
    twin = make("I:und:gap", "und_twin")
    assert session.add(twin, shares_channels=True) is session.devices["und_twin"]
    del session.devices["und_twin"]
