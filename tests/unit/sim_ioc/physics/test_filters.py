"""What filters let through."""

import math

import pytest

from sim_ioc.physics.absorption import attenuation
from sim_ioc.physics.filters import Slab, transmission

ALUMINIUM = attenuation("Al")


def test_transmission_of_aluminium_is_the_published_one():
    # Hubbell & Seltzer, NISTIR 5632 (1995): 26.23 cm²/g at 10 keV; density 2.699 g/cm³
    expected = math.exp(-26.23 * 2.699 * 0.02)
    assert Slab(ALUMINIUM, 0.2).transmission(10e3) == pytest.approx(expected, rel=0.01)


def test_transmissions_of_filters_multiply():
    slabs = [Slab(ALUMINIUM, 0.1), Slab(ALUMINIUM, 0.3)]
    one, other = (slab.transmission(9e3) for slab in slabs)
    assert transmission(slabs, (True, True), 9e3) == pytest.approx(one * other)


def test_filters_that_are_out_do_nothing():
    slabs = [Slab(ALUMINIUM, 0.1), Slab(ALUMINIUM, 0.3)]
    assert transmission(slabs, (False, True), 9e3) == slabs[1].transmission(9e3)
    assert transmission(slabs, (False, False), 9e3) == 1.0


def test_without_energy_there_is_nothing_to_absorb():
    assert transmission([Slab(ALUMINIUM, 1.0)], (True,), 0.0) == 1.0
