"""A software loop on a heated sample, fifty times as fast as life."""

import re
import threading
import time

import pytest

from devices import Deadband, SoftLoop
from devices.errors import InvalidTargetError, MoveError, OutOfLimitsError
from sim_ioc.physics.thermal import Plant, PlantConstants
from tests.waiting import PATIENCE, wait_until

FACTOR = 50.0
#: Where a thread that comes late must not matter.
SLOWER = 10.0
START, NEAR, END = 300.0, 305.0, 350.0
RAMP = 10.0
DEAD_TIME = 1.0
SETTLING = 10.0


class Oven:
    """The simulated heater and sensor, read and driven by functions."""

    def __init__(self, factor=FACTOR):
        self.factor = factor
        self.plant = Plant(PlantConstants(ambient=START, delay=DEAD_TIME))
        self.powers = []
        self.history = []
        self._began = time.monotonic()

    def now(self):
        return (time.monotonic() - self._began) * self.factor

    def read(self):
        now = self.now()
        reading = self.plant.advance(now).reading
        self.history.append((now, reading))
        return reading

    def heat(self, power):
        self.plant.advance(self.now())
        self.plant.heat(power)
        self.powers.append(power)


@pytest.fixture
def oven():
    return Oven()


@pytest.fixture
def loop(oven, connected):
    made = []

    def make(**options):
        settings = {
            "input": oven.read,
            "output": oven.heat,
            "p": 0.4,
            "i": 0.005 * FACTOR,
            "frequency": 10 * FACTOR,
            "output_limits": (0.0, 50.0),
            "low": 280.0,
            "high": 400.0,
            "ramp_rate": RAMP * FACTOR,
            "deadband": Deadband(0.3, SETTLING / FACTOR),
            "safe_output": 0.0,
            "egu": "K",
        }
        made.append(SoftLoop(name="oven", **(settings | options)))
        return made[-1]

    yield make
    for each in made:
        each.off()


def test_a_ramp_is_followed_and_done_only_when_settled(loop):
    """On a machine that may be busy; how near it keeps on another one, the unit tests tell."""
    oven = Oven(SLOWER)
    oven_loop = loop(
        input=oven.read,
        output=oven.heat,
        i=0.005 * SLOWER,
        frequency=10 * SLOWER,
        ramp_rate=RAMP * SLOWER,
        deadband=Deadband(0.3, SETTLING / SLOWER),
    )
    began = oven.now()
    oven_loop.set(NEAR).wait(30)
    ended = oven.now()
    on_ramp = [
        abs(reading - min(NEAR, START + (moment - began) * RAMP / 60.0))
        for moment, reading in oven.history
        if moment > began + DEAD_TIME
    ]
    ramp_seconds = 60.0 * (NEAR - START) / RAMP
    assert max(on_ramp) < 2.0
    assert ended - began >= ramp_seconds + SETTLING - 1.0
    assert abs(oven.history[-1][1] - NEAR) <= 0.3


def test_waiting_for_the_ramp_alone_ends_earlier(oven, loop):
    never = Deadband(0.3, seconds=2 * PATIENCE)
    oven_loop = loop(wait_for="ramp", ramp_rate=60 * FACTOR, deadband=never)
    began = oven.now()
    oven_loop.set(310.0).wait(PATIENCE)
    assert oven.now() - began >= 10.0 - 1.0


def test_inside_the_idle_zone_nothing_is_sent(oven, loop):
    oven_loop = loop(deadband=Deadband(50.0, 0.0, idle_factor=1.0), ramp_rate=0.0)
    oven_loop.set(310.0).wait(PATIENCE)
    wait_until("it has settled", lambda: oven_loop.deadband.is_idle(310.0, 310.0))
    sent = len(oven.powers)
    wait_until("it has looked some more", lambda: len(oven.history) > 50)
    assert len(oven.powers) == sent


def test_switched_off_the_output_is_safe(oven, loop):
    oven_loop = loop()
    status = oven_loop.set(END)
    wait_until("it heats", lambda: oven.powers and oven.powers[-1] > 0)
    oven_loop.off()
    assert oven.powers[-1] == 0.0
    assert not oven_loop.is_regulating
    with pytest.raises(MoveError, match="the regulation was switched off"):
        status.wait(PATIENCE)


def test_stop_holds_the_setpoint_where_it_is(oven, loop):
    oven_loop = loop()
    status = oven_loop.set(END)
    wait_until("it is on its way", lambda: oven_loop.setpoint > START + 5)
    oven_loop.stop()
    held = oven_loop.setpoint
    with pytest.raises(MoveError, match="it was stopped at"):
        status.wait(PATIENCE)
    wait_until("it regulates on", lambda: abs(oven_loop.position - held) < 0.5)
    assert oven_loop.setpoint == held


def test_an_input_that_fails_three_times_ends_it_safely(oven, loop):
    def broken():
        if oven.powers:
            raise ConnectionError("the thermometer is gone")
        return oven.read()

    oven_loop = loop(input=broken)
    with pytest.raises(MoveError, match="the thermometer is gone, 3 times in a row"):
        oven_loop.set(END).wait(PATIENCE)
    wait_until("the output is safe", lambda: oven.powers[-1] == 0.0)


def test_a_failure_or_two_are_survived(oven, loop):
    failures = iter([True, True])

    def shaky():
        if oven.powers and next(failures, False):
            raise ConnectionError
        return oven.read()

    loop(input=shaky, ramp_rate=600 * FACTOR).set(301.0).wait(PATIENCE)


