"""What the counters expect: beam lost where it should be, a true Gaussian where it should be."""

import math
import time
import timeit
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.physics.absorption import absorber, attenuation
from sim_ioc.physics.chamber import GAS_DENSITY, PAIR_ENERGY, Amplifier, Chamber, Gas
from sim_ioc.physics.filters import Slab
from sim_ioc.physics.monochromator import (
    bragg_angle,
    fixed_exit_gap,
    fixed_exit_translation,
)
from sim_ioc.physics.path import BeamPath, Counter, Crystals, Place, Sample
from sim_ioc.physics.rates import BeamState, Opening, expected_rates, on_sample
from sim_ioc.physics.sample import Foil
from sim_ioc.physics.source import BendingMagnet
from sim_ioc.physics.undulator import Undulator, gap_for

COPPER = absorber("Cu")


def chamber(gas, length):
    return Chamber(
        (Gas(attenuation(gas, GAS_DENSITY[gas]), 1.0, PAIR_ENERGY[gas]),),
        length,
    )


NITROGEN = chamber("N2", 50.0)
PATH = BeamPath(
    Undulator(20.0, 70, 0.12, 3.0),
    Crystals(),
    (Slab(attenuation("Al"), 0.1), Slab(attenuation("Al"), 0.3)),
    Sample(Foil(), COPPER),
    Slab(COPPER, 0.005),
    (
        Counter("I0", Place.INCIDENT, NITROGEN),
        Counter("It", Place.TRANSMITTED, NITROGEN),
        Counter("If", Place.FLUORESCENCE, chamber("Ar", 30.0), 0.01, 1e-6),
        Counter("Ir", Place.REFERENCE, NITROGEN),
    ),
    efficiency=0.12,
)
BRAGG = bragg_angle(9000.0)
TUNED = BeamState(
    bragg=BRAGG,
    gap=fixed_exit_gap(BRAGG, 25.0),
    translation=fixed_exit_translation(BRAGG, 25.0),
    x=1.30,
    y=-0.40,
    openings=(Opening(),),
    filters=(False, False),
    undulator_gap=gap_for(9300.0, 3, 20.0, 3.0),
)


def rates(**changes):
    return expected_rates(replace(TUNED, **changes), PATH)


def at_energy(energy, **changes):
    bragg = bragg_angle(energy)
    return rates(
        bragg=bragg,
        gap=fixed_exit_gap(bragg, 25.0),
        translation=fixed_exit_translation(bragg, 25.0),
        **changes,
    )


def depth(seen, empty):
    """Return the absorption of the sample; a beamline without it divides the chambers out."""
    return math.log(seen["I0"] / seen["It"]) - math.log(empty["I0"] / empty["It"])


EMPTY = rates(x=-20.0)


def test_monitor_counts_about_a_million_per_second():
    assert 0.7e6 < rates()["I0"] < 1.5e6


def test_flux_is_proportional_to_the_ring_current():
    assert rates(ring_current=100.0)["I0"] == pytest.approx(rates()["I0"] / 2, rel=1e-4)


DARK = {
    "shutter closed": {"shutter_open": False},
    "beam dumped": {"ring_current": 0.0},
    "slit closed": {"openings": (Opening(hgap=0.0),)},
    "slits apart": {"openings": (Opening(hcenter=-3.0), Opening(hcenter=3.0))},
    "no such angle": {"bragg": 0.0},
    "angle negative": {"bragg": -10.0},
    "beam along the planes": {"bragg": 90.0},
    "half a turn": {"bragg": 180.0},
}


@pytest.mark.parametrize("change", DARK.values(), ids=DARK)
def test_without_beam_every_counter_shows_dark_counts(change):
    seen = rates(**change)
    assert list(seen) == ["I0", "It", "If", "Ir"]
    assert all(rate == pytest.approx(2.0) for rate in seen.values())


