"""Where pixels are and what light they get, against pyFAI and hand calculation."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyFAI.geometry import Geometry as IndependentGeometry

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.frames.geometry import (
    Geometry,
    momentum_transfer,
    radii,
    solid_angle,
    two_theta,
    wavelength,
)

DETECTOR = Geometry((120, 100), 0.172, 30.0, (70.25, 31.5))


def independent(geometry):
    """Return the same detector as pyFAI sees it: metres, from the corner of the first pixel."""
    row, column = geometry.center
    pixel = geometry.pixel * 1e-3
    return IndependentGeometry(
        dist=geometry.distance * 1e-3,
        poni1=(row + 0.5) * pixel,
        poni2=(column + 0.5) * pixel,
        pixel1=pixel,
        pixel2=pixel,
        wavelength=1e-10,
    )


def angles(geometry):
    return two_theta(radii(geometry), geometry.distance)


def test_scattering_angle_of_each_pixel_is_that_of_pyfai():
    assert angles(DETECTOR) == pytest.approx(
        independent(DETECTOR).twoThetaArray(DETECTOR.shape),
        abs=1e-6,  # single precision
    )


def test_momentum_transfer_of_each_pixel_is_that_of_pyfai():
    energy = 12398.419843320026  # 1 Å
    per_nm = 10 * momentum_transfer(angles(DETECTOR), energy)
    assert per_nm == pytest.approx(independent(DETECTOR).qArray(DETECTOR.shape), rel=1e-5)


def test_solid_angle_falls_off_axis_as_in_pyfai():
    relative = solid_angle(angles(DETECTOR), DETECTOR) / (0.172 / 30.0) ** 2
    expected = independent(DETECTOR).solidAngleArray(DETECTOR.shape)
    assert relative == pytest.approx(expected, rel=1e-6)


def test_solid_angles_of_a_wide_detector_add_up_to_half_a_sphere_less_the_rim():
    wide = Geometry((2001, 2001), 0.5, 20.0, (1000.0, 1000.0))
    # the solid angle of a square of half width a at distance L (Van Oosterom & Strackee, 1983)
    half = 1000.5 * 0.5
    whole = 4 * math.asin(half**2 / (half**2 + 20.0**2))
    assert solid_angle(angles(wide), wide).sum() == pytest.approx(whole, rel=1e-4)


def test_copper_edge_has_a_wavelength_of_1_381_angstrom():
    assert wavelength(8979) == pytest.approx(1.3808, abs=1e-4)


def test_beam_that_moves_right_and_up_goes_to_later_columns_and_earlier_rows():
    moved = Geometry((10, 10), 0.1, 100.0, (5.0, 5.0)).shifted(right=0.2, up=0.3)
    assert moved.center == pytest.approx((2.0, 7.0))


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_beam_that_moves_back_is_where_it_was(right, up):
    back = DETECTOR.shifted(right, up).shifted(-right, -up)
    assert back.center == pytest.approx(DETECTOR.center, abs=1e-9)


@pytest.mark.parametrize(
    "wrong",
    [{"shape": (0, 5)}, {"pixel": 0.0}, {"distance": -1.0}, {"distance": math.nan}],
    ids=["no-rows", "no-pixel", "behind", "nan"],
)
def test_detector_that_cannot_be_is_refused(wrong):
    with pytest.raises(PhysicsError, match="above 0 and finite"):
        Geometry(**wrong)
