"""Mask, background and flat field, in the order that is asked for; what is counted after them."""

import re

import numpy as np
import pytest

from devices import (
    ArcCounters,
    ArcRegion,
    FrameCorrections,
    ImageCounters,
    InvalidTargetError,
    PixelRegion,
)
from devices.detectors.frame_statistics import WORDS, Light, statistics_of
from devices.detectors.image_counters import STATISTICS, checked_counters
from sim_ioc.area_detector.statistics import above, basic, centroid, profiles

SIZE = ROWS, COLUMNS = 30, 40
RANDOM = np.random.default_rng(1)
FRAME = RANDOM.poisson(20, SIZE).astype(np.uint16)
GOOD = np.ones(SIZE, bool)
BAD = np.zeros((4, 5), "uint8")
BAD[1, 2] = 7


def corrected(frame, **given):
    return FrameCorrections(**given).checked("spot", *frame.shape).of(frame)


# --- the steps, and their order


def test_a_frame_like_the_flat_one_keeps_its_counts():
    flat = RANDOM.uniform(1, 3, SIZE)
    assert corrected(flat, flat=flat).mean() == pytest.approx(flat.mean())
    assert np.ptp(corrected(flat, flat=flat)) < 1e-12


def test_background_comes_before_flat_unless_one_says_otherwise():
    frame, background, flat = np.full((1, 2), 30), np.full((1, 2), 10), np.array([[1, 3]])
    first = corrected(frame, background=background, flat=flat)
    assert first == pytest.approx(np.array([[40, 40 / 3]]))
    last = corrected(frame, background=background, flat=flat, order=["flat", "background"])
    assert last == pytest.approx(np.array([[50, 10]]))


def test_bad_pixels_of_a_flat_frame_change_its_mean_where_they_are_left_out_after_it():
    flat = np.array([[2.0, 2.0, 200.0]])
    bad = np.array([[0, 0, 1]])
    frame = np.full((1, 3), 10.0)
    assert corrected(frame, flat=flat, bad_pixels=bad)[0, 0] == pytest.approx(10)
    other = corrected(frame, flat=flat, bad_pixels=bad, order=["flat", "mask"])
    assert other[0, 0] == pytest.approx(10 * 68 / 2)


def test_where_the_flat_frame_is_dark_pixels_are_bad():
    flat = np.array([[1.0, 0.0, np.nan, -1.0]])
    checked = FrameCorrections(flat=flat).checked("spot", 1, 4)
    assert checked.good.tolist() == [[True, False, False, False]]


def test_counts_of_unsigned_pixels_may_become_negative():
    assert corrected(np.full((1, 1), 3, np.uint16), background=np.full((1, 1), 5)) == -2


@pytest.mark.parametrize("order", [["background", "flat"], ["flat", "background"]])
def test_those_of_a_part_of_the_frame_do_there_what_those_of_all_do(order):
    background, flat, frame = (RANDOM.uniform(1, 3, SIZE) for _ in range(3))
    bad = np.zeros(SIZE)
    bad[1, 2] = 1
    given = FrameCorrections(bad_pixels=bad, background=background, flat=flat, order=order)
    whole, place = given.checked("spot", *SIZE), np.s_[1:3, 2:4]
    part = whole.cut(place)
    assert part.of(frame[place]) == pytest.approx(whole.of(frame)[place])
    assert (part.good == whole.good[place]).all()
    assert part.background.shape == part.factor.shape == (2, 2)


def test_they_may_be_in_files(tmp_path):
    np.save(tmp_path / "bad.npy", BAD)
    corrections = FrameCorrections(bad_pixels=tmp_path / "bad.npy")
    assert corrections.checked("spot", 4, 5).good.sum() == 19
    assert str(corrections) == f"mask {tmp_path / 'bad.npy'}"


