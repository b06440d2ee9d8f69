"""What the counters expect: beam lost where it should be, a true Gaussian where it should be."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sim_ioc.physics.absorption import absorber
from sim_ioc.physics.monochromator import (
    bragg_angle,
    fixed_exit_gap,
    fixed_exit_translation,
)
from sim_ioc.physics.rates import BeamState, expected_rates

COPPER = absorber("Cu")
BRAGG = bragg_angle(9000.0)
TUNED = BeamState(
    bragg=BRAGG,
    gap=fixed_exit_gap(BRAGG, 25.0),
    translation=fixed_exit_translation(BRAGG, 25.0),
    x=1.30,
    y=-0.40,
)


def rates(**changes):
    return expected_rates(replace(TUNED, **changes), COPPER)


def test_monitor_counts_about_a_million_per_second():
    assert 0.7e6 < rates().I0 < 1.5e6


def test_flux_is_proportional_to_the_ring_current():
    assert rates(ring_current=100.0).I0 == pytest.approx(rates().I0 / 2, rel=1e-4)


def test_closed_shutter_leaves_dark_counts_on_every_counter():
    assert all(rate < 10 for rate in rates(shutter_open=False))


def test_dumped_beam_leaves_dark_counts_on_every_counter():
    assert all(rate < 10 for rate in rates(ring_current=0.0))


@pytest.mark.parametrize("name", ["gap", "translation"])
def test_detuned_crystal_loses_beam_smoothly(name):
    tuned = getattr(TUNED, name)
    offsets = np.linspace(0, 4 if name == "translation" else 0.6, 30)
    seen = [rates(**{name: tuned + offset}).I0 for offset in offsets]
    assert seen[-1] < 0.6 * seen[0]
    assert all(later <= earlier * 1.0001 for earlier, later in pairwise(seen))
    assert min(np.diff(seen)) > -0.15 * seen[0]


def test_bragg_alone_loses_beam():
    assert rates(bragg=bragg_angle(9600.0)).I0 < 0.6 * rates().I0


def test_absorption_of_the_foil_is_a_gaussian_in_x():
    x = np.linspace(-0.5, 3.0, 15)
    seen = [rates(x=position) for position in x]
    depth = np.array([math.log(rate.I0 / rate.It) for rate in seen])
    expected = depth.max() * np.exp(-((x - 1.30) ** 2) / (2 * 0.80**2))
    assert depth == pytest.approx(expected, abs=0.01 * depth.max())


def test_foil_is_ten_micrometres_thick_at_its_peak():
    seen = rates()
    assert math.log(seen.I0 / seen.It) == pytest.approx(
        COPPER.coefficient(9000.0) * 0.010, rel=1e-3
    )


def test_turned_foil_is_thicker():
    depth = math.log(rates(theta=60.0).I0 / rates(theta=60.0).It)
    assert depth == pytest.approx(2 * COPPER.coefficient(9000.0) * 0.010, rel=1e-2)


def test_blade_cuts_the_beam_at_four_millimetres():
    assert rates(x=-20, y=3.8).It == pytest.approx(rates(x=-20).It, rel=1e-3)
    assert rates(x=-20, y=4.0).It == pytest.approx(rates(x=-20).It / 2, rel=1e-3)
    assert rates(x=-20, y=4.2).It < 0.001 * rates().I0


def test_fluorescence_jumps_at_the_edge():
    below, above = bragg_angle(8900.0), bragg_angle(9000.0)
    assert rates(bragg=above).If > 10 * rates(bragg=below).If


def test_higher_energy_moves_the_beam_off_the_sample_when_the_gap_stays():
    assert rates(gap=TUNED.gap + 0.1).It != pytest.approx(rates().It, rel=1e-3)


@pytest.mark.parametrize("bragg", [0.0, -10.0, 90.0, 180.0])
def test_impossible_angle_gives_dark_counts(bragg):
    assert all(rate < 10 for rate in rates(bragg=bragg))
