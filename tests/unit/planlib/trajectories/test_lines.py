import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planlib.errors import PlanError
from planlib.trajectories import points, together

numbers = st.floats(allow_nan=False, allow_infinity=False)


def list_of(length):
    return st.lists(numbers, min_size=length, max_size=length)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(list_of(n), min_size=1, max_size=4)))
def test_lists_become_the_columns_as_they_are(columns):
    found = together(columns)
    assert found.positions.T.tolist() == columns
    assert found.shape == (len(columns[0]),)


def test_lists_of_different_lengths_are_refused_with_their_lengths():
    """BL-105, ES-09."""
    with pytest.raises(PlanError, match="equal length, not of 3 and 2 positions"):
        together([[0, 1, 2], [5, 6]])


@pytest.mark.parametrize(
    "bad",
    [[], [0, np.nan], [np.inf], "12", [1, "2"], [True, False], 3.0, [[1, 2]], [[1], [1, 2]], None],
    ids=repr,
)
def test_what_is_no_list_of_finite_numbers_is_refused_in_one_sentence(bad):
    """U2, U5."""
    with pytest.raises(PlanError, match=r"^positions ") as refusal:
        points(bad)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("what", ["count_times", "delays"])
def test_one_value_per_point_is_asked_for(what):
    """PS-74, PS-75."""
    with pytest.raises(PlanError, match=r"3 points need 3 (count times|delays), not 2"):
        together([[0, 1, 2]], **{what: [0.1, 0.2]})
