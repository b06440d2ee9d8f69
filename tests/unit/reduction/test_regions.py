"""Numbers of regions of images."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reduction.errors import ReductionError
from reduction.regions import STATISTICS, Region, region_of, region_value


def test_the_sum_is_that_of_the_pixels_inside():
    image = np.arange(20).reshape(4, 5)
    assert region_value(image, Region(1, 2, 3, 2)) == 11 + 12 + 13 + 16 + 17 + 18


def test_small_pixels_do_not_overflow():
    image = np.full((100, 100), 255, np.uint8)
    assert region_value(image, Region(0, 0, 100, 100)) == 255e4


def test_a_pixel_that_is_missing_makes_the_number_missing():
    assert np.isnan(region_value([[1.0, np.nan]], Region(0, 0, 2, 1)))


@pytest.mark.parametrize("name", STATISTICS)
def test_statistics_are_those_of_numpy(name):
    image = np.arange(12.0).reshape(3, 4) ** 2
    expected = {"sigma": "std"}.get(name, name)
    assert region_value(image, Region(1, 0, 2, 3), name) == getattr(image[:, 1:3], expected)()


@pytest.mark.parametrize(
    "told",
    [(-1, 0, 1, 1), (0, 0, 0, 1), (0, 0, 1.5, 1), (0, 0, True, 1), (0, 0, 1), ("a", 0, 1, 1)],
    ids=str,
)
def test_what_is_no_rectangle_is_refused(told):
    with pytest.raises(ReductionError, match="a region is four"):
        region_of(told)


@pytest.mark.parametrize("region", [Region(2, 0, 2, 1), Region(0, 1, 1, 2)])
def test_a_region_that_is_not_all_in_the_image_is_refused(region):
    with pytest.raises(ReductionError, match="not all in an image of 3 columns and 2 rows"):
        region_value([[1, 2, 3], [4, 5, 6]], region)


@pytest.mark.parametrize("image", [[1, 2], [["a", "b"]], None, [[[1]]]], ids=str)
def test_what_is_no_image_is_refused(image):
    with pytest.raises(ReductionError, match="two dimensions of numbers"):
        region_value(image, Region(0, 0, 1, 1))


def test_an_unknown_statistic_is_refused_with_those_there_are():
    with pytest.raises(ReductionError, match="sum, mean, min, max, sigma, and no 'mode'"):
        region_value([[1]], Region(0, 0, 1, 1), "mode")


@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 7), st.integers(0, 7))
def test_regions_that_share_an_image_share_its_sum(rows, columns, row, column):
    image = np.arange(rows * columns).reshape(rows, columns)
    row, column = min(row, rows - 1), min(column, columns - 1)
    above = [Region(0, 0, columns, row)] if row else []
    beside = [Region(0, row, column, rows - row)] if column else []
    regions = [*above, *beside, Region(column, row, columns - column, rows - row)]
    assert sum(region_value(image, region) for region in regions) == image.sum()
