"""A profile spread over the pixels: the same numbers as pixel by pixel in double precision."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyFAI.geometry import Geometry as IndependentGeometry

from sim_ioc.physics.frames.geometry import (
    Geometry,
    offsets,
    radii,
    solid_angle,
    two_theta,
)
from sim_ioc.physics.frames.radial import profile_radii, scattered_frame


def smooth(angle):
    return 1 + np.cos(20 * angle)


def polarization(angle, azimuth, factor):
    """Return the formula of Kahn et al., J. Appl. Cryst. 15 (1982) 330, as it is printed."""
    cosine = np.cos(angle) ** 2
    return (1 + cosine - factor * np.cos(2 * azimuth) * (1 - cosine)) / 2


def pixel_by_pixel(geometry, factor):
    below, right = offsets(geometry)
    angle = two_theta(radii(geometry), geometry.distance)
    azimuth = np.arctan2(below[:, None], right[None, :])
    return smooth(angle) * solid_angle(angle, geometry) * polarization(angle, azimuth, factor)


@pytest.mark.parametrize("factor", [0.98, 0.0, -1.0])
def test_polarization_is_that_of_pyfai(factor):
    geometry = Geometry((120, 100), 0.172, 30.0, (70.25, 31.5))
    frame = scattered_frame(np.ones_like, geometry, factor)
    angle = two_theta(radii(geometry), geometry.distance)
    row, column = geometry.center
    pyfai = IndependentGeometry(
        0.03, (row + 0.5) * 0.172e-3, (column + 0.5) * 0.172e-3, pixel1=0.172e-3, pixel2=0.172e-3
    )
    expected = pyfai.polarization(geometry.shape, factor=factor)
    assert frame / solid_angle(angle, geometry) == pytest.approx(expected, abs=1e-3)


@given(
    st.tuples(st.floats(-30, 150), st.floats(-30, 150)),
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.sampled_from([0.98, 0.0, -0.5]),
)
def test_frame_is_what_each_pixel_alone_gives(center, shape, factor):
    geometry = Geometry(shape, 0.172, 60.0, center)
    frame = scattered_frame(smooth, geometry, factor)
    most = (0.172 / 60.0) ** 2
    assert frame == pytest.approx(pixel_by_pixel(geometry, factor), abs=2e-4 * most)


def test_frame_wider_than_a_block_is_filled():
    frame = scattered_frame(np.ones_like, Geometry((2, 40000), 0.01, 500.0, (0.5, 2e4)), 0.98)
    assert (frame > 0).all()


def test_profile_reaches_the_farthest_corner():
    geometry = Geometry((10, 10), 1.0, 100.0, (-3.0, 20.0))
    assert profile_radii(geometry).max() >= radii(geometry).max()


def test_frame_is_single_precision():
    assert scattered_frame(smooth, Geometry((4, 5)), 0.98).dtype == np.float32
