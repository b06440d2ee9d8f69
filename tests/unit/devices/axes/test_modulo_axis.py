"""Axes that turn round go the short way, and show positions within one turn."""

import math

import bluesky.plans as bp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.axes.kinematics import folded, nearest_turn
from devices.axes.modulo_axis import ModuloAxis
from devices.errors import InvalidTargetError, OutOfLimitsError
from tests.unit.devices.soft_stage import go, soft

degrees = st.floats(-1e5, 1e5)


def modulo(position=0.0, limits=(-3600.0, 3600.0), **options):
    return ModuloAxis(name="phi", axis=soft("stage", position, limits, "deg"), **options)


def stage(axis):
    return axis.reals["stage"].position


@pytest.mark.parametrize(
    ("position", "shown"), [(0, 0), (359, 359), (360, 0), (725, 5), (-10, 350), (-1e-18, 0)]
)
def test_positions_are_shown_within_one_turn(position, shown):
    assert modulo(position).position == shown


def test_the_lowest_position_shown_is_the_origin():
    assert modulo(350.0, origin=-180.0).position == -10.0


@pytest.mark.parametrize(
    ("here", "target", "there"),
    [(0, 350, -10), (725, 350, 710), (725, 10, 730), (10, 190, 190), (0, 370, 10), (0, -10, -10)],
)
def test_it_goes_the_short_way(here, target, there):
    axis = modulo(here)
    go(axis, target)
    assert stage(axis) == there


def test_it_goes_the_long_way_where_the_axis_cannot_turn_on():
    axis = modulo(170.0, limits=(-180.0, 180.0))
    go(axis, 200.0)
    assert stage(axis) == -160.0


def test_an_angle_that_no_turn_within_the_limits_has_is_refused():
    axis = modulo(limits=(-90.0, 90.0))
    expected = "phi cannot go to 180 deg: stage would have to go to .*180 deg, and its limits"
    with pytest.raises(OutOfLimitsError, match=expected):
        axis.set(180.0)


def test_the_setpoint_is_shown_within_one_turn():
    axis = modulo()
    go(axis, 370.0)
    assert axis.locate() == {"setpoint": 10.0, "readback": 10.0}


def test_a_relative_scan_passes_zero(engine, documents):
    axis = modulo(0.0)
    engine(bp.rel_scan([], axis, -10, 10, 3))
    data = [doc["data"] for name, doc in documents if name == "event"]
    assert [(d["phi"], d["stage"]) for d in data] == [(350, -10), (0, 0), (10, 10)]
    assert stage(axis) == 0.0


def test_every_position_is_some_turn_so_that_there_are_no_limits():
    assert modulo().limits == (-math.inf, math.inf)


@pytest.mark.parametrize("period", [0.0, -360.0, math.inf, math.nan])
def test_a_period_that_is_none_is_refused(period):
    with pytest.raises(InvalidTargetError, match="phi: positions repeat after a positive number"):
        modulo(period=period)


@pytest.mark.parametrize("target", [math.nan, math.inf, "10"])
def test_what_is_no_position_is_refused(target):
    with pytest.raises(InvalidTargetError, match="phi cannot go to"):
        modulo().set(target)


@given(degrees, degrees)
def test_the_nearest_turn_is_the_same_angle_at_most_half_a_turn_away(target, here):
    found = nearest_turn(target, here, 360.0, (-math.inf, math.inf))
    assert abs(found - here) <= 180.0 + 1e-9
    assert math.remainder(found - target, 360.0) == pytest.approx(0, abs=1e-9)


@given(degrees, st.floats(-180, 180))
def test_a_turn_within_the_limits_is_found_where_there_is_one(target, here):
    found = nearest_turn(target, here, 360.0, (-180.0, 180.0 + 1e-9))
    assert -180.0 <= found <= 180.0 + 1e-9


@given(degrees, st.floats(-360, 360))
def test_folding_gives_less_than_one_turn_above_the_origin(position, origin):
    shown = folded(position, 360.0, origin)
    assert origin <= shown < origin + 360.0
    assert math.remainder(shown - position, 360.0) == pytest.approx(0, abs=1e-9)


def test_many_angles_are_folded_at_once():
    assert folded(np.array([-10.0, 370.0]), 360.0).tolist() == [350.0, 10.0]
