"""Mirrors on three legs, and bent by two actuators."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.axes.kinematics import tripod_legs, tripod_pose
from devices.axes.mirror_axes import Bender, Tripod
from devices.errors import FormulaError, OutOfLimitsError
from tests.unit.devices.soft_stage import go, soft
from tests.waiting import PATIENCE

PLACES = [(0.0, -500.0), (200.0, 500.0), (-200.0, 500.0)]
heights = st.floats(-50, 50)
angles = st.floats(-100, 100)


def tripod(limits=(-10.0, 10.0)):
    legs = [soft(name, limits=limits) for name in ("one", "two", "three")]
    return Tripod(name="mirror", legs=legs, places=PLACES)


def legs(made):
    return [axis.position for axis in made.reals.values()]


@given(heights, angles, angles)
def test_the_pose_comes_back_from_the_legs(height, pitch, roll):
    stand = tripod_legs(np.array(PLACES), height, pitch, roll)
    assert tripod_pose(np.array(PLACES), stand) == pytest.approx((height, pitch, roll), abs=1e-9)


def test_many_poses_are_computed_as_each_alone():
    heights, pitch = np.array([0.0, 1.0, 2.0]), np.array([-1.0, 0.0, 5.0])
    together = tripod_legs(np.array(PLACES), heights, pitch, 0.5)
    for index in range(3):
        alone = tripod_legs(np.array(PLACES), heights[index], pitch[index], 0.5)
        assert together[:, index] == pytest.approx(alone)


def test_the_height_lifts_all_legs():
    made = tripod()
    go(made.height, 2.0)
    assert legs(made) == pytest.approx([2.0, 2.0, 2.0])


def test_a_positive_pitch_raises_the_downstream_end():
    made = tripod()
    go(made.pitch, 1.0)
    rise = 500 * math.tan(1e-3)
    assert legs(made) == pytest.approx([-rise, rise, rise])


def test_a_positive_roll_raises_the_left_side():
    made = tripod()
    go(made.roll, 10.0)
    rise = 200 * math.tan(1e-2)
    assert legs(made) == pytest.approx([0.0, rise, -rise])


def test_setting_the_pitch_keeps_height_and_roll():
    made = tripod()
    made.set({"height": 1.0, "roll": 3.0}).wait(PATIENCE)
    go(made.pitch, 2.0)
    assert made.position == pytest.approx({"height": 1.0, "pitch": 2.0, "roll": 3.0})


def test_a_leg_at_its_end_refuses_the_pitch():
    with pytest.raises(OutOfLimitsError, match="mirror_pitch cannot go to 30 mrad: one would have"):
        tripod().pitch.set(30.0)


@pytest.mark.parametrize(
    ("places", "reason"),
    [
        ([(0, 0), (1, 1), (2, 2)], "its legs in a line"),
        ([(0, 0), (1, 1)], "stands on three legs"),
    ],
)
def test_legs_that_cannot_tell_a_tilt_are_refused(places, reason):
    axes = [soft(name) for name in "abc"][: len(places)]
    with pytest.raises(FormulaError, match=reason):
        Tripod(name="mirror", legs=axes, places=places)


def test_a_bender_keeps_its_asymmetry_when_it_bends():
    up, down = soft("up", 10.0), soft("down", 12.0)
    bender = Bender(name="bender", upstream=up, downstream=down)
    assert bender.position == {"bend": 11.0, "asymmetry": 2.0}
    go(bender.bend, 20.0)
    assert (up.position, down.position) == (19.0, 21.0)


def test_a_bender_keeps_its_bend_when_its_asymmetry_changes():
    up, down = soft("up", 10.0), soft("down", 12.0)
    bender = Bender(name="bender", upstream=up, downstream=down)
    go(bender.asymmetry, 4.0)
    assert (up.position, down.position) == (9.0, 13.0)
