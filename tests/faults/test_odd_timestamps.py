"""T3: times that are zero, in the past or in the future are recorded, told of, and fool nobody.

A device must prove what it gives by asking the server where times cannot prove anything.
"""

import contextlib
import time

import bluesky.plans as bp
import pytest

from blueline.engine import Engine
from devices.errors import DeviceError, MoveError
from planlib.context import NoSession
from reduction.counting import CountPolicy
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, wait_until

HOUR = 3600.0
#: What the time of the EPICS records without one is in seconds since 1970.
ZERO = 631_152_000.0
POINTS = [0.1, 0.2, 0.1, 0.1, 0.0]
#: Far above what five moves of a tenth of a millimetre and as many short counts take.
DEADLINE = 15.0


class Told(NoSession):
    """A session that remembers what was shown."""

    def __init__(self):
        super().__init__()
        self.sentences = []

    def tell(self, sentence):
        self.sentences.append(sentence)


@pytest.fixture(
    params=[("stamp", HOUR), ("stamp", -HOUR), ("unstamped", 1)], ids=["future", "past", "zero"]
)
def odd(request):
    """A fault of the times, and how strong it is."""
    return request.param


@pytest.fixture
def session():
    return Told()


@pytest.fixture
def ours(devices, engines, session):
    return engines(Engine(session))


@pytest.fixture
def rows(ours):
    """The events."""
    found = []
    ours.subscribe(lambda name, doc: name == "event" and found.append(doc))
    return found


@pytest.fixture
def scaler(devices):
    """It has counted: the first count of an IOC waits, maybe for seconds, for tables to be read."""
    made = devices["scaler"]
    made.prepare(CountPolicy(seconds=0.1)).wait(PATIENCE)

    def counts():
        with contextlib.suppress(DeviceError):
            made.trigger().wait(PATIENCE)
            return True
        return False

    wait_until("the IOC counts", counts, 30)
    return made


@contextlib.contextmanager
def soon():
    began = time.monotonic()
    yield
    assert time.monotonic() - began < DEADLINE


def expected(odd, now):
    name, value = odd
    return ZERO if name == "unstamped" else now + value


@pytest.mark.parametrize("monitors", ["prompt", "late", "mute"])
def test_every_point_has_the_readback_of_its_own_move(inject, x, ours, rows, odd, monitors):
    inject("sample:x", *odd)
    if monitors != "prompt":
        inject("sample:x", monitors, 0.05 if monitors == "late" else 1)
    with soon():
        ours(bp.list_scan([], x, POINTS))
    assert [(doc["data"]["x"], doc["data"]["x_setpoint"]) for doc in rows] == [
        (point, point) for point in POINTS
    ]


def test_every_point_has_the_counts_of_its_own_count(inject, scaler, ours, rows, odd):
    inject("scaler1", *odd)
    with soon():
        ours(bp.count([scaler], 3))
    assert [doc["data"]["seconds"] for doc in rows] == pytest.approx([0.1] * 3, abs=0.01)
    counted = [doc["data"]["I0"] for doc in rows]
    assert all(counted)
    assert counted[-1] == read_pv("X:scaler1.S2")


def test_odd_times_are_recorded_as_they_are_and_told_of_once(
    inject, scaler, ours, rows, session, odd
):
    inject("scaler1", *odd)
    ours(bp.count([scaler], 3))
    for doc in rows:
        when = expected(odd, doc["time"])
        assert list(doc["timestamps"].values()) == pytest.approx([when] * len(doc["data"]), abs=5)
    (sentence,) = session.sentences
    assert sentence.startswith("the time of I0, ")


def test_a_readback_that_was_not_told_is_asked_for(inject, x):
    """Within its deadband it is not posted; a time that is always zero proves nothing."""
    write_pv("X:sample:x.MDEL", 0.2)
    inject("sample:x", "unstamped")
    x.set(0.5).wait(PATIENCE)
    x.set(0.6).wait(PATIENCE)
    assert x.read()["x"]["value"] == 0.6


def test_a_move_that_is_stuck_fails_whatever_the_time(inject, x):
    inject("sample:x", "unstamped")
    inject("sample:x", "stall", 0.5)
    with soon(), pytest.raises(MoveError, match="stands at"):
        x.set(1.0).wait(PATIENCE)
    assert x.position == pytest.approx(0.5, abs=0.05)


def test_a_clock_that_is_put_right_leaves_no_old_position(inject, x):
    """The time of the last move is then in the future."""
    inject("sample:x", "stamp", HOUR)
    x.set(0.2).wait(PATIENCE)
    inject("sample:x", "stamp", 0)
    write_pv("X:sample:x", 0.5)
    wait_until("the position of now is seen", lambda: x.position == 0.5)


def test_a_clock_that_is_put_right_leaves_no_old_readback(inject, x):
    inject("sample:x", "stamp", HOUR)
    x.set(0.2).wait(PATIENCE)
    inject("sample:x", "stamp", 0)
    inject("sample:x", "late", 0.3)
    x.set(0.5).wait(PATIENCE)
    assert x.read()["x"]["value"] == 0.5