@pytest.mark.parametrize("name", ["gap", "translation"])
def test_detuned_crystal_loses_beam_smoothly(name):
    tuned = getattr(TUNED, name)
    offsets = np.linspace(0, 4 if name == "translation" else 0.6, 30)
    seen = [rates(**{name: tuned + offset})["I0"] for offset in offsets]
    assert seen[-1] < 0.6 * seen[0]
    assert all(later <= earlier * 1.0001 for earlier, later in pairwise(seen))
    assert min(np.diff(seen)) > -0.15 * seen[0]


def test_bragg_alone_loses_beam():
    assert rates(bragg=bragg_angle(9600.0))["I0"] < 0.6 * rates()["I0"]


def test_scan_over_the_copper_edge_keeps_its_flux_at_a_fixed_undulator_gap():
    seen = [at_energy(energy)["I0"] for energy in range(8800, 9801, 10)]
    assert max(seen) / min(seen) < 2
    assert all(abs(later / earlier - 1) < 0.01 for earlier, later in pairwise(seen))


def test_absorption_of_the_foil_is_a_gaussian_in_x():
    x = np.linspace(-0.5, 3.0, 15)
    depths = np.array([depth(rates(x=position), EMPTY) for position in x])
    expected = depths.max() * np.exp(-((x - 1.30) ** 2) / (2 * 0.80**2))
    assert depths == pytest.approx(expected, abs=0.01 * depths.max())


def test_foil_is_ten_micrometres_thick_at_its_peak():
    assert depth(rates(), EMPTY) == pytest.approx(COPPER.coefficient(9000.0) * 0.010, rel=1e-3)


def test_turned_foil_is_thicker():
    expected = 2 * COPPER.coefficient(9000.0) * 0.010
    assert depth(rates(theta=60.0), EMPTY) == pytest.approx(expected, rel=1e-2)


def test_blade_cuts_the_beam_at_four_millimetres():
    assert rates(x=-20, y=3.8)["It"] == pytest.approx(EMPTY["It"], rel=1e-3)
    assert rates(x=-20, y=4.0)["It"] == pytest.approx(EMPTY["It"] / 2, rel=1e-3)
    assert rates(x=-20, y=4.2)["It"] < 0.001 * rates()["I0"]


def test_fluorescence_jumps_at_the_edge():
    assert at_energy(9000.0)["If"] > 10 * at_energy(8900.0)["If"]


def test_reference_foil_shows_the_edge_whatever_the_sample_does():
    def reference(energy):
        seen = at_energy(energy, x=-20.0)
        return math.log(seen["It"] / seen["Ir"])

    step = (COPPER.coefficient(9030.0) - COPPER.coefficient(8930.0)) * 0.005
    assert reference(9030.0) - reference(8930.0) == pytest.approx(step, rel=2e-3)


def test_reference_foil_that_is_out_absorbs_nothing():
    seen = rates(x=-20.0, reference_in=False)
    assert seen["Ir"] == pytest.approx(seen["It"] * NITROGEN.absorb(9000.0).passed, rel=1e-3)


def test_chamber_takes_its_part_of_the_beam_from_those_behind():
    assert EMPTY["It"] == pytest.approx(EMPTY["I0"] * NITROGEN.absorb(9000.0).passed, rel=1e-3)


def test_filter_attenuates_all_counters_alike():
    filtered, free = rates(filters=(True, True)), rates()
    expected = math.exp(-attenuation("Al").coefficient(9000.0) * 0.4)
    for name in ("I0", "It", "Ir"):
        assert (filtered[name] - 2) / (free[name] - 2) == pytest.approx(expected, rel=1e-6)


def test_amplifier_scales_its_own_counter_only():
    amplifiers = (Amplifier(1e7), Amplifier(), Amplifier(), Amplifier())
    scaled = rates(amplifiers=amplifiers)
    assert scaled["I0"] == pytest.approx(10 * rates()["I0"])
    assert scaled["It"] == rates()["It"]


def test_narrowest_blades_of_several_slits_decide():
    both = rates(openings=(Opening(hgap=0.5), Opening(vgap=0.2)))
    assert both["I0"] == pytest.approx(rates(openings=(Opening(hgap=0.5, vgap=0.2),))["I0"])


