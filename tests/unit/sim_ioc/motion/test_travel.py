"""Travelling: through legs and waits, redirected, stopped, and without any time passing."""

import asyncio
import math

import pytest

from sim_ioc.motion.axis import Axis
from sim_ioc.motion.travel import Leg, Travel, Wait
from sim_ioc.physics.trapezoid import Dynamics
from tests.unit.sim_ioc.virtual_time import now, simulate, virtual_clock

DYNAMICS = Dynamics(2.0, 10.0)


def test_travel_goes_through_its_legs_and_says_when_it_rests():
    async def main():
        told = []

        async def progress():
            told.append(axis.position)

        async def arrived():
            told.append(("at", axis.position, now()))
            return ()

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


def traveller(axis, clock, further=()):
    """Return a travel that goes on with each of `further`, and then rests."""
    rest = list(further)

    async def progress():
        pass

    async def arrived():
        return rest.pop(0) if rest else ()

    return Travel(axis, clock, progress, arrived)


def test_steps_that_arriving_asks_for_are_done_before_it_rests():
    async def main():
        clock = virtual_clock()
        axis = Axis(clock, 0.0)
        travel = traveller(axis, clock, [[Wait(1.0)], [Leg(0.0, DYNAMICS)]])
        await travel.go([Leg(4.0, DYNAMICS)])
        await travel.settled()
        assert axis.position == 0.0
        assert now() == pytest.approx(2.2 + 1.0 + 2.2, abs=1e-6)

    simulate(main())


def test_wait_without_end_is_ended_by_resuming_or_by_another_target():
    async def main():
        clock = virtual_clock()
        axis = Axis(clock, 0.0)
        travel = traveller(axis, clock)
        await travel.go([Wait(math.inf)])
        await asyncio.sleep(50.0)
        assert travel.is_moving
        await travel.go([Leg(4.0, DYNAMICS)])
        await travel.settled()
        await travel.go([Wait(math.inf)])
        travel.resume()
        await travel.settled()
        assert now() == pytest.approx(50.0 + 2.2, abs=1e-6)

    simulate(main())


def test_legs_after_a_switch_are_given_up():
    async def main():
        clock = virtual_clock()
        axis = Axis(clock, 0.0, -1.0, 1.0)
        travel = traveller(axis, clock)
        await travel.go([Leg(2.0, DYNAMICS), Leg(0.0, DYNAMICS)])
        await travel.settled()
        assert (axis.position, axis.is_obstructed) == (1.0, True)
        assert (axis.is_closed(1), axis.is_closed(-1)) == (True, False)

    simulate(main())


def test_instant_travel_takes_no_time_and_only_its_last_leg():
    async def main():
        clock = virtual_clock(instant=True)
        axis = Axis(clock, 0.0)
        seen = []
        axis.watch(lambda: seen.append(axis.position))
        travel = traveller(axis, clock, [[Wait(5.0)]])
        await travel.go([Leg(-1.0, DYNAMICS), Leg(1.0, DYNAMICS)])
        assert not travel.is_moving
        assert (axis.position, seen) == (1.0, [0.0])
        assert now() == pytest.approx(0.0, abs=1e-6)

    simulate(main())
