"""Chains of pseudo motors, and formulas that go in circles."""

import time

import numpy as np
import pytest

from devices.axes.pseudo_motor import PseudoDefinition, build_pseudo_motors
from devices.errors import (
    FormulaError,
    InvalidTargetError,
    OutOfLimitsError,
)
from tests.unit.devices.soft_stage import go, pseudo, slow, soft
from tests.waiting import PATIENCE, wait_until

# --- chains


def chain():
    """Make top over middle over x; y follows the target of middle."""
    x, y = soft("x", 2.0), soft("y")
    middle = pseudo("middle", {"x": x}, {"x": "2 * T[middle]"})
    top = pseudo(
        "top",
        {"middle": middle, "y": y},
        {"middle": "T[top] + 1", "y": "100 * T[middle]"},
        "A[middle] - 1",
    )
    return top, middle, x, y


def test_a_chain_resolves_to_the_axes_at_the_bottom():
    top, middle, x, y = chain()
    go(top, 2.0)
    assert (middle.position, x.position, y.position) == (3.0, 6.0, 300.0)
    assert top.position == 2.0


def test_a_chain_moves_in_one_go():
    first, second = slow("first"), slow("second")
    middle = pseudo("middle", {"x": first}, {"x": "2 * T[middle]"})
    top = pseudo(
        "top", {"middle": middle, "y": second}, {"middle": "T[top]", "y": "T[x]"}, "A[middle]",
        axes={"x": first},
    )  # fmt: skip
    status = top.set(2.0)
    wait_until("both are on their way", lambda: first.thing.calls and second.thing.calls)
    assert (first.thing.calls, second.thing.calls) == ([4.0], [4.0])
    first.thing.may_end.set()
    assert not status.done
    second.thing.may_end.set()
    status.wait(PATIENCE)


def test_the_target_of_a_pseudo_axis_over_axes_that_move_is_where_those_are_sent():
    x, y = soft("x"), soft("y")
    bragg = pseudo("bragg", {"x": x}, {"x": "2 * T[bragg]"})
    energy = pseudo(
        "energy", {"x": x, "y": y}, {"x": "T[energy]", "y": "T[bragg]"}, "A[x]",
        axes={"bragg": bragg},
    )  # fmt: skip
    go(energy, 8.0)
    assert y.position == 4.0


def test_a_limit_at_the_bottom_of_a_chain_refuses_the_target_at_its_top():
    x = soft("x", limits=(-10, 10))
    middle = pseudo("middle", {"x": x}, {"x": "2 * T[middle]"})
    top = pseudo("top", {"middle": middle}, {"middle": "T[top]"}, "A[middle]")
    expected = "^top cannot go to 6 mm: x would have to go to 12 mm, and its limits are -10 to 10"
    with pytest.raises(OutOfLimitsError, match=expected):
        top.set(6.0)


def test_the_own_limits_of_a_pseudo_axis_under_it_count():
    middle = pseudo("middle", {"x": soft("x")}, {"x": "2 * T[middle]"}, limits=(0, 3))
    top = pseudo("top", {"middle": middle}, {"middle": "T[top]"}, "A[middle]")
    with pytest.raises(OutOfLimitsError, match="middle would have to go to 4 mm"):
        top.set(4.0)


def test_a_chain_reads_every_axis_under_it_once():
    top, *_ = chain()
    assert list(top.read()) == ["top", "top_setpoint", "middle", "y", "x"]
    assert set(top.describe()) == set(top.read())


def test_a_thousand_points_are_checked_in_milliseconds():
    top, *_ = chain()
    points = np.linspace(0.0, 8.0, 1000)
    began = time.perf_counter()
    for _ in range(10):
        top.check_values(points)
    assert (time.perf_counter() - began) / 10 < 0.02


# --- formulas that cannot be meant


def test_axes_that_need_each_other_are_refused_with_the_chain():
    reals = {"x": soft("x"), "y": soft("y")}
    with pytest.raises(FormulaError, match=r'circle: T\["x"\] → T\["y"\] → T\["x"\]'):
        pseudo(reals=reals, forward={"x": "T[y] + T[p]", "y": "T[x]"})


