import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planlib.dryrun.reach import Limits, families, limits_of, partial_states
from tests.unit.planlib.dryrun.pseudo_axes import doubled, slit


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
