"""The mechanics of an axis: where it is, travelling through legs, who is told of changes."""

import asyncio

import pytest

from sim_ioc.motion.axis import Axis
from sim_ioc.physics.trapezoid import Dynamics
from tests.unit.sim_ioc.virtual_time import simulate, virtual_clock

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
        axis.watch(lambda: seen.append(axis.end))
        axis.watch(lambda: seen.append(axis.end))
        axis.go(4.0, DYNAMICS)
        axis.brake(10.0)
        axis.jump(1.0)
        return seen, axis

    seen, axis = simulate(main())
    first, second, third = seen[::2]
    assert seen[1::2] == seen[::2]
    assert first == 0.0
    assert second == pytest.approx(2.2, abs=1e-6)
    assert third < second
    assert axis.position == 1.0


def test_crossings_are_told_in_simulated_time_for_a_span_of_it():
    async def main():
        await asyncio.sleep(1.0)
        axis = Axis(virtual_clock(), 0.0)
        await asyncio.sleep(1.0)
        axis.go(4.0, DYNAMICS)
        times, indices = axis.crossings([1.0, 2.0, 3.0], 1.7, 2.5)
        assert list(indices) == [1]
        assert axis.position_at(times[0]) == pytest.approx(2.0)

    simulate(main())