@pytest.mark.parametrize("inverse", ["A[p]", "A[x] + T[p]"])
def test_a_position_that_needs_itself_is_refused(inverse):
    with pytest.raises(FormulaError, match=r'in a circle: [AT]\["p"\] → [AT]\["p"\]'):
        pseudo(inverse=inverse)


def test_a_target_that_needs_itself_through_another_pseudo_axis_is_refused():
    x = soft("x")
    bragg = pseudo("bragg", {"x": x}, {"x": "T[bragg]"}, "A[x]")
    with pytest.raises(FormulaError, match=r'T\["x"\] → T\["bragg"\] → T\["x"\]'):
        pseudo("energy", {"x": x}, {"x": "T[bragg] + T[energy]"}, "A[x]", axes={"bragg": bragg})


def test_an_axis_that_two_formulas_move_is_refused():
    x = soft("x")
    bragg = pseudo("bragg", {"x": x}, {"x": "T[bragg]"}, "A[x]")
    with pytest.raises(FormulaError, match="x would be moved by two formulas at once, for energy"):
        pseudo("energy", {"x": x, "bragg": bragg}, {"x": "1", "bragg": "1"}, "A[x]")


def test_where_it_is_may_decide_where_it_goes():
    axis = pseudo(reals={"x": soft("x", 2.0)}, forward={"x": "A[x] + 2 * (T[p] - A[p])"})
    go(axis, 5.0)
    assert axis.position == 5.0


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (
            {"inverse": "A[nowhere]"},
            r'the formula for p of p has A\["nowhere"\]; the axes are p, x',
        ),
        ({"inverse": "C[I0]"}, r'has C\["I0"\], no axis'),
        (
            {"inverse": "x + 1"},
            r'has x; its constants are none, and a position is written A\["x"\]',
        ),
        ({"inverse": "A[x].real"}, "p has no usable formula for p: .* a dot after a name"),
        ({"forward": {"x": "__import__('os')"}}, "p has no usable formula for x: "),
        ({"forward": {}}, "p moves x and has forward formulas for nothing"),
        ({"forward": {"x": "1", "y": "1"}}, "p moves x and has forward formulas for x, y"),
        ({"name": "x"}, "x: the name x means two axes"),
    ],
)
def test_formulas_that_cannot_be_meant_are_refused(options, reason):
    with pytest.raises(FormulaError, match=reason):
        pseudo(**options)


def test_a_name_of_two_axes_is_refused():
    with pytest.raises(FormulaError, match="p: the name x means two axes"):
        pseudo(axes={"x": soft("x")})


def test_limits_that_contain_nothing_are_refused():
    with pytest.raises(InvalidTargetError, match="p: limits run from low to high, not from 3 to 1"):
        pseudo(limits=(3, 1))


# --- many at once


def test_definitions_may_refer_to_each_other_in_any_order():
    x = soft("x", 4.0)
    definitions = {
        "a": PseudoDefinition({"b": "T[a] * 2"}, "A[b] / 2", "mm"),
        "b": PseudoDefinition({"x": "T[b] * 2"}, "A[x] / 2", "mm", description="half of x"),
    }
    made = build_pseudo_motors(definitions, {"x": x})
    assert made["a"].position == 1.0
    assert made["b"].description == "half of x"


def test_definitions_that_refer_to_each_other_in_a_circle_are_refused_with_the_chain():
    definitions = {
        "a": PseudoDefinition({"x": "T[a]"}, "A[b]", "mm"),
        "b": PseudoDefinition({"y": "T[b]"}, "A[c]", "mm"),
        "c": PseudoDefinition({"z": "T[c]"}, "A[a]", "mm"),
    }
    with pytest.raises(FormulaError, match="circle: a → b → c → a"):
        build_pseudo_motors(definitions, {name: soft(name) for name in "xyz"})


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        (PseudoDefinition({"z": "1"}, "A[x]", "mm"), "a moves z, and the axes are x"),
        (PseudoDefinition({"x": "1 +"}, "A[x]", "mm"), "a has no usable formula"),
        (PseudoDefinition({"x": "T[a]"}, "A[z]", "mm"), r'has A\["z"\]; the axes are a, x'),
    ],
)
def test_a_definition_that_cannot_be_meant_is_refused(definition, reason):
    with pytest.raises(FormulaError, match=reason):
        build_pseudo_motors({"a": definition}, {"x": soft("x")})
