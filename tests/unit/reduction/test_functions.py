"""Functions of formulas: each is the one of its name, and NaN where it is undefined."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reduction.functions import FUNCTIONS, defined, strict, where

ONE_ARGUMENT = [name for name, (least, most, _) in FUNCTIONS.items() if least == most == 1]
_ANY = st.floats()


def call(name, *arguments):
    with np.errstate(all="ignore"):
        return FUNCTIONS[name][2](*map(np.float64, arguments))


#: Those that the standard library has by the same name.
STANDARD = sorted(name for name in ONE_ARGUMENT if hasattr(math, name) and name != "acosh")


@pytest.mark.parametrize("name", STANDARD)
@pytest.mark.parametrize("x", [0.1, 0.5, 0.9])
def test_a_function_is_the_one_of_its_name(name, x):
    assert call(name, x) == pytest.approx(getattr(math, name)(x), rel=1e-14)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("abs", (-2.5,), 2.5),
        ("acosh", (2.0,), math.acosh(2.0)),
        ("round", (2.6,), 3.0),
        ("sign", (-7.0,), -1.0),
        ("atan2", (-1.0, -1.0), -3 * math.pi / 4),
        ("hypot", (3.0, 4.0), 5.0),
        ("pow", (2.0, 0.5), math.sqrt(2)),
        ("min", (3.0, -1.0, 2.0), -1.0),
        ("max", (3.0, -1.0, 2.0), 3.0),
        ("where", (1.0, 5.0, 6.0), 5.0),
        ("where", (0.0, 5.0, 6.0), 6.0),
    ],
)
def test_a_function_gives(name, arguments, expected):
    assert call(name, *arguments) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("name", ONE_ARGUMENT)
@given(x=_ANY)
def test_a_function_gives_a_number_or_nan_for_any_number(name, x):
    assert not np.isinf(call(name, x))


@pytest.mark.parametrize("name", ["atan2", "hypot", "pow", "min", "max"])
@given(a=_ANY, b=_ANY)
def test_a_function_of_two_gives_a_number_or_nan(name, a, b):
    assert not np.isinf(call(name, a, b))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nan_in_gives_nan_out(name):
    least = FUNCTIONS[name][0]
    assert math.isnan(call(name, math.nan, *[1.0] * (least - 1)))


def test_a_choice_is_defined_where_what_was_not_chosen_is_not():
    assert where(np.float64(1), np.float64(2), np.float64(math.nan)) == 2


def test_a_choice_by_an_undefined_condition_is_undefined():
    assert math.isnan(where(np.float64(math.nan), np.float64(2), np.float64(3)))


def test_infinities_become_nan():
    assert np.isnan(defined([1.0, math.inf, -math.inf])).tolist() == [False, True, True]


def test_a_strict_function_is_undefined_where_any_argument_is():
    add_nothing = strict(lambda a, _b: a)
    assert math.isnan(add_nothing(np.float64(1), np.float64(math.nan)))


def test_the_least_of_arrays_is_taken_element_by_element():
    found = FUNCTIONS["min"][2](np.array([1.0, 5.0]), np.float64(3.0), np.array([2.0, 4.0]))
    assert found.tolist() == [1.0, 3.0]
