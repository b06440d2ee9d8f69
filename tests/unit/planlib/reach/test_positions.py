from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planlib.reach.positions import (
    Limits,
    families,
    limits_of,
    partial_states,
    require_reachable,
    telling_states,
)
from planlib.spec import a2scan
from tests.unit.planlib.dryrun.pseudo_axes import Table, doubled, slit


@given(st.lists(st.tuples(*[st.floats(-1e6, 1e6)] * 3), min_size=1, max_size=20))
def test_states_change_one_axis_at_a_time_and_end_at_each_row(rows):
    states = partial_states([0.0, 0.0, 0.0], np.array(rows))
    assert len(states) == 3 * len(rows)
    assert (states[2::3] == rows).all()
    changes = (np.diff(states, axis=0, prepend=np.zeros((1, 3))) != 0).sum(axis=1)
    assert (changes <= 1).all()


def test_axes_over_the_same_real_ones_are_a_family(x, y):
    group = slit()
    assert families([x, group.gap, y, group.center]) == [[1, 3]]
    assert families([x, doubled()[0]]) == []


def test_limits_are_those_that_the_axis_tells():
    double, real = doubled()
    assert limits_of(real) == Limits(-9.0, 9.0)
    assert limits_of(double).high == 4.5


def test_axis_without_limits_reaches_everything():
    require_reachable([SimpleNamespace(name="free")], np.array([[-1e9], [1e9]]))


def test_axis_refuses_one_position_beyond_its_limits(x):
    with pytest.raises(Exception, match="x cannot go to 101: its limits are -100 to 100"):
        require_reachable([x], np.array([[0.0], [50.0], [101.0]]))


def test_axis_that_checks_many_positions_is_asked_once():
    asked: list[list[float]] = []
    axis = SimpleNamespace(name="x", check_values=lambda values: asked.append(values.tolist()))
    require_reachable([axis], np.array([[0.0], [1.0], [2.0]]))
    assert asked == [[0, 1, 2]]


def test_axes_that_can_go_together_where_one_cannot_alone_are_not_refused(engine, plain_detector):
    table = Table("", name="table")
    table.left.set(-4.0)
    table.right.set(4.0)
    engine(a2scan(table.half, 0, 1, table.total, 5, 5, 2, None, plain_detector))
    assert (table.total.position, table.half.position) == (5, 1)


def test_axes_that_cannot_go_together_are_refused_before_the_first_message(plain_detector):
    table = Table("", name="table")
    with pytest.raises(Exception, match=r"limits|Limit|outside"):
        next(a2scan(table.half, 0, 9, table.total, 0, 9, 2, None, plain_detector))


@pytest.mark.parametrize("half", [4.5, -4.5])
def test_a_large_mesh_whose_last_corner_cannot_be_reached_is_refused(half):
    """It has more states than are asked for: right would have to go to 9.1, of 9."""
    table = Table("", name="table")
    totals, halves = np.meshgrid(np.linspace(0, 4.6, 120), np.linspace(0, half, 120))
    rows = np.column_stack([totals.ravel(), halves.ravel()])
    with pytest.raises(Exception, match=r"limits|Limit|outside"):
        require_reachable([table.total, table.half], rows)


@given(st.integers(1, 60), st.integers(1, 5))
def test_of_many_states_the_corners_and_a_spread_are_asked_for(number, columns):
    axis = np.linspace(-1.0, 2.0, number)
    states = np.column_stack([axis] * columns)
    chosen = telling_states(states, 10)
    assert len(chosen) <= 10 + 2**columns
    assert {tuple(each) for each in chosen} <= {tuple(each) for each in states}
    assert tuple(states[0]) in {tuple(each) for each in chosen}
    assert tuple(states[-1]) in {tuple(each) for each in chosen}
