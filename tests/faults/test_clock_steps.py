"""T1, T2: the wall clock jumps during a scan; waiting goes by the clock that only goes on."""

import itertools
import os
import statistics
import time

import pytest

from devices import Scaler
from planlib.spec import loopscan
from tests.waiting import meanwhile, wait_until

POINTS, PERIOD, SLEEP = 8, 0.3, 0.05
HOUR = 3600.0
#: Seconds since 1970, one second before clocks of 32 bits end.
YEAR_2038 = float(2**31 - 1)


class WallClock:
    """What the process takes for the time of day."""

    def __init__(self):
        self.offset, self._time = 0.0, time.time

    def __call__(self):
        return self._time() + self.offset

    def show(self, seconds):
        self.offset = seconds - self._time()


def live_in(zone):
    """Set the time zone of the process: local time changes, the time of day does not."""
    os.environ["TZ"] = zone
    time.tzset()


@pytest.fixture
def clock(monkeypatch):
    made = WallClock()
    monkeypatch.setattr(time, "time", made)
    return made


@pytest.fixture(autouse=True)
def _winter_time():
    """An hour east of Greenwich, for as long as the test lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "CET-1")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def scaler(fast_ioc, connected):
    return connected(Scaler("F:scaler1", name="scaler", counters={"I0": 2}))


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(lambda clock: clock.show(clock() - HOUR), id="an-hour-back"),
        pytest.param(lambda clock: clock.show(clock() + HOUR), id="an-hour-on"),
        pytest.param(lambda clock: clock.show(clock() - 1.0), id="leap-second"),
        pytest.param(lambda _: live_in("CEST-2"), id="summer-time-begins"),
        pytest.param(lambda _: live_in("WET0"), id="summer-time-ends"),
        pytest.param(lambda clock: clock.show(0.0), id="1970"),
        pytest.param(lambda clock: clock.show(YEAR_2038), id="2038"),
    ],
)
def test_a_clock_that_jumps_neither_holds_up_nor_hurries_a_scan(
    engine_alone, documents_alone, clock, scaler, step
):
    def jump():
        wait_until("two points are taken", lambda: len(times) >= 2)
        step(clock)

    times = []
    engine_alone.subscribe(lambda name, _: name == "event" and times.append(time.monotonic()))
    with meanwhile(jump):
        engine_alone(loopscan(POINTS, 0.1, scaler, period=PERIOD, sleep=SLEEP))
    events = [doc for name, doc in documents_alone if name == "event"]
    assert [doc["seq_num"] for doc in events] == list(range(1, POINTS + 1))
    gaps = [after - before for before, after in itertools.pairwise(times)]
    assert statistics.median(gaps) == pytest.approx(PERIOD, abs=0.1)
    assert sum(gaps) == pytest.approx((POINTS - 1) * PERIOD, abs=1.5)


@pytest.fixture
def engine_alone(engines):
    """An engine without the devices of the beamline that other tests break."""
    from bluesky import RunEngine

    return engines(RunEngine())


@pytest.fixture
def documents_alone(engine_alone):
    emitted = []
    engine_alone.subscribe(lambda name, doc: emitted.append((name, doc)))
    return emitted
