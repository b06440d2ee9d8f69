"""Axes over the same axes: setting one keeps the others, and several move in one go."""

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import pytest

from devices.axes.pseudo_group import Member, PseudoGroup
from devices.axes.pseudo_motor import PseudoMotor
from devices.errors import FormulaError, InvalidTargetError, MoveError, OutOfLimitsError
from tests.unit.devices.soft_stage import go, slow, soft
from tests.waiting import PATIENCE, wait_until


class Pair:
    """Mean and half difference of two axes."""

    def forward(self, members):
        mean, half = members["mean"], members["half"]
        return {"a": mean - half, "b": mean + half}

    def inverse(self, reals):
        return {"mean": (reals["a"] + reals["b"]) / 2, "half": (reals["b"] - reals["a"]) / 2}


def pair(make=soft, name="pair", **limits):
    return PseudoGroup(
        name=name,
        reals={each: make(each) for each in "ab"},
        formula=Pair(),
        members={each: Member("mm", limits=limits.get(each)) for each in ("mean", "half")},
    )


def where(group):
    return tuple(axis.position for axis in group.reals.values())


def test_every_member_tells_its_position():
    group = pair()
    go(group.reals["b"], 4.0)
    assert group.position == {"mean": 2.0, "half": 2.0}
    assert (group.mean.position, group.half.position) == (2.0, 2.0)


def test_setting_one_member_keeps_the_other():
    group = pair()
    go(group.half, 1.0)
    go(group.mean, 5.0)
    assert where(group) == (4.0, 6.0)
    assert group.half.locate() == {"setpoint": 1.0, "readback": 1.0}


def test_a_readback_that_is_off_moves_no_sibling_however_often_one_is_set():
    group = pair(lambda name: soft(name, tolerance=0.5))
    go(group.half, 1.0)
    for _ in range(100):
        go(group.mean, 5.0)
        for axis in group.reals.values():
            axis.thing.value += 0.1
    go(group.mean, 5.0)
    assert where(group) == (4.0, 6.0)


def test_a_sibling_keeps_where_real_axes_were_sent_alone():
    group = pair()
    go(group.half, 1.0)
    go(group.reals["b"], 5.0)
    go(group.mean, 0.0)
    assert where(group) == (-3.0, 3.0)


def test_several_members_move_in_one_go():
    group = pair()
    group.set({"mean": 2.0, "half": 1.0}).wait(PATIENCE)
    assert where(group) == (1.0, 3.0)
    assert group.locate()["setpoint"] == {"mean": 2.0, "half": 1.0}


def test_a_member_that_is_not_named_stays():
    group = pair()
    group.set({"mean": 2.0, "half": 1.0}).wait(PATIENCE)
    group.set({"half": 3.0}).wait(PATIENCE)
    assert where(group) == (-1.0, 5.0)


@pytest.mark.parametrize("target", [{"gap": 1.0}, 3.0, {"mean": 1.0, "nothing": 1.0}])
def test_a_group_is_set_by_the_names_of_its_members(target):
    with pytest.raises(InvalidTargetError, match=r"pair is set by a mapping such as {'mean': 0.0"):
        pair().set(target)


def test_targets_that_only_together_are_possible_are_accepted_together():
    group = pair(lambda name: soft(name, limits=(0, 10)))
    go(group.mean, 1.0)
    with pytest.raises(OutOfLimitsError, match="pair_half cannot go to 4 mm: a would have to go"):
        group.half.set(4.0)
    group.set({"mean": 5.0, "half": 4.0}).wait(PATIENCE)
    assert where(group) == (1.0, 9.0)


def test_targets_that_are_impossible_together_are_refused_with_all_of_them():
    group = pair(lambda name: soft(name, limits=(0, 10)))
    expected = "pair_mean and pair_half cannot go to 9 mm and 2 mm: b would have to go to 11 mm"
    with pytest.raises(OutOfLimitsError, match=expected):
        group.check_value({"mean": 9.0, "half": 2.0})


def test_the_own_limits_of_a_member_refuse():
    with pytest.raises(OutOfLimitsError, match="pair_half cannot go to -1 mm: its own limits are"):
        pair(half=(0, 100)).half.set(-1.0)


# --- while another one moves


