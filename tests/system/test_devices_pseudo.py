"""Pseudo axes over real motors: together there, together refused, together stopped."""

import math

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import numpy as np
import pytest

from devices import InvalidTargetError, Motor, MoveError, OutOfLimitsError, PseudoAxis
from devices.channel_access import fetch
from tests.another_client import write_pv
from tests.waiting import PATIENCE, wait_until


class Diagonal:
    """Go along the line y = 2x; negative targets have no position."""

    def forward(self, pseudo):
        return {"x": np.where(pseudo < 0, np.nan, pseudo), "y": 2 * pseudo}

    def inverse(self, reals):
        return reals["x"]


def diagonal(prefix, connected):
    reals = {name: Motor(f"{prefix}sample:{name}", name=f"sample_{name}") for name in "xy"}
    for motor in reals.values():
        connected(motor)
        motor.set(0.0).wait(PATIENCE)
    return PseudoAxis(name="diagonal", reals=reals, formula=Diagonal(), egu="mm", precision=2)


@pytest.fixture
def axis(instant_ioc, connected):
    """It moves in no time."""
    return diagonal("I:", connected)


@pytest.fixture
def slow(fast_ioc, connected):
    """It takes its time."""
    made = diagonal("F:", connected)
    yield made
    made.stop()
    wait_until("the axes stand", lambda: stands(made))


def stands(axis):
    return not any(motor.moving for motor in axis.reals.values())


def where(axis):
    return {name: motor.position for name, motor in axis.reals.items()}


def under_way(axis):
    wait_until("all axes are on their way", lambda: min(where(axis).values()) > 0.5)


def puts(axis):
    """Give the setpoints as the IOC has them, with their times; a put renews the time."""
    return fetch([motor.user_setpoint for motor in axis.reals.values()])


def test_all_axes_go_where_the_formula_says(axis):
    axis.set(3.0).wait(PATIENCE)
    assert where(axis) == {"x": 3.0, "y": 6.0}
    assert axis.position == 3.0


def test_all_axes_move_at_the_same_time(slow):
    slow.set(5.0).wait(PATIENCE)
    begun = [sample.timestamp for sample in puts(slow)]
    readbacks = [motor.user_readback for motor in slow.reals.values()]
    assert max(begun) < min(sample.timestamp for sample in fetch(readbacks))


def test_it_has_arrived_when_the_last_axis_has(slow):
    status = slow.set(8.0)
    wait_until("x has arrived", lambda: slow.reals["x"].position == 8.0)
    assert slow.reals["y"].position < 16.0
    assert not status.done
    status.wait(PATIENCE)
    assert where(slow) == {"x": 8.0, "y": 16.0}


def test_the_position_is_computed_from_where_the_axes_are(axis):
    axis.reals["x"].set(1.25).wait(PATIENCE)
    assert axis.position == 1.25


def test_it_reads_position_setpoint_and_the_axes_behind(axis):
    axis.set(3.0).wait(PATIENCE)
    values = {name: reading["value"] for name, reading in axis.read().items()}
    assert values == {
        "diagonal": 3.0,
        "diagonal_setpoint": 3.0,
        "sample_x": 3.0,
        "sample_y": 6.0,
    }


def test_it_describes_what_it_reads(axis):
    described = axis.describe()
    assert set(described) == set(axis.read())
    assert described["diagonal"]["units"] == "mm"
    assert described["diagonal"]["precision"] == 2


def test_before_its_first_move_the_setpoint_is_where_it_is(axis):
    axis.reals["x"].set(1.25).wait(PATIENCE)
    assert axis.locate() == {"setpoint": 1.25, "readback": 1.25}


@pytest.mark.parametrize(
    ("target", "kind", "reason"),
    [
        (20.0, OutOfLimitsError, "sample_y would have to go to 40 mm, and its limits are -25 to"),
        (-1.0, OutOfLimitsError, "sample_x has no position for it"),
        (math.nan, InvalidTargetError, "sample_x has no position for it"),
    ],
)
def test_an_impossible_target_is_refused_before_anything_moves(axis, target, kind, reason):
    before = puts(axis)
    with pytest.raises(kind, match=rf"^diagonal cannot go to .* mm: {reason}"):
        axis.set(target)
    assert puts(axis) == before


def test_the_first_of_many_impossible_targets_is_named(axis):
    with pytest.raises(OutOfLimitsError, match="diagonal cannot go to 13 mm: sample_y"):
        axis.check_values([0.0, 12.0, 13.0, 14.0])


def test_many_possible_targets_are_checked_at_once(axis):
    axis.check_values(np.linspace(0.0, 12.5, 10_000))


def test_one_axis_that_fails_stops_the_others(slow):
    status = slow.set(10.0)
    under_way(slow)
    write_pv("F:sample:y.STOP", 1)
    with pytest.raises(MoveError, match="sample_y to 20 mm failed: it was stopped"):
        status.wait(PATIENCE)
    assert stands(slow)
    assert where(slow)["x"] < 10.0


def test_after_a_failure_it_claims_no_setpoint_that_was_not_reached(slow):
    status = slow.set(10.0)
    under_way(slow)
    write_pv("F:sample:y.STOP", 1)
    status.exception(PATIENCE)
    assert slow.locate()["setpoint"] == slow.position


def test_stop_stops_all_axes_and_fails_the_move(slow):
    status = slow.set(10.0)
    under_way(slow)
    slow.stop()
    with pytest.raises(MoveError, match="it was stopped"):
        status.wait(PATIENCE)
    assert stands(slow)
    assert where(slow)["x"] < 10.0
    assert where(slow)["y"] < 20.0


def test_mv_moves_it(engine, axis):
    engine(bps.mv(axis, 4.0))
    assert where(axis) == {"x": 4.0, "y": 8.0}


def test_scan_records_it_with_its_axes(engine, documents, axis):
    engine(bp.scan([], axis, 0, 4, 3))
    data = [doc["data"] for name, doc in documents if name == "event"]
    assert [(d["diagonal"], d["sample_x"], d["sample_y"]) for d in data] == [
        (0.0, 0.0, 0.0),
        (2.0, 2.0, 4.0),
        (4.0, 4.0, 8.0),
    ]


def test_rel_scan_returns_to_where_it_was_set(engine, axis):
    axis.set(5.0).wait(PATIENCE)
    engine(bp.rel_scan([], axis, -1, 1, 3))
    assert where(axis) == {"x": 5.0, "y": 10.0}


def test_the_setpoint_follows_an_axis_that_was_moved_alone(axis):
    axis.set(3.0).wait(PATIENCE)
    axis.reals["x"].set(5.0).wait(PATIENCE)
    assert axis.locate() == {"setpoint": 5.0, "readback": 5.0}
    assert axis.read()["diagonal_setpoint"]["value"] == 5.0


def test_a_second_target_in_mid_move_is_refused_and_the_first_move_goes_on(slow):
    status = slow.set(10.0)
    under_way(slow)
    with pytest.raises(MoveError, match="still moves"):
        slow.set(0.0)
    status.wait(PATIENCE)
    assert where(slow) == {"x": 10.0, "y": 20.0}


@pytest.mark.parametrize("target", ["3", True, "abc", None])
def test_a_target_that_is_no_number_is_refused(axis, target):
    with pytest.raises(InvalidTargetError):
        axis.set(target)
