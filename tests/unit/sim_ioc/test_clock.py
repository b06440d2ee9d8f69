"""Simulated time."""

import pytest

from tests.unit.sim_ioc.virtual_time import now, simulate, virtual_clock


@pytest.mark.parametrize(("factor", "real"), [(1.0, 5.0), (20.0, 0.25), (0.1, 50.0)])
def test_factor_says_how_fast_time_passes(factor, real):
    async def main():
        clock = virtual_clock(factor)
        assert clock.real(5.0) == real
        await clock.sleep(5.0)
        assert now() == pytest.approx(real, abs=1e-6)
        assert clock.now() == pytest.approx(5.0, abs=1e-6)

    simulate(main())


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_no_time_is_no_wait(seconds):
    async def main():
        await virtual_clock().sleep(seconds)
        assert now() < 1e-6

    simulate(main())


def test_instant_sleep_takes_no_time():
    async def main():
        await virtual_clock(instant=True).sleep(100.0)
        assert now() < 1e-6

    simulate(main())
