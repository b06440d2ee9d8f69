"""Exposures: what changes while they last counts for as long as it lasted."""

from dataclasses import replace

import pytest

from sim_ioc.area_detector.exposure import Exposure
from tests.unit.sim_ioc.area_detector.logged_detector import LIGHT


def exposure(flux_at=lambda time: 1.0, has_moved=False):
    return Exposure(
        lambda time: replace(LIGHT, flux=flux_at(time)), lambda since: has_moved, since=10.0
    )


def photons(looks):
    return sum(look.seconds * look.on_sample.flux for look in looks)


def test_steady_beam_is_looked_at_once():
    assert len(exposure().lasting(2.0, 12.0)) == 1


def test_change_counts_from_when_it_happened():
    flux = [1.0]
    exposed = exposure(lambda time: flux[0])
    exposed.account(10.5)
    flux[0] = 5.0
    assert photons(exposed.lasting(2.0, 12.0)) == pytest.approx(0.5 * 1 + 1.5 * 5)


def test_moving_beam_is_averaged_along_its_way():
    assert photons(exposure(lambda time: time, has_moved=True).lasting(2.0, 12.0)) == (
        pytest.approx(2 * 11)
    )


def test_exposure_that_took_longer_counts_for_as_long_as_asked():
    assert photons(exposure().lasting(2.0, 12.5)) == pytest.approx(2.0)


def test_exposure_that_took_no_time_counts_for_as_long_as_asked():
    assert photons(exposure().lasting(2.0, 10.0)) == pytest.approx(2.0)


def test_many_changes_cost_no_more_than_some():
    exposed = exposure(lambda time: time)
    for n in range(1000):
        exposed.account(10 + n / 500)
    looks = exposed.lasting(2.0, 12.0)
    assert len(looks) <= 65
    assert photons(looks) == pytest.approx(22.0, rel=0.01)
