"""The gauge of the ring current."""

import asyncio

import pytest

from sim_ioc.beam.ring import GAUGE_NOISE, Ring
from tests.unit.sim_ioc.virtual_time import simulate


def readings(**options):
    """Return what the gauge shows in ten seconds."""

    async def main():
        ring = Ring("r", **options)
        work = asyncio.create_task(ring.run())
        seen = []
        for _ in range(10):
            await asyncio.sleep(1.0)
            seen.append(ring.gauge.number("VAL"))
        work.cancel()
        return seen

    return simulate(main())


def test_gauge_reads_the_current_with_a_little_noise():
    seen = readings(current=150.0)
    assert seen == pytest.approx([150.0] * 10, abs=5 * GAUGE_NOISE)
    assert len(set(seen)) >= 9


def test_same_seed_reads_the_same():
    assert readings(seed=4) == readings(seed=4) != readings(seed=5)


def test_no_current_never_reads_negative():
    assert min(readings(current=0.0)) >= 0.0
