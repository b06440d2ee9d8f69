"""The shutter: open when it says so."""

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import pytest

from devices import InvalidTargetError, Shutter
from devices.optics.two_state import TRAVEL_DEADLINE
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def shutter(fast_ioc, connected):
    """It moves; at the end it is open, as everybody else expects it."""
    made = connected(Shutter("F:shutter:", name="shutter"))
    made.set("open").wait(PATIENCE)
    yield made
    made.set("open").wait(PATIENCE)


def test_it_closes_and_opens(shutter):
    shutter.set("closed").wait(PATIENCE)
    assert shutter.state == "closed"
    assert not shutter.is_open
    shutter.set("open").wait(PATIENCE)
    assert shutter.state == "open"
    assert shutter.is_open


@pytest.mark.parametrize("word", ["closed", "close", "Closed", 0, False])
def test_closing_has_several_words(shutter, word):
    shutter.set(word).wait(PATIENCE)
    assert shutter.state == "closed"


@pytest.mark.parametrize("word", ["open", "OPEN", 1, True])
def test_opening_has_several_words(shutter, word):
    shutter.set("closed").wait(PATIENCE)
    shutter.set(word).wait(PATIENCE)
    assert shutter.state == "open"


@pytest.mark.parametrize("word", ["half", 2, -1, 0.5, None, float("nan"), "1"])
def test_another_state_is_refused_and_nothing_moves(shutter, word):
    with pytest.raises(InvalidTargetError, match="shutter can be 'open' or 'closed', not"):
        shutter.set(word)
    assert read_pv("F:shutter:open") == 1


def test_it_is_done_only_when_the_blade_has_moved(shutter):
    status = shutter.set("closed")
    assert not status.done
    status.wait(PATIENCE)
    assert read_pv("F:shutter:status") == 0


def test_it_knows_what_somebody_else_did(shutter):
    write_pv("F:shutter:open", 0)
    wait_until("it is seen closed", lambda: shutter.state == "closed")


def test_it_reads_as_zero_or_one(shutter):
    assert shutter.read()["shutter"]["value"] == 1
    shutter.set("closed").wait(PATIENCE)
    wait_until("it is seen closed", lambda: shutter.read()["shutter"]["value"] == 0)


def test_it_describes_what_it_reads(shutter):
    assert shutter.describe()["shutter"]["dtype"] == "integer"
    assert set(shutter.describe()) == set(shutter.read())


def test_it_is_nothing_to_plot(shutter):
    assert shutter.hints == {"fields": []}


def test_stop_leaves_it_as_it_is(shutter):
    shutter.stop()
    assert shutter.is_open


def test_mv_opens_and_closes_it(engine, shutter):
    engine(bps.mv(shutter, "closed"))
    assert read_pv("F:shutter:status") == 0
    engine(bps.mv(shutter, "open"))
    assert read_pv("F:shutter:status") == 1


def test_count_reads_it(engine, documents, shutter):
    engine(bp.count([shutter], 2))
    assert [doc["data"]["shutter"] for name, doc in documents if name == "event"] == [1, 1]


def test_it_has_a_deadline(shutter):
    status = shutter.set("closed")
    assert status.deadline == TRAVEL_DEADLINE
    status.wait(PATIENCE)
