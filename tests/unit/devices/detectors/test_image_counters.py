"""What is counted in frames."""

import math

import numpy as np
import pytest

from devices import CountError, InvalidTargetError
from devices.detectors.image_counters import ImageCounters, PixelRegion, checked_counters

SIZE = (20, 10)
LIGHT = {"CentroidTotal_RBV": 1e5, "CentroidX_RBV": 10.5, "SigmaX_RBV": 2.0}


def test_a_counter_is_what_the_plugin_tells():
    assert ImageCounters({"spot": "sum"}).values({"Total_RBV": 42.0}, SIZE) == {"spot": 42.0}


def test_a_width_is_the_full_width_at_half_maximum_of_a_gaussian():
    assert ImageCounters({"w": "fwhm_x"}).values(LIGHT, SIZE) == {
        "w": pytest.approx(4.70964, rel=1e-5)
    }


def test_a_place_is_in_pixels_of_the_whole_frame():
    counters = ImageCounters({"x": "x"}, region=PixelRegion(100, 50, 20, 20))
    assert counters.values(LIGHT, SIZE) == {"x": 110.5}


def test_a_width_does_not_depend_on_where_the_region_is():
    counters = ImageCounters({"w": "fwhm_x"}, region=PixelRegion(100, 50, 20, 20))
    assert counters.values(LIGHT, SIZE) == ImageCounters({"w": "fwhm_x"}).values(LIGHT, SIZE)


def test_without_light_there_is_no_place():
    told = LIGHT | {"CentroidTotal_RBV": 0.0}
    values = ImageCounters({"x": "x", "total": "intensity"}).values(told, SIZE)
    assert math.isnan(values["x"])
    assert values["total"] == 0.0


def test_places_need_the_total_of_the_light_as_well():
    assert ImageCounters({"x": "x"}).fields == ["CentroidX_RBV", "CentroidTotal_RBV"]
    assert not ImageCounters({"spot": "sum"}).needs_light


@pytest.mark.parametrize("counters", [{"a": "median"}, {}], ids=["unknown", "none"])
def test_a_statistic_that_there_is_not_is_refused(counters):
    with pytest.raises(InvalidTargetError, match="counters of frames are sum, mean, min, max"):
        ImageCounters(counters)


@pytest.mark.parametrize(
    "region",
    [(-1, 0, 2, 2), (0, 0, 0, 2), (0.5, 0, 2, 2), (0, 0, 2.0, 2), (0, 0, True, 2)],
    ids=["outside", "empty", "fraction", "real", "truth"],
)
def test_what_is_no_rectangle_is_refused(region):
    with pytest.raises(InvalidTargetError, match="a region is four whole numbers"):
        PixelRegion(*region)


def test_a_region_may_be_given_in_numbers_of_numpy():
    assert PixelRegion(*np.array([1, 2, 3, 4])) == PixelRegion(1, 2, 3, 4)


def test_a_region_that_is_not_all_in_the_frame_is_refused():
    with pytest.raises(InvalidTargetError, match="the region of spot is columns 500 to 519, rows"):
        PixelRegion(500, 0, 20, 20).require_within(512, 512, "spot")


def test_two_groups_cannot_share_a_plugin():
    groups = [ImageCounters({"a": "sum"}), ImageCounters({"b": "sum"})]
    with pytest.raises(InvalidTargetError, match="two groups of counters of cam have the plugin"):
        checked_counters("cam", groups)


def test_two_groups_cannot_share_a_name():
    groups = [ImageCounters({"a": "sum"}), ImageCounters({"a": "sum"}, stats="Stats2:")]
    with pytest.raises(InvalidTargetError, match="have the name 'a'"):
        checked_counters("cam", groups)


def test_a_mapping_is_one_group_of_the_whole_frame():
    assert checked_counters("cam", {"a": "sum"}) == [ImageCounters({"a": "sum"})]
    assert checked_counters("cam", {}) == []


# --- profiles


def test_a_profile_has_the_sum_of_each_column_or_row():
    counters = ImageCounters({"columns": "profile_x", "rows": "profile_y"})
    frame = np.arange(200).reshape(10, 20)
    told = {"ProfileAverageX_RBV": frame.mean(axis=0), "ProfileAverageY_RBV": frame.mean(axis=1)}
    values = counters.values(told, SIZE)
    assert values["columns"] == pytest.approx(frame.sum(axis=0))
    assert values["rows"] == pytest.approx(frame.sum(axis=1))


def test_a_profile_is_as_long_as_its_region():
    region = PixelRegion(2, 3, 8, 4)
    counters = ImageCounters({"columns": "profile_x", "rows": "profile_y"}, region=region)
    size = counters.size(*SIZE)
    assert size == (8, 4)
    assert [counters.shape(name, size) for name in counters.counters] == [[8], [4]]


def test_a_profile_shorter_than_its_region_is_none():
    counters = ImageCounters({"columns": "profile_x"})
    with pytest.raises(CountError, match="columns has 5 values, and its region has 20 pixels"):
        counters.values({"ProfileAverageX_RBV": np.zeros(5)}, SIZE)


def test_what_follows_the_last_pixel_in_a_profile_is_left_out():
    counters = ImageCounters({"columns": "profile_x"})
    assert len(counters.values({"ProfileAverageX_RBV": np.zeros(512)}, SIZE)["columns"]) == 20


def test_plots_show_the_counters_that_are_numbers():
    assert ImageCounters({"spot": "sum", "columns": "profile_x"}).numbers == ["spot"]
