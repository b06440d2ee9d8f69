"""What is taken for a number where one is asked for."""

from fractions import Fraction

import numpy as np
import pytest

from devices.errors import InvalidTargetError
from devices.finite import is_finite, is_number, require_finite


@pytest.mark.parametrize("value", [5, -0.5, Fraction(1, 3), np.float32(2), np.int64(7)], ids=repr)
def test_numbers_of_all_kinds_are_finite(value):
    assert is_finite(value)
    assert require_finite("x", value, "a number") == pytest.approx(float(value))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float64("-inf")], ids=repr)
def test_nan_and_infinity_are_numbers_and_not_finite(value):
    assert is_number(value)
    assert not is_finite(value)


@pytest.mark.parametrize("value", ["5", b"5", True, None, [5], 5j, np.array([5.0])], ids=repr)
def test_what_only_looks_like_a_number_is_none(value):
    assert not is_number(value)


def test_an_integer_beyond_all_floats_is_none():
    assert not is_number(10**400)


def test_what_is_refused_is_told_with_what_is_allowed():
    with pytest.raises(InvalidTargetError, match="the gain of oven is a number, not '5'"):
        require_finite("the gain of oven", "5", "a number")
