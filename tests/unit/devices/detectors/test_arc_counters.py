"""Arcs and rings of frames, and what is counted on them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices import InvalidTargetError
from devices.detectors.arc_counters import ARC_STATISTICS, ArcCounters, ArcRegion
from devices.detectors.image_counters import ImageCounters, checked_counters

ROWS, COLUMNS = 40, 60
FRAME = np.arange(ROWS * COLUMNS, dtype=np.uint16).reshape(ROWS, COLUMNS)
RING = ArcRegion(x=30, y=20, inner=5, outer=10)


def test_a_ring_has_the_pixels_between_its_radii_edges_included():
    mask = RING.mask(ROWS, COLUMNS)
    assert mask[20, 35]
    assert mask[20, 40]
    assert not mask[20, 34]
    assert not mask[20, 41]


@pytest.mark.parametrize(
    ("start", "pixel"),
    [(-45, (20, 37)), (45, (27, 30)), (135, (20, 23)), (225, (13, 30))],
    ids=["columns", "rows", "against columns", "against rows"],
)
def test_angles_go_from_columns_to_rows(start, pixel):
    arc = ArcRegion(30, 20, 5, 10, start, start + 90)
    quarters = [(20, 37), (27, 30), (20, 23), (13, 30)]
    assert [each for each in quarters if arc.mask(ROWS, COLUMNS)[each]] == [pixel]


@given(st.floats(-720, 720), st.floats(1, 359))
def test_an_arc_and_the_rest_of_its_ring_are_the_ring(start, width):
    arc = ArcRegion(30.5, 20.5, 5, 10, start, start + width)
    rest = ArcRegion(30.5, 20.5, 5, 10, start + width, start + 360)
    ring = ArcRegion(30.5, 20.5, 5, 10)
    both = arc.mask(ROWS, COLUMNS) | rest.mask(ROWS, COLUMNS)
    assert (both == ring.mask(ROWS, COLUMNS)).all()


@pytest.mark.parametrize("word", ARC_STATISTICS)
def test_it_counts_as_numpy_does(word):
    counters = ArcCounters({"ring": word}, RING)
    mask = counters.place(ROWS, COLUMNS)
    pixels = FRAME[mask].astype(float)
    expected = pixels.std() if word == "sigma" else getattr(pixels, word)()
    assert counters.counted(FRAME, mask)["ring"] == pytest.approx(expected)


def test_a_sum_does_not_overflow_the_type_of_the_pixels():
    frame = np.full((ROWS, COLUMNS), 65535, np.uint16)
    counters = ArcCounters({"ring": "sum"}, RING)
    mask = counters.place(ROWS, COLUMNS)
    assert counters.counted(frame, mask)["ring"] == 65535.0 * mask.sum()


def test_the_center_may_lie_outside_the_frame():
    arc = ArcCounters({"ring": "sum"}, ArcRegion(-100, 20, 110, 120))
    assert arc.place(ROWS, COLUMNS).any()


def test_an_arc_of_which_nothing_is_in_the_frame_is_refused():
    arc = ArcCounters({"ring": "sum"}, ArcRegion(30, 20, 500, 600))
    with pytest.raises(InvalidTargetError, match="60 columns and 40 rows: none of it is in them"):
        arc.place(ROWS, COLUMNS)


@pytest.mark.parametrize(
    "given",
    [
        {"inner": 10, "outer": 5},
        {"inner": -1, "outer": 5},
        {"inner": 0, "outer": float("inf")},
        {"inner": 0, "outer": "5"},
        {"inner": 0, "outer": 5, "start": 90, "stop": 90},
        {"inner": 0, "outer": 5, "start": 0, "stop": 361},
    ],
    ids=["turned round", "below 0", "infinite", "text", "no angle", "more than a circle"],
)
def test_what_is_no_arc_is_refused(given):
    with pytest.raises(InvalidTargetError, match="an arc has radii from 0 on"):
        ArcRegion(x=30, y=20, **given)


def test_an_unknown_statistic_is_refused_with_those_there_are():
    with pytest.raises(InvalidTargetError, match="sum, mean, min, max, sigma, not 'median'"):
        ArcCounters({"ring": "median"}, RING)


def test_arcs_share_an_image_and_no_name():
    ring = ArcCounters({"ring": "sum"}, RING)
    other = ArcCounters({"other": "mean"}, RING)
    whole = ImageCounters({"spot": "sum"})
    assert checked_counters("camera", [whole, ring, other]) == [whole, ring, other]
    with pytest.raises(InvalidTargetError, match="have the name 'ring'"):
        checked_counters("camera", [ring, ArcCounters({"ring": "mean"}, RING)])
