"""What the sensor sees of a scene that settings describe."""

import numpy as np
import pytest

from sim_ioc.area_detector.detector_settings import AreaDetectorSettings
from sim_ioc.area_detector.exposure import Look
from sim_ioc.area_detector.regions import Region, Span
from sim_ioc.area_detector.sensor import Sensor
from sim_ioc.physics.frames.powder import ring_radii
from sim_ioc.physics.rates import OnSample

BEAM = OnSample(9000.0, 1e13, 0.0, 0.0, 0.0, 0.05, 0.05)
WHOLE = Region(Span(0, 512), Span(0, 512))


def profile(**settings):
    """Return mean counts of the pixels that are so many pixels from the middle."""
    sensor = Sensor(AreaDetectorSettings(**settings), seed=1)
    counts = sensor.frame([Look(1.0, BEAM)], WHOLE, 5, gain=1)
    rows, columns = np.indices(counts.shape) - 255.5
    radius = np.hypot(rows, columns).astype(int).ravel()
    return np.bincount(radius, counts.ravel()) / np.bincount(radius)


@pytest.mark.parametrize("material", ["LaB6", "Si", "CeO2"])
def test_first_ring_of_a_powder_is_seen_with_the_settings_as_they_are(material):
    seen = profile(image="powder", material=material)
    first = round(ring_radii(material, 9000.0, 30.0)[0] / 0.075)
    assert first < 250
    assert seen[first - 3 : first + 4].max() > 10 * seen[first - 40 : first - 20].max()


def test_small_angle_scattering_has_its_first_minimum_on_the_sensor_as_it_is():
    seen = profile(image="saxs")
    assert seen[130] < 0.05 * seen[50]


def test_radius_of_the_spheres_sets_how_fast_scattering_falls():
    small, large = (profile(image="saxs", radius=radius) for radius in (2.0, 8.0))
    assert small[80] / small[50] > 2 * large[80] / large[50]


def test_beam_stop_is_as_large_as_the_settings_say():
    seen = profile(image="saxs", stop=6.0)
    assert seen[:79].max() == 0 < seen[82]


def test_powder_without_a_beam_stop_shows_the_direct_beam():
    assert profile(image="powder", stop=0.0)[0] > 0 == profile(image="powder")[0]
