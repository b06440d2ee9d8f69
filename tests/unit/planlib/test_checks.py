from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pytest
from bluesky import plans as bp
from bluesky.utils import Msg
from hypothesis import given
from hypothesis import strategies as st
from ophyd.signal import SignalRO
from ophyd.sim import SPseudo3x3

from planlib import checks
from planlib.errors import PlanError
from planlib.spec import ascan

NO_NUMBERS = [True, np.True_, "3", None, [1], np.array([1, 2]), 1j, b"1", float("nan"),
              float("inf"), -float("inf"), np.float64("nan"), 10**400]  # fmt: skip
NO_INTERVALS = [0, -1, 2.5, 3.0, True, np.True_, "3", None, float("nan"), float("inf"), [3],
                np.array([3, 4])]  # fmt: skip


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_what_is_no_finite_number_is_refused_in_one_sentence(value):
    """U2."""
    with pytest.raises(PlanError, match=r"^the start of x must be a finite number") as refusal:
        checks.require_number("the start of x", value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("value", [3, 2.5, np.float32(2.5), np.int8(3), Decimal("2.5")], ids=repr)
def test_every_kind_of_number_is_taken(value):
    number = checks.require_number("the start of x", value)
    assert type(number) is float
    assert number == float(value)


@pytest.mark.parametrize("value", NO_INTERVALS, ids=repr)
def test_what_is_no_number_of_intervals_is_refused(value):
    """U1."""
    with pytest.raises(PlanError, match="whole number from 1 on"):
        checks.require_intervals(value)


@given(st.integers(1, 10**6))
def test_whole_numbers_are_taken_as_intervals(value):
    assert checks.require_intervals(value) == value
    assert checks.require_intervals(np.int64(value)) == value


@pytest.mark.parametrize("value", [0, float("nan"), "1", None], ids=repr)
def test_impossible_count_time_is_refused(value):
    with pytest.raises(PlanError, match="the count time must be"):
        checks.require_count_time(value)


@pytest.mark.parametrize("value", [-0.1, -0.999])
def test_a_part_of_a_count_is_refused_as_a_slip_of_the_sign(value):
    with pytest.raises(PlanError, match="give seconds without a sign"):
        checks.require_count_time(value)


@pytest.mark.parametrize(
    "thing", [0, "x", None, dict, object()], ids=["0", "text", "None", "class", "object"]
)
def test_what_cannot_be_moved_is_refused_as_axis(thing):
    """U3."""
    with pytest.raises(PlanError, match="a motor is expected here"):
        checks.require_axis(thing)


def test_class_of_an_axis_is_no_axis(make_axis):
    with pytest.raises(PlanError, match="a motor is expected here"):
        checks.require_axis(make_axis)


def test_axis_given_twice_is_refused_by_name(x, y):
    """U4, SC-22."""
    with pytest.raises(PlanError, match=r"^x is given twice"):
        checks.require_distinct([x, y, x])


@pytest.mark.parametrize("thing", [0.1, "det", None], ids=repr)
def test_what_cannot_be_read_is_refused_as_counter(thing):
    with pytest.raises(PlanError, match="a counter is expected here"):
        checks.require_counters([thing], [])


def test_counters_are_read_once_and_never_as_axis_too(x, detector):
    """U4."""
    assert checks.require_counters([detector, detector, x], [x]) == [detector]


def derived(name, *reals):
    """An axis as ours that are derived from others."""
    return SimpleNamespace(
        name=name, reals={real.name: real for real in reals}, read=dict, describe=dict, parent=None
    )


def test_the_real_axis_behind_a_scanned_one_is_no_counter_too(x, y, detector):
    """Its column is there already."""
    assert checks.require_counters([detector, x], [derived("energy", x, y)]) == [detector]


def test_a_derived_axis_beside_a_scanned_one_that_it_is_made_of_is_refused(x, y):
    with pytest.raises(PlanError, match="energy is made of x, which is recorded already"):
        checks.require_counters([derived("energy", x, y)], [x])


def test_what_has_several_positions_is_refused_with_its_axes():
    with pytest.raises(PlanError, match=r"several axes: scan one of slit\.pseudo1"):
        checks.require_axis(SPseudo3x3(name="slit"))


def test_what_is_set_to_words_is_refused_as_axis():
    shutter = SimpleNamespace(name="shutter", STATES=("closed", "open"), set=print, read=dict)
    shutter.describe = shutter.subscribe = shutter.clear_sub = shutter.parent = print
    with pytest.raises(PlanError, match="shutter is set to closed or open"):
        checks.require_axis(shutter)


def test_two_counters_with_one_name_are_refused(x, make_axis):
    """U4: their columns would be the same."""
    with pytest.raises(PlanError, match="twin"):
        checks.require_counters([make_axis(name="twin"), make_axis(name="twin")], [x])


def test_lists_of_counters_are_counters(detector, plain_detector):
    """BL-109."""
    found = checks.require_counters([[detector], (plain_detector, [detector])], [])
    assert found == [detector, plain_detector]


@pytest.mark.parametrize("counters", [[], [[]], [[], ([],)]], ids=repr)
def test_no_counters_are_refused(counters):
    """U5."""
    with pytest.raises(PlanError, match="nothing to count with"):
        checks.require_counters(counters, [])


def test_a_list_that_holds_itself_is_refused():
    counters = []
    counters.append(counters)
    with pytest.raises(PlanError, match="name the counters themselves"):
        checks.require_counters(counters, [])


def test_a_counter_beside_the_group_that_it_is_in_is_refused(x):
    """U4: it would be triggered twice."""
    twins = [
        SimpleNamespace(name=name, hints={"fields": ["I0"]}, read=dict, describe=dict, parent=None)
        for name in ("mg", "scaler")
    ]
    with pytest.raises(PlanError, match="I0 would be counted twice, by mg and by scaler"):
        checks.require_counters(twins, [])


def test_counter_with_the_name_of_an_axis_is_refused(x, make_axis):
    with pytest.raises(PlanError, match="x"):
        checks.require_counters([make_axis(name="x")], [x])


def test_what_can_only_be_read_is_refused_as_axis():
    with pytest.raises(PlanError, match="current can only be read: it cannot be scanned"):
        checks.require_axis(SignalRO(name="current", value=200.0))


def no_plan():
    """A function that forgot its yield from."""


@pytest.mark.parametrize(
    ("thing", "sentence"),
    [
        (ascan, "ascan has not been called: write ascan(...)"),
        (no_plan, "no_plan has not been called"),
        (no_plan(), "was `yield from` forgotten?"),
        ("ascan x 0 5 10 1", "is no plan: write a call"),
        (b"ct", "is no plan: write a call"),
        (Msg("null"), "put it into a list"),
        ({}, "is no plan: a plan is called"),
        (3, "is no plan: a plan is called"),
        (list, "list has not been called"),
        ([ascan], "a list is no plan: run several with sequence"),
    ],
    ids="plan function nothing text bytes message mapping number class list".split(),
)
def test_what_is_nearly_a_plan_is_refused_with_what_to_do(thing, sentence):
    """U6."""
    with pytest.raises(PlanError) as refusal:
        checks.require_plan(thing)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_plans_of_all_kinds_are_taken(x, detector):
    ours = ascan(x, 0, 1, 1, 0.1, detector)
    for plan in (ours, bp.count([detector]), [Msg("null")]):
        assert checks.require_plan(plan) is plan


@pytest.mark.parametrize("value", [True, False, np.True_], ids=repr)
def test_flags_are_true_or_false(value):
    assert checks.require_flag("snake", value) is bool(value)


@pytest.mark.parametrize("value", [0, 1, "yes", None], ids=repr)
def test_what_is_no_flag_is_refused(value):
    with pytest.raises(PlanError, match=r"^snake is True or False, not"):
        checks.require_flag("snake", value)


@pytest.mark.parametrize(
    "values", [[1, 2.5], (1, 2.5), np.array([1, 2.5]), [Decimal(1), np.float32(2.5)]], ids=repr
)
def test_every_kind_of_list_of_numbers_is_taken(values):
    assert checks.require_positions("positions", values).tolist() == [1, 2.5]


@pytest.mark.parametrize(
    "values", [[], 3, "12", None, [1, "2"], np.array([1, np.nan]), [[1]], np.ones((2, 2)), {1: 2}],
    ids=repr,
)  # fmt: skip
def test_what_is_no_list_of_numbers_is_refused(values):
    """U2, U5."""
    with pytest.raises(PlanError, match=r"^(each of )?positions"):
        checks.require_positions("positions", values)


def test_a_list_too_long_is_refused_before_it_is_looked_at():
    """U9."""
    with pytest.raises(PlanError, match="too many"):
        checks.require_positions("positions", range(10**9))
