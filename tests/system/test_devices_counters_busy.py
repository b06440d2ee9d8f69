"""Electronics that count already when they are to start: what they count is not our count."""

import pytest
from ophyd import EpicsSignal

from devices import CountError
from devices.channel_access import latest
from devices.counters.counter import Counter
from devices.counters.integrating_counter import IntegratingCounter, IntegratorFields
from devices.detectors.mca import Mca
from reduction.counting import CountPolicy
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, wait_until

FIELDS = IntegratorFields(
    start=".ERST", count_time=".PRTM", busy=".ACQG", elapsed=".ERTM", stop=".STOP"
)
#: Seconds that somebody else counts for; a twentieth of them in real time.
THEIRS = 100.0


def integrator() -> Counter:
    return IntegratingCounter("F:mca1", FIELDS, name="mca", values={"mca_live_time": ".ELTM"})


def analyser() -> Counter:
    return Mca("F:mca1", name="mca")


def busy(counter):
    return counter.acquiring if isinstance(counter, Mca) else counter.states["busy"]


@pytest.fixture(params=[integrator, analyser])
def counter(request, fast_ioc, connected):
    made = connected(request.param())
    made.prepare(CountPolicy(seconds=1.0)).wait(PATIENCE)
    yield made
    write_pv("F:sim:fault:clear", 1)
    write_pv("F:mca1.STOP", 1)


@pytest.fixture
def theirs(fast_ioc, counter, connected):
    """Somebody else counts."""
    start = connected(EpicsSignal("F:mca1.ERST", name="start"))

    def count():
        write_pv("F:mca1.PRTM", THEIRS)
        start.put(1, wait=False)
        wait_until("they count", lambda: read_pv("F:mca1.ACQG") == 1)

    return count


def test_the_count_of_somebody_else_is_not_ours_and_goes_on(counter, theirs):
    theirs()
    wait_until("we know", lambda: latest(busy(counter)).value)
    with pytest.raises(CountError, match="mca for 1 s failed: it was counting already"):
        counter.trigger().wait(PATIENCE)
    assert read_pv("F:mca1.PRTM") == THEIRS
    assert read_pv("F:mca1.ACQG") == 1


def test_a_count_of_somebody_else_that_nobody_told_us_of_is_not_ours(counter, theirs):
    write_pv("F:mca1:fault:mute", 1)
    theirs()
    with pytest.raises(CountError, match="mca for 1 s failed: it was counting already"):
        counter.trigger().wait(PATIENCE)


def test_the_next_count_begins_when_a_stopped_one_has_ended(counter):
    counter.prepare(CountPolicy(seconds=THEIRS)).wait(PATIENCE)
    stopped = counter.trigger()
    wait_until("it counts", lambda: read_pv("F:mca1.ACQG") == 1)
    if not isinstance(counter, Mca):  # which is stopped by a record of its own
        write_pv("F:mca1:fault:slow", 0.3)
    counter.stop()
    counter.prepare(CountPolicy(seconds=1.0)).wait(PATIENCE)
    counter.trigger().wait(PATIENCE)
    assert 0 < counter.read()["mca_live_time"]["value"] <= 1.0
    with pytest.raises(CountError, match="it was stopped"):
        stopped.wait(PATIENCE)


def test_one_that_is_free_counts_though_its_last_end_is_not_told_yet(counter):
    write_pv("F:mca1:fault:late", 0.3)
    for _ in range(3):
        counter.trigger().wait(PATIENCE)
        assert 0 < counter.read()["mca_live_time"]["value"] <= 1.0
