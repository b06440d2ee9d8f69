"""Statistics of frames against numbers known otherwise."""

import numpy as np
import pytest

from sim_ioc.area_detector import statistics

IMAGE = np.array([[1, 2, 3, 4], [5, 60, 7, 8], [9, 10, 11, 0]], dtype=np.uint16)


def spot(row, column, sigma_row, sigma_column, shape=(200, 240)):
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    exponent = ((rows - row) / sigma_row) ** 2 + ((columns - column) / sigma_column) ** 2
    return 1e4 * np.exp(-exponent / 2)


def test_extremes_are_found_with_their_places():
    told = statistics.basic(IMAGE, 0)
    assert (told["MinValue"], told["MinX"], told["MinY"]) == (0, 3, 2)
    assert (told["MaxValue"], told["MaxX"], told["MaxY"]) == (60, 1, 1)


def test_mean_sigma_and_total_are_those_of_numpy():
    told = statistics.basic(IMAGE, 0)
    assert told["Total"] == told["Net"] == IMAGE.sum()
    assert told["MeanValue"] == pytest.approx(IMAGE.mean())
    assert told["Sigma"] == pytest.approx(IMAGE.std())


def test_net_is_above_the_background_at_the_edges():
    image = np.full((20, 30), 7.0)
    image[10, 15] += 1000
    assert statistics.basic(image, 2)["Net"] == pytest.approx(1000)


def test_moments_of_a_spot_are_its_place_and_widths():
    told = statistics.centroid(spot(90.25, 130.5, 6.0, 9.0))
    assert (told["CentroidY"], told["CentroidX"]) == pytest.approx((90.25, 130.5), abs=1e-6)
    assert (told["SigmaY"], told["SigmaX"]) == pytest.approx((6.0, 9.0), rel=1e-6)
    shape = [told[name] for name in ("SigmaXY", "SkewX", "SkewY", "KurtosisX", "KurtosisY")]
    assert shape == pytest.approx([0, 0, 0, 0, 0], abs=1e-4)


def test_oblique_spot_has_its_angle_and_correlation():
    rows, columns = np.ogrid[:200, :200]
    along, across = (columns - 100 + rows - 100) / 2**0.5, (columns - rows) / 2**0.5
    told = statistics.centroid(np.exp(-((along / 15) ** 2 + (across / 5) ** 2) / 2))
    assert told["Orientation"] == pytest.approx(45)
    assert told["SigmaXY"] == pytest.approx((225 - 25) / (225 + 25), rel=1e-3)


def test_dark_frame_has_moments_of_zero():
    assert set(statistics.centroid(np.zeros((5, 5))).values()) == {0.0}


def test_threshold_leaves_out_what_is_below():
    assert statistics.above(IMAGE, 9).sum() == 60 + 9 + 10 + 11


def test_histogram_counts_every_pixel_once():
    counted = statistics.histogram(IMAGE, 5, 2, 10)
    # middles 2, 4, 6, 8, 10; halves go up
    assert counted.values.tolist() == [2, 4, 6, 8, 10]
    assert counted.counts.tolist() == [1, 2, 1, 2, 2]
    assert (counted.below, counted.above) == (2, 2)
    assert counted.counts.sum() + counted.below + counted.above == IMAGE.size


def test_entropy_is_minus_the_mean_of_n_ln_n():
    counted = statistics.histogram(np.array([[1, 1, 1, 2]]), 2, 1, 2)
    assert counted.entropy == pytest.approx(-3 * np.log(3) / 4)


ODD_PIXELS = {"nan": np.nan, "inf": np.inf, "huge": 1e308}


@pytest.mark.parametrize("value", ODD_PIXELS.values(), ids=ODD_PIXELS)
def test_pixels_that_cannot_be_added_break_nothing(value):
    data = np.full((4, 5), value)
    assert not np.isfinite(statistics.basic(data, 1)["Sigma"])
    assert statistics.centroid(data)["CentroidX"] == 0
    assert statistics.profiles(data).x.shape == (5,)
    assert statistics.histogram(data, 4, 0.0, 10.0).counts.sum() == 0


def test_pixels_that_are_no_numbers_are_in_no_bin():
    counted = statistics.histogram(np.array([[1.0, np.nan, 2.0]]), 3, 0.0, 2.0)
    assert counted.counts.tolist() == [0, 1, 1]
    assert (counted.below, counted.above) == (0, 0)
