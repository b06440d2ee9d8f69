"""What is counted in frames."""

import math

import pytest

from devices import InvalidTargetError
from devices.detectors.image_counters import ImageCounters, PixelRegion, checked_counters

LIGHT = {"CentroidTotal_RBV": 1e5, "CentroidX_RBV": 10.5, "SigmaX_RBV": 2.0}


def test_a_counter_is_what_the_plugin_tells():
    assert ImageCounters({"spot": "sum"}).values({"Total_RBV": 42.0}) == {"spot": 42.0}


def test_a_width_is_the_full_width_at_half_maximum_of_a_gaussian():
    assert ImageCounters({"w": "fwhm_x"}).values(LIGHT) == {"w": pytest.approx(4.70964, rel=1e-5)}


def test_a_place_is_in_pixels_of_the_whole_frame():
    counters = ImageCounters({"x": "x"}, region=PixelRegion(100, 50, 20, 20))
    assert counters.values(LIGHT) == {"x": 110.5}


def test_a_width_does_not_depend_on_where_the_region_is():
    counters = ImageCounters({"w": "fwhm_x"}, region=PixelRegion(100, 50, 20, 20))
    assert counters.values(LIGHT) == ImageCounters({"w": "fwhm_x"}).values(LIGHT)


def test_without_light_there_is_no_place():
    told = LIGHT | {"CentroidTotal_RBV": 0.0}
    values = ImageCounters({"x": "x", "total": "intensity"}).values(told)
    assert math.isnan(values["x"])
    assert values["total"] == 0.0


def test_places_need_the_total_of_the_light_as_well():
    assert ImageCounters({"x": "x"}).fields == ["CentroidX_RBV", "CentroidTotal_RBV"]
    assert not ImageCounters({"spot": "sum"}).needs_light


@pytest.mark.parametrize("counters", [{"a": "median"}, {}], ids=["unknown", "none"])
def test_a_statistic_that_there_is_not_is_refused(counters):
    with pytest.raises(InvalidTargetError, match="counters of frames are sum, mean, min, max"):
        ImageCounters(counters)


@pytest.mark.parametrize("region", [(-1, 0, 2, 2), (0, 0, 0, 2)], ids=["outside", "empty"])
def test_what_is_no_rectangle_is_refused(region):
    with pytest.raises(InvalidTargetError, match="a region begins at 0 or more"):
        PixelRegion(*region)


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
