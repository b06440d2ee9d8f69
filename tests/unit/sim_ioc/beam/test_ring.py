"""The ring: its gauge, top-up, the loss of the beam and its return."""

import asyncio
from itertools import pairwise

import pytest

from sim_ioc.beam.ring import GAUGE_NOISE, Ring, RingSettings
from tests.unit.sim_ioc.beam.clients import caput, virtual_site
from tests.unit.sim_ioc.virtual_time import simulate


def in_ring(scenario, factor=1.0, seed=0, **settings):
    """Run a scenario with a ring that is served."""

    async def main():
        ring = Ring(RingSettings(**settings), virtual_site(factor, seed=seed))
        work = asyncio.create_task(ring.run())
        try:
            return await scenario(ring)
        finally:
            work.cancel()

    return simulate(main())


async def ten_readings(ring):
    seen = []
    for _ in range(10):
        await asyncio.sleep(1.0)
        seen.append(ring.gauge.number("VAL"))
    return seen


async def dump(ring, is_on=True):
    """Put the fault, as its panel does."""
    ring.group.make_faults().values["dump"] = int(is_on)
    await ring.group.fault_changed("dump")


def test_gauge_reads_the_current_with_a_little_noise():
    seen = in_ring(ten_readings, current=150.0)
    assert seen == pytest.approx([150.0] * 10, abs=5 * GAUGE_NOISE)
    assert len(set(seen)) >= 9


def test_same_seed_reads_the_same():
    assert in_ring(ten_readings, seed=4) == in_ring(ten_readings, seed=4)
    assert in_ring(ten_readings, seed=4) != in_ring(ten_readings, seed=5)


def test_no_current_never_reads_negative():
    assert min(in_ring(ten_readings, current=0.0)) >= 0.0


def test_built_in_ring_keeps_its_current_exactly():
    async def scenario(ring):
        await asyncio.sleep(1000.0)
        return ring.current

    assert in_ring(scenario) == 200.0


def test_current_decays_without_top_up():
    async def scenario(ring):
        await caput(ring.group, "topup", "Off")
        await asyncio.sleep(3600.0)
        return ring.current, ring.group.values["mode"]

    current, mode = in_ring(scenario, lifetime=1.0)
    assert current == pytest.approx(200.0 / 2.718281828, rel=1e-6)
    assert mode == 1


def test_decay_follows_the_simulated_clock():
    async def scenario(ring):
        await asyncio.sleep(36.0)
        return ring.current

    assert in_ring(scenario, 100.0, topup=False, lifetime=1.0) == pytest.approx(73.576, abs=1e-3)


def test_top_up_counts_down_to_its_next_shot():
    async def scenario(ring):
        seen = []
        for _ in range(5):
            await asyncio.sleep(1.0)
            seen.append(ring.group.number("next_topup"))
        return seen

    seen = in_ring(scenario, topup_interval=60.0)
    assert all(earlier - later == pytest.approx(1.0, abs=0.01) for earlier, later in pairwise(seen))


def test_dump_shows_on_the_gauge_at_once():
    async def scenario(ring):
        told = []
        ring.watch(lambda: told.append(ring.current))
        await dump(ring)
        await asyncio.sleep(0.01)
        group = ring.group
        return told, ring.gauge.number("VAL"), group.values["beam_ok"], group.values["mode"]

    told, reading, beam_ok, mode = in_ring(scenario)
    assert told == [200.0]
    assert reading < 1.0
    assert (beam_ok, mode) == (0, 0)


def test_dumped_beam_stays_away_whatever_top_up_is_told():
    async def scenario(ring):
        await dump(ring)
        await caput(ring.group, "topup", "On")
        await asyncio.sleep(10.0)
        return ring.current

    assert in_ring(scenario) == 0.0


@pytest.mark.parametrize("topup", [True, False])
def test_beam_returns_when_the_fault_is_off(topup):
    async def scenario(ring):
        await dump(ring)
        await asyncio.sleep(5.0)
        await dump(ring, is_on=False)
        await asyncio.sleep(3.0)
        return ring.current, ring.group.values["beam_ok"]

    current, beam_ok = in_ring(scenario, topup=topup, injection=100.0)
    assert current == pytest.approx(200.0, rel=1e-3)
    assert beam_ok == 1