def test_nothing_is_sent_while_it_is_not_allowed(oven, loop):
    oven_loop = loop(allow=lambda: False)
    oven_loop.set(END)
    wait_until("it has looked", lambda: len(oven.history) > 20)
    assert oven.powers == []


def test_a_suspended_regulation_goes_on_when_it_is_allowed_again(oven, loop):
    """BL-135."""
    allowed = threading.Event()
    oven_loop = loop(allow=allowed.is_set, ramp_rate=0.0)
    status = oven_loop.set(301.0)
    wait_until("it is suspended", lambda: oven_loop.is_suspended)
    assert "oven: suspended" in oven_loop.info()
    assert oven.powers == []
    allowed.set()
    status.wait(PATIENCE)
    assert not oven_loop.is_suspended


def test_what_tells_whether_it_is_allowed_may_fail_as_often_as_the_input(oven, loop):
    def broken():
        raise ConnectionError("the interlock is gone")

    with pytest.raises(MoveError, match="the interlock is gone, 3 times in a row"):
        loop(allow=broken).set(END).wait(PATIENCE)


def test_it_gives_up_after_as_many_failures_as_are_said(oven, loop):
    tries = []

    def broken():
        tries.append(None)
        if len(tries) > 1:
            raise ConnectionError("the thermometer is gone")
        return START

    with pytest.raises(MoveError, match="the thermometer is gone, 5 times in a row"):
        loop(input=broken, attempts=5).set(END).wait(PATIENCE)
    assert len(tries) == 6


def test_a_new_setpoint_on_the_way_redirects(oven, loop):
    oven_loop = loop()
    first = oven_loop.set(END)
    wait_until("it is on its way", lambda: oven_loop.setpoint > START + 2)
    second = oven_loop.set(301.0)
    with pytest.raises(MoveError, match="it was sent to 301 K"):
        first.wait(PATIENCE)
    second.wait(PATIENCE)
    assert oven_loop.target == 301.0


@pytest.mark.parametrize("target", [float("nan"), "warm", "310", None, True, 10**400])
def test_a_setpoint_that_is_no_number_is_refused(loop, target):
    with pytest.raises(
        InvalidTargetError, match=r"oven cannot be set to .*: it takes a number from 280 to 400 K"
    ):
        loop().set(target)


def test_a_setpoint_beyond_the_limits_is_refused(oven, loop):
    with pytest.raises(OutOfLimitsError, match="its limits are 280 to 400 K"):
        loop().set(500.0)
    assert oven.powers == []


def test_it_reads_as_an_axis_with_input_setpoint_and_output(oven, loop):
    oven_loop = loop(ramp_rate=0.0)
    oven_loop.set(301.0).wait(PATIENCE)
    readings, keys = oven_loop.read(), oven_loop.describe()
    assert list(readings) == list(keys) == ["oven", "oven_setpoint", "oven_output"]
    assert keys["oven"]["units"] == "K"
    assert readings["oven"]["value"] == pytest.approx(301.0, abs=0.5)


def test_it_is_scanned_as_any_axis(engine, documents, loop):
    import bluesky.plans as bp

    oven_loop = loop(ramp_rate=0.0)
    engine(bp.scan([], oven_loop, 301, 303, 3))
    setpoints = [d["data"]["oven_setpoint"] for name, d in documents if name == "event"]
    assert setpoints == [301.0, 302.0, 303.0]


@pytest.mark.parametrize("rate", ["10", True, None, -1.0, float("inf")])
def test_a_ramp_rate_that_is_no_number_is_refused(loop, rate):
    oven_loop = loop()
    with pytest.raises(InvalidTargetError, match=r"oven ramps at 0 or more K/min, not at"):
        oven_loop.ramp_rate = rate
    assert oven_loop.ramp_rate == RAMP * FACTOR


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"low": "280"}, "oven: limits run from low to high, not from '280' to 400.0"),
        ({"low": 400.0, "high": 280.0}, "oven: limits run from low to high"),
        ({"ramp_rate": "10"}, "oven ramps at 0 or more K/min, not at '10'"),
        ({"p": "0.4"}, "p, i and d of oven is a number, not '0.4'"),
        ({"frequency": "10"}, "oven regulates at up to 1000 Hz, not '10'"),
        ({"output_limits": (0, "50")}, "the output_limits of oven is a pair of numbers"),
        ({"output_limits": (1, 1)}, "a pair of different numbers"),
        ({"safe_output": "0"}, "the safe_output of oven is a number, or None, not '0'"),
        ({"attempts": 0}, "oven gives up after 1 or more failures, not after 0"),
        ({"settle_deadline": True}, "the settle_deadline of oven is a number of seconds"),
    ],
    ids=lambda given: str(next(iter(given))) if isinstance(given, dict) else "",
)
def test_a_declaration_that_is_no_number_is_refused(loop, options, sentence):
    with pytest.raises(InvalidTargetError, match=re.escape(sentence)):
        loop(**options)


def test_it_is_monitored_as_a_stock_positioner(engine, documents, loop):
    import bluesky.plan_stubs as bps
    import bluesky.preprocessors as bpp

    oven_loop = loop(ramp_rate=0.0)

    @bpp.run_decorator()
    def plan():
        yield from bps.monitor(oven_loop, name="oven_monitor")
        yield from bps.mv(oven_loop, 301.0)
        yield from bps.unmonitor(oven_loop)

    engine(plan())
    inputs = [doc["data"]["oven"] for name, doc in documents if name == "event"]
    assert len(inputs) > 1
    assert inputs[-1] == pytest.approx(301.0, abs=0.5)
