"""Formulas compute what they say, on numbers and arrays, and NaN where that is undefined."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reduction.expression import TABLES, Expression, ExpressionError

TWO_COUNTERS = {"I0": 8.0, "It": 2.0}


def value_of(text, variables=None, tables=None):
    return Expression(text).evaluate(variables or {}, tables).value


# --- what it computes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 ** 3 ** 2", 512),
        ("-2 ** 2", -4),
        ("+5 - -3", 8),
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("3 > 2", 1),
        ("3 < 2", 0),
        ("2 == 2", 1),
        ("2 != 2", 0),
        ("2 >= 2", 1),
        ("2 <= 1", 0),
        ("min(3, 1, 2)", 1),
        ("max(3, 1, 2)", 3),
        ("hypot(3, 4)", 5),
        ("degrees(pi)", 180),
        ("atan2(0, 1)", 0),
        ("1e3 / 4", 250),
        ("0x10 + 1_000", 1016),
        ("2 * pi", 2 * math.pi),
        ("log(I0/It)", math.log(4)),
        ("(I0 > It) * 5 + (I0 == It)", 5),
        ("where(It < I0, 10, 20)", 10),
        ("  I0  ", 8),
    ],
)
def test_arithmetic_is_that_of_python(text, expected):
    assert value_of(text, TWO_COUNTERS) == pytest.approx(expected, rel=1e-15)


def test_values_are_double_precision():
    assert isinstance(value_of("1 + 1"), np.float64)
    assert value_of("x + x", {"x": np.arange(3, dtype=np.int8)}).dtype == np.float64


def test_arrays_are_computed_element_by_element():
    found = Expression("log(I0/It)").evaluate({"I0": np.array([8.0, 1.0]), "It": 2.0})
    assert found.value == pytest.approx(np.log([4, 0.5]))
    assert found.valid.tolist() == [True, True]


def test_names_are_the_variables_without_functions_and_constants():
    assert Expression('log(I0/It) * pi + A["x"]').names == {"I0", "It"}


def test_references_are_positions_by_table_and_name():
    expression = Expression('A["bragg"] - T[gap] + C["I0"]')
    assert expression.references == {("A", "bragg"), ("T", "gap"), ("C", "I0")}
    assert expression.names == frozenset()


@pytest.mark.parametrize("table", TABLES)
def test_a_reference_is_looked_up_in_its_table(table):
    assert value_of(f'{table}["x"] + 1', tables={table: {"x": 2.5}}) == 3.5


@pytest.mark.parametrize(
    "text",
    [
        "1/0", "0/0", "log(0)", "log(-1)", "sqrt(-1)", "asin(2)", "exp(1000)", "9**9**9**9",
        "1e308*10", "1/(1/0)", "exp(-1/0)", "1**(0/0)", "(0/0)**0", "(0/0) > 0", "0/0 == 0/0",
        "where(0/0, 1, 2)", "min(1, 0/0)", "(-8)**(1/3)", "5 % 0", "5 // 0",
    ],
)  # fmt: skip
def test_what_is_undefined_is_nan_and_not_valid(text):
    found = Expression(text).evaluate({})
    assert math.isnan(found.value)
    assert not found.valid


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, None, np.float32(np.inf)])
def test_a_value_that_is_not_finite_is_undefined(value):
    for text in ("x", "x * 0", "x ** 0", "x > 0", "x == x"):
        assert not Expression(text).evaluate({"x": value}).valid


def test_what_a_choice_leaves_out_may_be_undefined():
    assert value_of("where(x > 0, log(x), -1)", {"x": 0.0}) == -1


def test_only_the_undefined_elements_are_not_valid():
    found = Expression("1/x").evaluate({"x": np.array([1.0, 0.0, 4.0])})
    assert found.valid.tolist() == [True, False, True]
    assert found.value[[0, 2]].tolist() == [1.0, 0.25]


# --- what evaluation refuses


def test_a_missing_variable_is_named_with_what_is_there():
    with pytest.raises(ExpressionError, match=r"If is needed and not there; there is I0, It"):
        Expression("If / I0").evaluate(TWO_COUNTERS)


def test_a_missing_position_is_named_with_what_is_there():
    with pytest.raises(ExpressionError, match=r'A\["gap"\] is needed and not there; there is x'):
        Expression('A["gap"]').evaluate({}, {"A": {"x": 1}})


@pytest.mark.parametrize("odd", ["abc", "5", b"5", {}, [1, "a"], object(), 1j, [[1], [2, 3]]])
def test_a_variable_that_is_no_number_is_refused(odd):
    with pytest.raises(ExpressionError, match=r"x is .* no number"):
        Expression("x").evaluate({"x": odd})


@pytest.mark.parametrize("huge", [10**400, 10**5000, [1, -(10**400)]], ids=["", "long", "list"])
def test_an_integer_that_is_no_float_is_refused(huge):
    with pytest.raises(ExpressionError, match="x is too large a number"):
        Expression("x").evaluate({"x": huge})


def test_shapes_that_do_not_fit_are_refused_in_a_sentence():
    with pytest.raises(ExpressionError, match=r"the shapes of the values of a \+ b do not fit"):
        Expression("a + b").evaluate({"a": np.zeros(2), "b": np.zeros(3)})


# --- whatever the arithmetic

_OPERATORS = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "//": np.floor_divide,
    "%": np.mod, "**": np.power, "<": np.less, ">=": np.greater_equal, "==": np.equal,
}  # fmt: skip
_VARIABLES = {"x": np.float64(1.75), "y": np.float64(-0.3), "z": np.float64(1e6)}
_LEAVES = st.one_of(
    st.sampled_from(sorted(_VARIABLES.items())),
    st.floats(0, 1e9).map(lambda value: (repr(value), np.float64(value))),
)


def _joined(parts):
    left, symbol, right = parts
    with np.errstate(all="ignore"):
        value = np.float64(_OPERATORS[symbol](left[1], right[1]))
    value = value if np.isfinite(value) else np.float64(np.nan)
    if np.isnan(left[1]) or np.isnan(right[1]):
        value = np.float64(np.nan)
    return f"({left[0]}) {symbol} ({right[0]})", value


_ARITHMETIC = st.recursive(
    _LEAVES,
    lambda parts: st.one_of(
        st.tuples(parts, st.sampled_from(sorted(_OPERATORS)), parts).map(_joined),
        parts.map(lambda part: (f"-({part[0]})", -part[1])),
    ),
    max_leaves=12,
)


@given(_ARITHMETIC)
def test_arithmetic_agrees_with_numpy_to_the_last_bit(built):
    text, expected = built
    assert np.array_equal(value_of(text, _VARIABLES), expected, equal_nan=True)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_an_array_gives_what_its_elements_give(values):
    expression = Expression("where(x > 1, log(x), x ** 2 / 3)")
    each = [expression.evaluate({"x": value}).value for value in values]
    together = expression.evaluate({"x": np.array(values)}).value
    assert together == pytest.approx(each, rel=1e-14, nan_ok=True)
