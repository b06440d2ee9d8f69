"""Regions: what is cut, turned and binned."""

import numpy as np
import pytest

from sim_ioc.area_detector.regions import Region, Span

IMAGE = np.arange(24, dtype=np.uint16).reshape(4, 6)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (Span(-3, 1000), Span(0, 10)),
        (Span(8, 5), Span(8, 2)),
        (Span(20, 5), Span(9, 1)),
        (Span(0, 4, 9), Span(0, 4, 4)),
        (Span(0, 0, 0), Span(0, 1, 1)),
    ],
    ids=["too large", "over the end", "outside", "bins too large", "nothing"],
)
def test_span_becomes_the_nearest_that_the_sensor_has(asked, given):
    assert asked.within(10) == given


def test_region_is_cut_out():
    cut = Region(Span(1, 2), Span(2, 3)).of(IMAGE)
    assert cut.tolist() == [[8, 9, 10], [14, 15, 16]]


def test_region_is_turned_along_each_axis():
    turned = Region(Span(0, 4, is_reversed=True), Span(0, 6, is_reversed=True)).of(IMAGE)
    assert turned.tolist() == IMAGE[::-1, ::-1].tolist()


def test_bins_add_pixels_and_leave_out_what_fills_none():
    binned = Region(Span(0, 3, 2), Span(0, 5, 2)).of(IMAGE)
    assert binned.tolist() == [[0 + 1 + 6 + 7, 2 + 3 + 8 + 9]]


def test_sums_of_bins_do_not_overflow():
    bright = np.full((2, 2), 60_000, dtype=np.uint16)
    assert Region(Span(0, 2, 2), Span(0, 2, 2)).of(bright).tolist() == [[240_000]]
