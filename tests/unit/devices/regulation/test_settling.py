"""Ramps, and when a value has settled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.errors import InvalidTargetError
from devices.regulation.settling import Deadband, Ramp, ShownSetpoint


def test_a_ramp_goes_at_its_rate_and_ends_at_its_target():
    ramp = Ramp(0.0, rate=60.0)
    ramp.go(2.5)
    assert [ramp.advance(1.0) for _ in range(4)] == [1.0, 2.0, 2.5, 2.5]
    assert ramp.is_done


def test_without_a_rate_it_steps():
    ramp = Ramp(0.0)
    ramp.go(5.0)
    assert ramp.advance(0.0) == 5.0


def test_held_it_stays():
    ramp = Ramp(0.0, rate=60.0)
    ramp.go(10.0)
    ramp.advance(3.0)
    ramp.hold()
    assert ramp.advance(3.0) == 3.0
    assert ramp.is_done


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.lists(st.floats(0, 100), max_size=20))
def test_a_ramp_never_overshoots(start, target, steps):
    ramp = Ramp(start, rate=30.0)
    ramp.go(target)
    for step in steps:
        value = ramp.advance(step)
        assert min(start, target) <= value <= max(start, target)


def test_a_value_has_settled_after_its_time_inside_without_a_break():
    band = Deadband(1.0, seconds=2.0)
    seen = [(0.0, 0.5), (1.5, 0.5), (1.9, 1.5), (2.0, 0.5), (3.9, -1.0), (4.0, 0.0)]
    settled = [band.settled(now, value, 0.0) for now, value in seen]
    assert settled == [False, False, False, False, False, True]


def test_what_is_no_number_never_settles():
    assert not Deadband(1.0, seconds=0.0).settled(0.0, float("nan"), 0.0)


@pytest.mark.parametrize(("value", "idle"), [(0.05, True), (0.06, False), (-0.05, True)])
def test_the_idle_zone_is_a_part_of_the_deadband(value, idle):
    band = Deadband(0.1, seconds=1.0, idle_factor=0.5)
    band.settled(0.0, 0.0, 0.0)
    band.settled(1.0, 0.0, 0.0)
    assert band.is_idle(value, 0.0) is idle


def test_nothing_is_idle_before_it_has_settled():
    band = Deadband(0.1, seconds=1.0)
    band.settled(0.0, 0.0, 0.0)
    assert not band.is_idle(0.0, 0.0)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"width": 0}, "the width of a deadband is above 0, not 0"),
        ({"width": "0.1"}, "the width of a deadband is above 0, not '0.1'"),
        ({"seconds": -1}, "in 0 or more s, not in -1"),
        ({"seconds": float("nan")}, "in 0 or more s, not in nan"),
        ({"idle_factor": 2}, "the idle zone is 0 to 1 of a deadband, not 2"),
    ],
)
def test_a_deadband_that_nothing_could_settle_in_is_refused(options, sentence):
    with pytest.raises(InvalidTargetError, match=sentence):
        Deadband(**options)


@pytest.mark.parametrize(
    ("seen", "arrived"),
    [
        ([(0.2, 29.9), (0.2, 30.0)], [False, True]),
        ([(0.2, 29.97), (0.2, 29.97), (0.2, 29.97)], [False, False, True]),
        ([(0.2, 29.5), (0.2, 29.5), (99.0, 29.5)], [False, False, False]),
        ([(0.2, 29.97), (0.2, 29.98), (0.2, 29.99)], [False, False, False]),
    ],
    ids=["exactly", "rounded", "held too far away", "still on its way"],
)
def test_a_setpoint_that_is_shown_rounded_has_arrived_when_it_stands_still_near(seen, arrived):
    shown, ramp = ShownSetpoint(near=0.1), Ramp(20.0, rate=6.0, target=30.0)
    assert [shown.has_arrived(seconds, value, ramp) for seconds, value in seen] == arrived


def test_a_setpoint_that_steps_has_arrived_near_when_it_is_seen_there_twice():
    shown, step = ShownSetpoint(near=0.1), Ramp(20.0, target=30.0)
    seen = [(0.2, 20.0), (0.2, 20.0), (0.2, 29.97), (0.2, 29.97)]
    assert [shown.has_arrived(*each, step) for each in seen] == [False, False, False, True]