def test_it_says_what_is_done_in_its_order():
    corrections = FrameCorrections(background=BAD, flat="flat.npy", order=["flat"])
    assert str(corrections) == "flat flat.npy, background"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"bad_pixels": BAD.T},
            "the bad_pixels of spot is of shape (5, 4), and frames have 4 rows",
        ),
        ({"background": "/nowhere/dark.npy"}, "the background of spot cannot be read"),
        ({"background": np.full((4, 5), np.nan)}, "the background of spot has pixels that are no"),
        ({"flat": np.zeros((4, 5))}, "no pixel of the flat frame of spot is good and above 0"),
    ],
    ids=["turned", "no file", "no number", "dark"],
)
def test_what_does_not_fit_is_refused(given, sentence):
    with pytest.raises(InvalidTargetError, match=re.escape(sentence)):
        FrameCorrections(**given).checked("spot", 4, 5)


@pytest.mark.parametrize("order", [["flat", "flat"], ["rotate"], "rotate"])
def test_steps_that_there_are_not_are_refused(order):
    with pytest.raises(InvalidTargetError, match="names some of mask, background, flat"):
        FrameCorrections(order=order)


# --- what is counted


@pytest.mark.parametrize("word", WORDS)
def test_without_bad_pixels_it_counts_as_the_plugin_does(word):
    """The plugin's formulas, as the virtual beamline has them."""
    told = basic(FRAME, 1) | centroid(above(FRAME, 18.0))
    told = {f"{name}_RBV": value for name, value in told.items()}
    whole = profiles(FRAME)
    told |= {"ProfileAverageX_RBV": whole.x, "ProfileAverageY_RBV": whole.y}
    plugin = ImageCounters({"n": word}).values(told, (COLUMNS, ROWS))["n"]
    assert statistics_of({"n": word}, FRAME, GOOD, 18.0)["n"] == pytest.approx(plugin)


@pytest.mark.parametrize("word", WORDS)
def test_what_bad_pixels_hold_changes_nothing(word):
    good = RANDOM.random(SIZE) > 0.1
    spoilt = np.where(good, FRAME.astype(float), np.nan)
    hot = np.where(good, FRAME.astype(float), 1e9)
    first, second = (statistics_of({"n": word}, each, good, 18.0)["n"] for each in (spoilt, hot))
    assert first == pytest.approx(second)
    assert np.isfinite(first).all()


def test_without_light_there_is_no_place():
    light = Light.of(np.zeros(SIZE), GOOD, 1.0)
    assert light.intensity == 0
    assert np.isnan([light.x, light.y, light.fwhm_x, light.fwhm_y]).all()


def test_places_are_in_pixels_of_the_whole_frame():
    counters = ImageCounters({"x": "x", "y": "y"}, region=PixelRegion(10, 20, 5, 5))
    place = counters.place(*SIZE)
    frame = np.zeros(SIZE)
    frame[23, 12] = 5
    assert counters.counted(frame[place], GOOD[place]) == {"x": 12.0, "y": 23.0}


def test_counters_that_no_plugin_counts_may_share_its_name():
    corrections = FrameCorrections(bad_pixels=BAD)
    groups = [ImageCounters({"a": "sum"}), ImageCounters({"b": "sum"}, corrections=corrections)]
    assert checked_counters("camera", groups) == groups


def test_corrections_of_a_camera_are_those_of_groups_that_have_none():
    own, ours = FrameCorrections(bad_pixels=BAD, order=["flat"]), FrameCorrections(flat=BAD)
    ring = ArcRegion(2, 2, 0, 5)
    groups = [ImageCounters({"a": "sum"}), ArcCounters({"b": "sum"}, ring, corrections=own)]
    found = checked_counters("camera", groups, ours)
    assert found[0].corrections is ours
    assert found[1].corrections is own


def test_what_only_a_plugin_counts_is_refused():
    assert set(STATISTICS) - set(WORDS) == {"net"}
    with pytest.raises(InvalidTargetError, match="net is counted by a plugin only"):
        ImageCounters({"spot": "net"}, corrections=FrameCorrections(bad_pixels=BAD))
