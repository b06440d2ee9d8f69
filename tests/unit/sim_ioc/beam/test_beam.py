"""The beam as detectors see it: one coherent state, whatever the beamline is made of."""

import asyncio
import itertools

import numpy as np
import pytest

from sim_ioc.beam.beam import Beam
from sim_ioc.beam.chamber import ChamberSettings, IonChamber
from sim_ioc.beam.filters import Filters, FiltersSettings
from sim_ioc.beam.monochromator import Monochromator, MonochromatorSettings
from sim_ioc.beam.reference import Reference, ReferenceSettings
from sim_ioc.beam.ring import Ring, RingSettings
from sim_ioc.beam.sample import SampleSettings, SampleStage
from sim_ioc.beam.shutter import Shutter, ShutterSettings
from sim_ioc.beam.slit import Slit, SlitSettings
from sim_ioc.beam.undulator import InsertionDevice, UndulatorSettings
from sim_ioc.counting.scaler import Scaler
from sim_ioc.counting.scaler_settings import ScalerSettings
from sim_ioc.physics.monochromator import bragg_angle
from sim_ioc.site import Site
from tests.unit.sim_ioc.beam.clients import caput, virtual_site
from tests.unit.sim_ioc.virtual_time import simulate

KINDS = {
    "ring": lambda site: Ring(RingSettings(), site),
    "undulator": lambda site: InsertionDevice(UndulatorSettings(), site),
    "mono": lambda site: Monochromator(MonochromatorSettings(), site),
    "slit": lambda site: Slit(SlitSettings(), site),
    "filters": lambda site: Filters(FiltersSettings(), site),
    "shutter": lambda site: Shutter(ShutterSettings(), site),
    "sample": lambda site: SampleStage(SampleSettings(), site),
    "reference": lambda site: Reference(ReferenceSettings(), site),
    "I0": lambda site: IonChamber(ChamberSettings(), site),
    "It": lambda site: IonChamber(ChamberSettings(name="It", place="transmitted"), site),
    "If": lambda site: IonChamber(
        ChamberSettings(name="If", place="fluorescence", gas={"Ar": 1.0}, length=30.0), site
    ),
    "Ir": lambda site: IonChamber(ChamberSettings(name="Ir", place="reference"), site),
}
COUNTERS = ("I0", "It", "If", "Ir")


def in_beam(scenario, *kinds, **options):
    """Run a scenario with the beam, and the parts of `kinds` by name; without any with all."""

    async def main():
        site = virtual_site(**options)
        parts = {kind: KINDS[kind](site) for kind in kinds or KINDS}
        beam = Beam(parts.values(), site.clock)
        await beam.ready()
        return await scenario(beam, parts, site.clock)

    return simulate(main())


async def rates_now(beam, _parts, clock):
    return dict(beam.rates(clock.now(), clock.now()))


ALL = in_beam(rates_now)


def test_counters_are_told_in_the_order_of_the_chambers():
    assert tuple(ALL) == COUNTERS


def test_built_in_beamline_counts_about_a_million():
    assert 0.7e6 < ALL["I0"] < 1.5e6


@pytest.mark.parametrize("missing", list(KINDS))
def test_beam_copes_without_any_one_part(missing):
    seen = in_beam(rates_now, *(kind for kind in KINDS if kind != missing))
    assert list(seen) == [name for name in COUNTERS if name != missing]
    assert all(0.0 <= rate <= 1e8 for rate in seen.values())


@pytest.mark.parametrize("kind", list(KINDS))
def test_beam_copes_with_any_one_part_alone(kind):
    async def look(beam, parts, clock):
        return beam.on_sample(clock.now())

    assert in_beam(look, kind).flux >= 0.0


def test_beamline_of_nothing_has_a_beam():
    async def main():
        site = virtual_site()
        return Beam([], site.clock).on_sample(0.0)

    assert simulate(main()).flux > 0


async def close(parts):
    await caput(parts["shutter"].command, "VAL", "Closed")


async def trip(parts):
    await caput(parts["shutter"].interlock, "VAL", "Tripped")