def test_a_sibling_may_be_set_in_mid_move():
    group = pair(slow)
    mean = group.mean.set(5.0)
    wait_until("both move", lambda: all(axis.thing.calls for axis in group.reals.values()))
    half = group.half.set(1.0)
    mean.wait(PATIENCE)
    half.wait(PATIENCE)
    assert where(group) == (4.0, 6.0)
    assert group.position == {"mean": 5.0, "half": 1.0}


def test_a_member_in_mid_move_takes_no_second_target():
    group = pair(slow)
    status = group.mean.set(5.0)
    with pytest.raises(MoveError, match="pair_mean still moves; stop it first"):
        group.mean.set(6.0)
    for axis in group.reals.values():
        axis.thing.may_end.set()
    status.wait(PATIENCE)
    assert where(group) == (5.0, 5.0)


def test_a_stop_fails_the_moves_of_all_members():
    group = pair(slow)
    mean = group.mean.set(5.0)
    wait_until("both move", lambda: all(axis.thing.calls for axis in group.reals.values()))
    group.half.stop()
    with pytest.raises(MoveError, match="it was stopped"):
        mean.wait(PATIENCE)


def test_a_failure_fails_the_moves_of_all_members():
    group = pair(slow)
    first = group.mean.set(5.0)
    wait_until("both move", lambda: all(axis.thing.calls for axis in group.reals.values()))
    for axis in group.reals.values():
        axis.thing.may_end.clear()
    second = group.half.set(1.0)
    group.reals["a"].stop()
    for status in (first, second):
        assert isinstance(status.exception(PATIENCE), MoveError)


def test_mv_of_two_members_moves_both(engine):
    group = pair()
    engine(bps.mv(group.mean, 2.0, group.half, 1.0))
    assert where(group) == (1.0, 3.0)


# --- what it is


def test_a_member_may_be_moved_by_another_pseudo_axis():
    group = pair()
    go(group.half, 1.0)
    axis = PseudoMotor(
        name="double",
        reals={"mean": group.mean},
        forward={"mean": "2 * T[double]"},
        inverse="A[mean] / 2",
        egu="mm",
    )
    go(axis, 2.0)
    assert where(group) == (3.0, 5.0)


def test_two_members_may_be_moved_by_one_pseudo_axis():
    group = pair()
    axis = PseudoMotor(
        name="both",
        reals={"mean": group.mean, "half": group.half},
        forward={"mean": "T[both]", "half": "T[both] / 2"},
        inverse="A[mean]",
        egu="mm",
    )
    go(axis, 4.0)
    assert where(group) == (2.0, 6.0)


@pytest.mark.parametrize("name", ["position", "set", "no name"])
def test_a_member_that_could_not_be_reached_by_its_name_is_refused(name):
    with pytest.raises(FormulaError, match="cannot have a member"):
        PseudoGroup(name="g", reals={"a": soft("a")}, formula=Pair(), members={name: Member("mm")})


def test_what_is_no_member_is_no_attribute():
    with pytest.raises(AttributeError, match="PseudoGroup has no gap"):
        _ = pair().gap


def test_it_reads_all_members_and_all_real_axes():
    group = pair()
    names = ["pair_mean", "pair_mean_setpoint", "pair_half", "pair_half_setpoint", "a", "b"]
    assert list(group.read()) == names
    assert list(group.describe()) == names
    assert group.hints == {"fields": ["pair_mean", "pair_half"]}


def test_members_can_be_scanned_against_each_other(engine, documents):
    group = pair()
    engine(bp.grid_scan([], group.mean, 0, 1, 2, group.half, 1, 2, 2))
    data = [doc["data"] for name, doc in documents if name == "event"]
    assert [(d["pair_mean"], d["pair_half"]) for d in data] == [(0, 1), (0, 2), (1, 1), (1, 2)]


def test_a_relative_scan_of_one_member_returns_all_to_where_they_were(engine):
    group = pair()
    group.set({"mean": 2.0, "half": 1.0}).wait(PATIENCE)
    engine(bp.rel_scan([], group.mean, -1, 1, 3))
    assert where(group) == (1.0, 3.0)


def test_it_says_what_it_is():
    assert repr(pair()) == "PseudoGroup('pair': mean, half over a, b)"
    assert "pair_half" in pair().info()
