"""A temperature controller that regulates by itself, twenty times as fast as life."""

import pytest

from devices import Deadband, MoveError, OutOfLimitsError, TemperatureController
from tests.waiting import PATIENCE, wait_until

LONG = 40.0


@pytest.fixture
def oven(fast_ioc, connected):
    controller = connected(
        TemperatureController("F:temp:", name="oven", deadband=Deadband(0.5, 0.5))
    )
    controller.ramp_rate = 0.0
    yield controller
    controller.ramp_rate = 0.0
    controller.set(25.0)
    controller.stop()


def test_a_step_is_done_when_the_reading_has_settled(oven):
    oven.set(32.0).wait(LONG)
    assert oven.position == pytest.approx(32.0, abs=0.5)


def test_a_ramp_takes_its_time(oven):
    oven.ramp_rate = 60.0
    start = oven.setpoint
    status = oven.set(start + 60.0)
    wait_until("the setpoint is on its way", lambda: oven.setpoint > start + 1.0)
    assert not status.done
    assert oven.target == start + 60.0


def test_stop_holds_the_setpoint(oven):
    oven.ramp_rate = 60.0
    start = oven.setpoint
    status = oven.set(start + 60.0)
    wait_until("the setpoint is on its way", lambda: oven.setpoint > start + 1.0)
    oven.stop()
    with pytest.raises(MoveError, match="it was stopped at"):
        status.wait(PATIENCE)
    wait_until("it stays", lambda: oven.setpoint == oven.target < start + 60.0)


def test_limits_and_unit_are_those_of_the_controller(oven):
    low, high = oven.limits
    assert oven.egu == "degC"
    with pytest.raises(OutOfLimitsError, match=f"its limits are {low:g} to {high:g} degC"):
        oven.set(high + 1)


def test_it_reads_input_setpoint_and_output_together(oven):
    readings, keys = oven.read(), oven.describe()
    assert list(readings) == list(keys) == ["oven", "oven_setpoint", "oven_output"]
    assert keys["oven_output"]["units"] == "%"


def test_nothing_is_read_once_it_has_arrived(oven):
    oven.set(30.0).wait(LONG)
    wait_until("nobody watches any more", lambda: not oven.is_regulating)


def test_it_is_scanned_as_any_axis(engine, documents, oven):
    import bluesky.plans as bp

    engine(bp.scan([], oven, 31, 32, 2))
    assert [d["data"]["oven_setpoint"] for n, d in documents if n == "event"] == [31.0, 32.0]


def test_it_is_monitored_as_a_stock_positioner(engine, documents, oven):
    import bluesky.plan_stubs as bps
    import bluesky.preprocessors as bpp

    @bpp.run_decorator()
    def plan():
        yield from bps.monitor(oven, name="oven_monitor")
        yield from bps.mv(oven, 33.0)
        yield from bps.unmonitor(oven)

    engine(plan())
    inputs = [doc["data"]["oven"] for name, doc in documents if name == "event"]
    assert len(inputs) > 1
    assert inputs[-1] == pytest.approx(33.0, abs=1.0)