async def dump(parts):
    parts["ring"].group.make_faults().values["dump"] = 1
    await parts["ring"].group.fault_changed("dump")


async def close_slit(parts):
    await caput(parts["slit"].vgap, "VAL", -0.05)


@pytest.mark.parametrize("end", [close, trip, dump, close_slit])
def test_every_counter_shows_the_end_of_the_beam(end):
    async def scenario(beam, parts, clock):
        await end(parts)
        return await rates_now(beam, parts, clock)

    assert all(rate == pytest.approx(2.0) for rate in in_beam(scenario).values())


def test_filter_weakens_what_all_counters_see():
    async def scenario(beam, parts, clock):
        await caput(parts["filters"].group, "4", "In")
        return await rates_now(beam, parts, clock)

    seen = in_beam(scenario)
    parts = [(seen[name] - 2) / (ALL[name] - 2) for name in COUNTERS]
    assert parts == pytest.approx([parts[0]] * 4)
    assert parts[0] < 0.1


def test_monochromator_moves_energy_and_height_of_the_beam_on_the_sample():
    async def scenario(beam, parts, clock):
        before = beam.on_sample(clock.now())
        await caput(parts["mono"].bragg, "VAL", bragg_angle(9100.0))
        return before, beam.on_sample(clock.now())

    before, after = in_beam(scenario)
    assert before.energy == pytest.approx(9000.0, abs=0.01)
    assert after.energy == pytest.approx(9100.0, abs=0.01)
    assert after.offset_y > before.offset_y


def test_gain_scales_one_counter():
    async def scenario(beam, parts, clock):
        await caput(parts["It"].group, "gain", "1e7 V/A")
        return await rates_now(beam, parts, clock)

    seen = in_beam(scenario)
    assert seen["It"] == pytest.approx(10 * ALL["It"])
    assert seen["I0"] == ALL["I0"]


def test_too_much_gain_overloads():
    async def scenario(beam, parts, clock):
        await caput(parts["I0"].group, "gain", "1e9 V/A")
        return await rates_now(beam, parts, clock)

    assert in_beam(scenario)["I0"] == 1e8


def test_counts_at_the_gain_of_the_start_vary_as_poisson_says():
    async def scenario(beam, parts, clock):
        site = Site("T:", clock)
        scaler = Scaler(ScalerSettings(channels=COUNTERS), site, beam)
        await caput(scaler, "TP", 0.05)
        seen = []
        for _ in range(4000):
            await caput(scaler, "CNT", 1)
            seen.append([scaler.number(f"S{channel}") for channel in (2, 3, 4, 5)])
        return np.array(seen)

    seen = in_beam(scenario, instant=True)
    assert seen.mean(axis=0) == pytest.approx([0.05 * rate for rate in ALL.values()], rel=0.01)
    # the ratio of 4000 counts is itself uncertain by sqrt(2/4000), 2.2 %
    assert seen.var(axis=0, ddof=1) / seen.mean(axis=0) == pytest.approx(np.ones(4), abs=0.05)


def test_undulator_off_its_energy_leaves_little():
    async def scenario(beam, parts, clock):
        await caput(parts["undulator"].group, "energy", 7112.0)
        return await rates_now(beam, parts, clock)

    assert in_beam(scenario)["I0"] < 0.2 * ALL["I0"]


ACTIONS = {
    "axis": lambda parts: caput(parts["sample"].x, "VAL", 1.0),
    "undulator": lambda parts: caput(parts["undulator"].gap, "VAL", 9.6),
    "shutter": close,
    "filter": lambda parts: caput(parts["filters"].group, "1", "In"),
    "reference": lambda parts: caput(parts["reference"].group, "foil", "Out"),
    "gain": lambda parts: caput(parts["I0"].group, "gain", "1e7 V/A"),
    "ring": dump,
}


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_who_watches_is_told_before_anything_changes(action):
    async def scenario(beam, parts, clock):
        told = []
        beam.watch(lambda: told.append(dict(beam.rates(clock.now(), clock.now()))))
        start = clock.now()
        assert not beam.moved_since(start)
        await asyncio.sleep(1.0)
        await action(parts)
        assert beam.moved_since(start)
        return told

    assert in_beam(scenario)[0] == ALL


