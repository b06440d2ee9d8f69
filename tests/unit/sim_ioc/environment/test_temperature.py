"""The temperature controller as clients see it."""

import asyncio
from typing import Any

import pytest

from sim_ioc.environment.temperature import Temperature
from sim_ioc.environment.temperature_settings import TemperatureSettings
from sim_ioc.errors import PutRefusedError
from tests.unit.sim_ioc.beam.clients import caput, virtual_site
from tests.unit.sim_ioc.virtual_time import now, simulate


def controlled(
    scenario: Any, factor: float = 1.0, *, instant: bool = False, **settings: Any
) -> Any:
    """Run a scenario with a controller that is served; its sensor makes no noise."""

    async def main():
        described = TemperatureSettings(**{"noise": 0.0, **settings})
        part = Temperature(described, virtual_site(factor, instant=instant))
        work = asyncio.create_task(part.run())
        await asyncio.sleep(0)
        try:
            return await scenario(part, part.group)
        finally:
            work.cancel()

    return simulate(main())


async def arrival(group):
    """Wait until the controller says that it has arrived."""
    async with asyncio.timeout(1e4):
        while not group.values["in_position"]:  # noqa: ASYNC110 - a client that polls
            await asyncio.sleep(0.5)


def test_setpoint_is_reached_and_held():
    async def scenario(part, group):
        await caput(group, "setpoint", 60.0)
        await arrival(group)
        return now(), group.number("readback"), group.number("power")

    took, reading, power = controlled(scenario)
    assert reading == pytest.approx(60.0, abs=0.1)
    assert 20 < took < 400
    assert power == pytest.approx((60 - 22) * 0.15, rel=0.2)


def test_put_of_a_setpoint_completes_at_once_and_after_arrival_is_withdrawn():
    async def scenario(part, group):
        await asyncio.sleep(10.0)
        assert group.values["in_position"] == 1
        before = now()
        await caput(group, "setpoint", 60.0)
        return now() - before, group.values["in_position"]

    took, in_position = controlled(scenario)
    assert took < 0.01
    assert in_position == 0


def test_ramp_takes_the_time_that_its_rate_gives():
    async def scenario(part, group):
        await caput(group, "ramp", 12.0)
        await caput(group, "ramp_on", "On")
        await caput(group, "setpoint", 46.0)
        assert group.values["ramp_active"] == 1
        await asyncio.sleep(60.0)
        on_the_way = group.number("setpoint_RBV")
        await arrival(group)
        return on_the_way, now(), group.values["ramp_active"]

    on_the_way, took, active = controlled(scenario)
    assert on_the_way == pytest.approx(22.0 + 12.0, abs=0.3)
    assert 120 < took < 250
    assert active == 0


def test_time_factor_makes_it_faster():
    async def scenario(part, group):
        await caput(group, "setpoint", 60.0)
        await arrival(group)
        return now()

    assert controlled(scenario, 100.0) < 4.0


def test_instant_controller_has_arrived_when_the_put_completes():
    async def scenario(part, group):
        await caput(group, "setpoint", 60.0)
        return group.number("readback"), group.values["in_position"]

    reading, in_position = controlled(scenario, instant=True)
    assert reading == pytest.approx(60.0)
    assert in_position == 1


def test_manual_heater_follows_the_step_response():
    async def scenario(part, group):
        await caput(group, "mode", "Manual")
        await caput(group, "heater", 20.0)
        await asyncio.sleep(20.0 / 0.15 + 1.0 + 2.0)
        return group.number("readback"), group.number("power")

    reading, power = controlled(scenario)
    assert power == pytest.approx(10.0)
    # one time constant after dead time and lag: 1 - 1/e of the 66.7 K that 10 W lead to
    assert reading == pytest.approx(22.0 + 66.67 * (1 - 1 / 2.71828), rel=0.02)


def test_range_limits_the_power():
    async def scenario(part, group):
        await caput(group, "range", "Low")
        await caput(group, "setpoint", 200.0)
        await asyncio.sleep(60.0)
        return group.number("output"), group.number("power")

    assert controlled(scenario) == (100.0, pytest.approx(0.5))


def test_heater_that_is_off_heats_nothing():
    async def scenario(part, group):
        await caput(group, "range", "Off")
        await caput(group, "setpoint", 200.0)
        await asyncio.sleep(60.0)
        return group.number("readback")

    assert controlled(scenario) == pytest.approx(22.0)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("setpoint", 301.0, "takes 0 to 300 degC, not 301"),
        ("setpoint", -1.0, "takes 0 to 300 degC, not -1"),
        ("heater", 101.0, "takes 0 to 100 %"),
        ("P", -1.0, "P takes 0 or more"),
        ("ramp", -0.1, "ramp takes 0 or more"),
    ],
)
def test_put_that_cannot_be_is_refused_and_changes_nothing(name, value, words):
    async def scenario(part, group):
        before = group.number(name)
        with pytest.raises(PutRefusedError, match=words):
            await caput(group, name, value)
        return group.number(name) == before

    assert controlled(scenario)


def test_gains_reach_the_regulator():
    async def scenario(part, group):
        await caput(group, "P", 3.0)
        await caput(group, "I", 0.05)
        await caput(group, "D", 1.0)
        return part.regulation.regulator.gains

    gains = controlled(scenario)
    assert (gains.proportional, gains.integral, gains.derivative) == (3.0, 0.05, 1.0)


def test_nothing_runs_while_a_plant_that_nobody_regulates_rests():
    async def scenario(part, group):
        await caput(group, "mode", "Manual")
        await asyncio.sleep(5.0)
        before = group.number("readback")
        await asyncio.sleep(100.0)
        return before, group.number("readback")

    before, after = controlled(scenario, noise=0.01)  # each look would show noise of its own
    assert before == after


def test_sensor_makes_noise_that_its_seed_repeats():
    async def scenario(part, group):
        seen = []
        for _ in range(50):
            await asyncio.sleep(0.5)
            seen.append(group.number("readback"))
        return seen

    one, other = (controlled(scenario, noise=0.01) for _ in range(2))
    assert one == other
    mean = sum(one) / len(one)
    assert (sum((x - mean) ** 2 for x in one) / len(one)) ** 0.5 == pytest.approx(0.01, rel=0.4)
