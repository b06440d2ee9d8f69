"""Corrections and filters against the formulas of NDPluginProcess, worked by hand."""

import numpy as np
import pytest

from sim_ioc.area_detector.processing import COEFFICIENTS, FILTERS, Correction, RecursiveFilter

IMAGE = np.array([[10.0, 20.0], [30.0, 40.0]])
PLAIN = {"OOffset": 0.0, "OScale": 1.0, "FOffset": 0.0, "FScale": 1.0, "ROffset": 0.0}


def filtered(kind, frames, most, share=None):
    weights = [share if weight is None else weight for weight in FILTERS[kind]]
    told = PLAIN | dict(zip(COEFFICIENTS, weights, strict=True))
    held = RecursiveFilter()
    made = [held.apply(np.full((1, 1), float(n)), told, most, reset=False) for n in frames]
    return [float(one[0, 0]) for one in made]


def test_background_is_subtracted():
    assert Correction(background=np.full((2, 2), 4.0)).of(IMAGE).tolist() == [[6, 16], [26, 36]]


def test_flat_field_makes_a_frame_like_it_flat():
    flat = Correction(flat_field=IMAGE, flat_field_scale=100.0).of(IMAGE)
    assert flat.tolist() == [[100, 100], [100, 100]]


def test_dead_pixels_of_the_flat_field_change_nothing():
    flat = np.array([[0.0, 20.0], [30.0, 40.0]])
    assert Correction(flat_field=flat, flat_field_scale=1.0).of(IMAGE)[0, 0] == 10


def test_offset_comes_before_scale():
    assert Correction(offset_scale=(5.0, 2.0)).of(IMAGE).tolist() == [[30, 50], [70, 90]]


def test_clips_put_their_values_in_place_of_what_is_beyond():
    clipped = Correction(high=(30.0, 99.0), low=(20.0, -1.0)).of(IMAGE)
    assert clipped.tolist() == [[-1, 20], [30, 99]]


def test_correction_leaves_the_frame_that_came_in_alone():
    Correction(offset_scale=(1.0, 1.0), high=(0.0, 0.0)).of(IMAGE)
    assert IMAGE[0, 0] == 10


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("RecursiveAve", [4, 5, 6, (2 * 6 + 10) / 3]),
        ("Sum", [4, 10, 18, 28]),
        ("Difference", [0, 2, 2, 2]),
        ("CopyToFilter", [4, 6, 8, 10]),
    ],
)
def test_filter_follows_its_formula(kind, expected):
    assert filtered(kind, [4, 6, 8, 10], most=3) == pytest.approx(expected)


def test_average_of_so_many_frames_is_their_mean():
    assert filtered("Average", [4, 6, 8], most=3, share=1 / 3)[-1] == pytest.approx(6)


def test_filter_begins_anew_with_frames_of_another_size():
    told = PLAIN | dict(zip(COEFFICIENTS, FILTERS["RecursiveAve"], strict=True))
    held = RecursiveFilter()
    held.apply(np.ones((2, 2)), told, 5, reset=False)
    assert held.apply(np.full((1, 3), 7.0), told, 5, reset=False).tolist() == [[7, 7, 7]]
    assert held.seen == 1


def test_sum_beyond_all_numbers_is_infinite_without_a_warning():
    told = PLAIN | dict(zip(COEFFICIENTS, FILTERS["Sum"], strict=True)) | {"OScale": 1e300}
    made = RecursiveFilter().apply(np.full((2, 2), 1e300), told, 5, reset=False)
    assert np.isinf(made).all()
    assert np.isinf(Correction(offset_scale=(0.0, 1e300)).of(made)).all()
