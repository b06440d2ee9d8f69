"""Whole pictures: where spot and rings are, what the stop hides, what is kept and what is not."""

import numpy as np
import pytest
from pyFAI.calibrant import get_calibrant

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.frames.expected import expected_frame, unit_frame
from sim_ioc.physics.frames.geometry import Geometry, radii
from sim_ioc.physics.frames.scene import Powder, Scene, Spheres
from sim_ioc.physics.rates import OnSample

DETECTOR = Geometry((201, 201), 0.1, 200.0, (100.0, 100.0))
KINDS = ("direct", "saxs", "powder")


def beam(**changed):
    return OnSample(
        **{
            "energy": 8979.0,
            "flux": 1e10,
            "x": 0.0,
            "y": 0.0,
            "theta": 0.0,
            "width": 0.3,
            "height": 0.2,
            **changed,
        }
    )


def place_of_spot(on_sample, scene=Scene()):  # noqa: B008 - a frozen dataclass
    frame = unit_frame("direct", on_sample, DETECTOR, scene)
    rows, columns = np.indices(frame.shape)
    return (rows * frame).sum(dtype=float), (columns * frame).sum(dtype=float)


@pytest.mark.parametrize("kind", KINDS)
def test_frame_is_photons_per_second_in_single_precision(kind):
    frame = expected_frame(kind, beam(), DETECTOR)
    assert frame.shape == DETECTOR.shape
    assert frame.dtype == np.float32
    assert (frame >= 0).all()
    assert frame.any()


def test_direct_beam_holds_the_flux():
    assert expected_frame("direct", beam(), DETECTOR).sum() == pytest.approx(1e10, rel=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_flux_is_twice_the_frame(kind):
    once, twice = (expected_frame(kind, beam(flux=flux), DETECTOR) for flux in (1e9, 2e9))
    assert twice == pytest.approx(2 * once)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nothing", [{"flux": 0.0}, {"energy": 0.0}], ids=["no-flux", "no-energy"])
def test_no_beam_gives_no_photons(kind, nothing):
    assert not expected_frame(kind, beam(**nothing), DETECTOR).any()


def test_spot_follows_the_beam():
    where = place_of_spot(beam(offset_x=0.5, offset_y=0.3))
    assert where == pytest.approx((100 - 3, 100 + 5), abs=0.02)


def test_camera_on_the_stage_sees_the_beam_move_against_it():
    where = place_of_spot(beam(x=0.5, y=0.3), Scene(on_stage=True))
    assert where == pytest.approx((100 + 3, 100 - 5), abs=0.02)


def test_camera_beside_the_stage_sees_nothing_of_its_moves():
    assert place_of_spot(beam(x=0.5, y=0.3)) == pytest.approx((100, 100), abs=0.02)


def along_a_row(material, energy, distance):
    """Return the powder's photons to the right of the beam: index is the radius in pixels."""
    line = Geometry((1, 1100), 0.075, distance, (0.0, 0.0))
    scene = Scene(powder=Powder(material, width=0.02), stop=0.0)
    narrow = beam(energy=energy, width=0.02, height=0.02)
    return unit_frame("powder", narrow, line, scene)[0]


@pytest.mark.parametrize("energy", [8979.0, 12000.0, 18000.0])
@pytest.mark.parametrize(
    ("material", "distance"), [("LaB6", 80.0), ("Si", 80.0), ("CeO2", 80.0), ("AgBh", 600.0)]
)
def test_rings_in_the_picture_are_where_pyfai_has_them(material, distance, energy):
    calibrant = get_calibrant(material)
    calibrant.wavelength = 12398.419843320026 / energy * 1e-10
    line = along_a_row(material, energy, distance)
    seen = [distance * np.tan(angle) / 0.075 for angle in calibrant.get_2th()[:5] if angle < 1.5]
    seen = [radius for radius in seen if radius < 1080]
    assert seen
    for radius in seen:
        near = np.arange(round(radius) - 6, round(radius) + 7)
        found = (near * line[near]).sum(dtype=float) / line[near].sum(dtype=float)
        assert found == pytest.approx(radius, abs=0.5)


def test_rings_shrink_as_the_energy_rises():
    first = [along_a_row("Si", energy, 80.0)[100:].argmax() for energy in (9000.0, 12000.0)]
    assert first[1] < first[0]


def test_rings_move_with_the_beam():
    frames = [
        unit_frame("powder", beam(offset_y=offset), DETECTOR, Scene(stop=0.0))
        for offset in (0.0, 1.0)
    ]
    assert frames[1][:-10] == pytest.approx(frames[0][10:], rel=1e-3, abs=1e-12)


def test_stop_hides_the_direct_beam():
    hidden = radii(DETECTOR) < 2.9
    frame = unit_frame("saxs", beam(), DETECTOR, Scene(stop=3.0))
    assert not frame[hidden].any()
    assert (frame[radii(DETECTOR) > 3.1] > 0).all()


def test_without_a_stop_the_direct_beam_is_seen():
    frame = unit_frame("saxs", beam(), DETECTOR, Scene(stop=0.0))
    assert frame.sum() == pytest.approx(1, rel=0.05)


def test_beam_that_misses_the_stop_is_seen():
    away = beam(offset_x=6.0)
    assert (
        unit_frame("saxs", away, DETECTOR).max() > 100 * unit_frame("saxs", beam(), DETECTOR).max()
    )


@pytest.mark.parametrize("center", [(-50.0, 100.0), (100.0, 400.0), (0.0, 0.0)])
def test_stop_beside_the_detector_may_be(center):
    beside = Geometry((201, 201), 0.1, 200.0, center)
    assert unit_frame("powder", beam(), beside).shape == (201, 201)


def test_bigger_spheres_scatter_into_smaller_angles():
    far = Geometry((201, 201), 0.1, 2000.0, (100.0, 100.0))
    near_stop, outside = np.s_[100, 135], np.s_[0, 0]
    ratio = {}
    for radius in (3.0, 10.0):
        frame = unit_frame("saxs", beam(), far, Scene(spheres=Spheres(radius=radius)))
        ratio[radius] = frame[near_stop] / frame[outside]
    assert ratio[10.0] > ratio[3.0]


@pytest.mark.parametrize("kind", KINDS)
def test_picture_is_kept_while_only_the_flux_changes(kind):
    first = unit_frame(kind, beam(flux=1e9), DETECTOR)
    assert unit_frame(kind, beam(flux=2e9, theta=1.0), DETECTOR) is first


def test_picture_of_the_direct_beam_is_kept_at_any_energy():
    first = unit_frame("direct", beam(), DETECTOR)
    assert unit_frame("direct", beam(energy=9000.0), DETECTOR) is first


def test_move_of_a_tenth_of_a_pixel_makes_a_new_picture():
    first = unit_frame("direct", beam(), DETECTOR)
    assert unit_frame("direct", beam(offset_x=0.01), DETECTOR) is not first


def test_kept_picture_cannot_be_spoiled():
    with pytest.raises(ValueError, match="read-only"):
        unit_frame("direct", beam(), DETECTOR)[0, 0] = 1


def test_unknown_powder_is_refused():
    with pytest.raises(PhysicsError, match="choose one of"):
        unit_frame("powder", beam(), DETECTOR, Scene(powder=Powder("sugar")))