def test_slit_off_centre_moves_the_beam_on_the_sample():
    seen = on_sample(replace(TUNED, openings=(Opening(hgap=0.1, hcenter=0.4),)), PATH)
    assert seen.offset_x == pytest.approx(0.4, abs=0.01)
    assert seen.x == pytest.approx(1.30 - 0.4, abs=0.01)
    assert seen.width == pytest.approx(0.1 / math.sqrt(12), rel=0.01)


def test_gap_of_the_crystals_moves_the_beam_up_on_the_sample():
    state = replace(TUNED, gap=TUNED.gap + 0.1, openings=())
    expected = 2 * 0.1 * math.cos(math.radians(BRAGG))
    assert on_sample(state, PATH).offset_y == pytest.approx(expected)
    assert on_sample(state, PATH).y == pytest.approx(-0.40 - expected)


def test_flux_on_the_sample_is_what_the_first_chamber_passes_on():
    seen = on_sample(TUNED, PATH)
    assert seen.energy == pytest.approx(9000.0)
    assert 0.5e11 < seen.flux < 2e11


def test_behind_the_sample_is_what_foil_and_holder_pass_on():
    thin = on_sample(replace(TUNED, x=20.0), PATH)
    assert thin.passed == pytest.approx(1.0, abs=1e-6)
    foil = on_sample(TUNED, PATH)
    assert foil.transmitted == pytest.approx(
        foil.flux * math.exp(-COPPER.coefficient(9000.0) * 0.010), rel=0.02
    )
    assert on_sample(replace(TUNED, y=6.0), PATH).passed < 1e-6


@pytest.mark.parametrize("source", [PATH.source, BendingMagnet()], ids=["undulator", "bending"])
def test_beam_without_a_monochromator_has_the_energy_of_its_source(source):
    path = replace(PATH, crystals=None, source=source)
    seen = on_sample(TUNED, path)
    assert seen.energy == source.peak_energy(TUNED.undulator_gap)
    assert seen.flux > 10 * on_sample(TUNED, replace(PATH, source=source)).flux


def test_beamline_of_a_source_alone_counts_nothing_and_has_a_beam():
    path = BeamPath(BendingMagnet())
    state = BeamState()
    assert dict(expected_rates(state, path)) == {}
    assert on_sample(state, path).flux > 0


def test_bandwidth_of_the_crystals_scales_the_flux():
    narrow = replace(PATH, crystals=Crystals(bandwidth=0.67e-4))
    assert on_sample(TUNED, narrow).flux == pytest.approx(on_sample(TUNED, PATH).flux / 2)


anywhere = st.floats(-1e3, 1e3)


@given(
    bragg=st.floats(-200, 200),
    places=st.tuples(*[anywhere] * 9),
    undulator_gap=st.floats(0, 1e3),
    current=st.floats(0, 1e3),
    gain=st.sampled_from([1e3, 1e6, 1e9, 1e12]),
)
def test_rates_are_finite_and_not_negative_wherever_everything_stands(
    bragg, places, undulator_gap, current, gain
):
    gap, translation, x, y, theta, *opening = places
    state = BeamState(
        bragg,
        gap,
        translation,
        x,
        y,
        theta,
        openings=(Opening(*opening), Opening(20.0, 0.0, 20.0, 0.0)),
        filters=(True, False),
        undulator_gap=undulator_gap,
        ring_current=current,
        amplifiers=(Amplifier(gain),) * 4,
    )
    assert all(0.0 <= rate <= 1e8 for rate in expected_rates(state, PATH).values())


def test_one_evaluation_costs_less_than_fifty_microseconds():
    states = [replace(TUNED, bragg=BRAGG + 1e-4 * step) for step in range(200)]

    def look():
        for state in states:
            expected_rates(state, PATH)

    assert (
        min(timeit.repeat(look, timer=time.process_time, number=1, repeat=9)) / len(states) < 50e-6
    )