def test_beam_that_has_come_to_rest_has_not_moved_since():
    async def scenario(beam, parts, clock):
        await caput(parts["sample"].x, "VAL", 1.0)
        return beam.moved_since(clock.now())

    assert not in_beam(scenario)


def test_rates_over_a_move_are_those_along_the_way():
    async def scenario(beam, parts, clock):
        moving = asyncio.create_task(caput(parts["sample"].x, "VAL", 1.3))
        await asyncio.sleep(0.5)
        seen = beam.rates(0.0, clock.now())["It"]
        steps = [beam.rates(time, time)["It"] for time in (n * 0.001 for n in range(500))]
        await moving
        return seen, sum(steps) / len(steps)

    seen, exact = in_beam(scenario)
    assert seen == pytest.approx(exact, rel=2e-3)
    assert seen < ALL["It"]


def test_decaying_current_is_averaged_over_the_span():
    async def scenario(beam, parts, clock):
        await caput(parts["ring"].group, "topup", "Off")
        await asyncio.sleep(36_000.0)
        return beam.rates(0.0, clock.now())["I0"]

    # the mean of exp(-t) over one lifetime
    assert in_beam(scenario) == pytest.approx(ALL["I0"] * (1 - 1 / 2.718281828), rel=2e-3)


def test_same_state_is_answered_from_memory():
    async def scenario(beam, parts, clock):
        return beam.observe(0.0) is beam.observe(0.0)

    assert in_beam(scenario)


def test_two_chambers_of_one_place_stand_behind_each_other():
    async def main():
        site = virtual_site()
        names = ("front", "back")
        parts = [IonChamber(ChamberSettings(name=name), site) for name in names]
        beam = Beam([Monochromator(MonochromatorSettings(), site), *parts], site.clock)
        return dict(beam.rates(0.0, 0.0))

    seen = simulate(main())
    assert 0.9 * seen["front"] < seen["back"] < 0.99 * seen["front"]


def test_readouts_show_the_beam_while_the_beamline_is_served():
    async def scenario(beam, parts, clock):
        work = asyncio.create_task(beam.run())
        await asyncio.sleep(0.01)
        first = parts["I0"].group.number("current")
        await caput(parts["filters"].group, "1", "In")
        await caput(parts["mono"].bragg, "VAL", bragg_angle(9050.0))
        await caput(parts["It"].group, "gain", "1e9 V/A")
        await asyncio.sleep(0.1)
        work.cancel()
        return first, parts

    first, parts = in_beam(scenario)
    assert first == pytest.approx(1.07e-7, rel=0.05)
    assert parts["I0"].group.number("current") < 0.8 * first
    assert parts["mono"].group.number("energy") == pytest.approx(9050.0, abs=0.01)
    assert 0.5 < parts["filters"].group.number("transmission") < 0.8
    assert (parts["It"].group.values["overload"], parts["I0"].group.values["overload"]) == (1, 0)


def test_readouts_follow_a_moving_axis_many_times_a_second():
    async def scenario(beam, parts, clock):
        work = asyncio.create_task(beam.run())
        await asyncio.sleep(0.1)
        moving = asyncio.create_task(caput(parts["mono"].bragg, "VAL", 13.5))
        seen = []
        for _ in range(8):
            await asyncio.sleep(0.06)
            seen.append(parts["mono"].group.number("energy"))
        await moving
        work.cancel()
        return seen

    seen = in_beam(scenario)
    assert all(later < earlier for earlier, later in itertools.pairwise(seen))


def test_instant_beamline_is_at_once_where_it_was_sent():
    async def scenario(beam, parts, clock):
        await caput(parts["undulator"].group, "energy", 9000.0)
        await caput(parts["shutter"].command, "VAL", "Closed")
        return await rates_now(beam, parts, clock)

    assert in_beam(scenario, instant=True)["I0"] == pytest.approx(2.0)
