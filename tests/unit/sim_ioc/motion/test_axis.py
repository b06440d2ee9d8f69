"""The mechanics of an axis: where it is, travelling through legs, who is told of changes."""

import pytest

from sim_ioc.motion.axis import Axis, Leg, Travel
from sim_ioc.physics.trapezoid import Dynamics
from tests.unit.sim_ioc.virtual_time import now, simulate, virtual_clock

DYNAMICS = Dynamics(2.0, 10.0)


def test_axis_is_on_its_trapezoid_at_any_time():
    async def main():
        axis = Axis(virtual_clock(), 1.0)
        axis.go(4.0, DYNAMICS)
        assert axis.end == pytest.approx(1.7, abs=1e-6)
        assert axis.position_at(0.2) == pytest.approx(1.2, abs=1e-6)
        assert axis.position_at(axis.end) == 4.0
        assert axis.position_at(-1.0) == 1.0
        assert axis.moved_since(1.6)
        assert not axis.moved_since(1.8)

    simulate(main())


def test_whoever_integrates_over_the_way_is_told_before_each_change():
    async def main():
        axis = Axis(virtual_clock(), 0.0)
        seen = []
        axis.before_change = lambda: seen.append(axis.end)
        axis.go(4.0, DYNAMICS)
        axis.brake(10.0)
        axis.jump(1.0)
        return seen, axis

    (first, second, third), axis = simulate(main())
    assert first == 0.0
    assert second == pytest.approx(2.2, abs=1e-6)
    assert third < second
    assert axis.position == 1.0


def test_travel_goes_through_its_legs_and_says_when_it_rests():
    async def main():
        told = []

        async def progress():
            told.append(axis.position)

        async def arrived():
            told.append(("at", axis.position, now()))

        clock = virtual_clock()
        axis = Axis(clock, 0.0)
        travel = Travel(axis, clock, progress, arrived)
        await travel.go([Leg(-1.0, DYNAMICS), Leg(1.0, DYNAMICS)])
        assert travel.is_moving
        await travel.settled()
        return told

    *way, end = simulate(main())
    # 1 / 2 + 0.2 s there and 2 / 2 + 0.2 s back
    assert end == ("at", 1.0, pytest.approx(1.9, abs=1e-6))
    assert min(way) == pytest.approx(-1.0, abs=0.03)
