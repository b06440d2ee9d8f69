"""Formulas over counters."""

import logging
import math

import pytest

from devices.counters.pseudo_counter import PseudoCounter, in_order
from devices.errors import FormulaError


def readings(**values):
    return {name: {"value": value, "timestamp": 10.0} for name, value in values.items()}


def test_counters_stand_in_it_as_they_are_or_in_brackets():
    given = readings(I0=8.0, It=2.0)
    assert PseudoCounter("mu", "I0/It").reading(given)["value"] == 4.0
    assert PseudoCounter("mu", "C[I0]/C[It]").reading(given)["value"] == 4.0
    assert PseudoCounter("mu", 'C["I0"]/C["It"]').reading(given)["value"] == 4.0


def test_it_knows_what_it_needs():
    assert PseudoCounter("mu", "log(C[I0]/It)").needs == {"I0", "It"}


def test_its_time_is_that_of_the_latest_input():
    given = readings(I0=8.0, It=2.0)
    given["It"]["timestamp"] = 11.0
    assert PseudoCounter("mu", "I0/It").reading(given)["timestamp"] == 11.0


@pytest.mark.parametrize(
    ("formula", "values"),
    [
        ("I0/It", {"I0": 1.0, "It": 0.0}),
        ("log(I0/It)", {"I0": 0.0, "It": 1.0}),
        ("log(I0/It)", {"I0": -1.0, "It": 1.0}),
        ("I0/It", {"I0": math.nan, "It": 1.0}),
        ("exp(I0)*It", {"I0": 1e6, "It": 1.0}),
        ("I0/It", {"I0": 1.0}),
        ("I0/It", {"I0": 1.0, "It": "open"}),
    ],
    ids=["zero monitor", "log 0", "log negative", "nan", "overflow", "missing", "text"],
)
def test_what_is_undefined_is_nan_with_a_flag(formula, values):
    given = PseudoCounter("mu", formula).reading(readings(**values))
    assert math.isnan(given["value"])
    assert given["alarm_severity"] == 3
    assert formula in given["message"]


def test_the_flag_says_for_which_values():
    given = PseudoCounter("mu", "log(I0/It)").reading(readings(I0=5.0, It=0.0))
    assert given["message"] == "log(I0/It) is undefined for I0 = 5, It = 0"


def test_it_warns_once_and_again_after_it_was_defined(caplog):
    mu = PseudoCounter("mu", "I0/It")
    with caplog.at_level(logging.WARNING):
        for transmitted in (0.0, 0.0, 1.0, 0.0):
            mu.reading(readings(I0=1.0, It=transmitted))
    assert len(caplog.records) == 2
    assert "mu is NaN" in caplog.text


def test_a_formula_outside_the_grammar_is_refused():
    with pytest.raises(FormulaError, match="mu has no usable formula: the expression"):
        PseudoCounter("mu", "__import__('os')")


def test_a_position_is_refused():
    with pytest.raises(FormulaError, match=r"computed from counters, not .* such as A\[bragg\]"):
        PseudoCounter("mu", "A[bragg]/C[I0]")


def test_each_comes_behind_those_that_it_needs():
    chain = [PseudoCounter("c", "b + 1"), PseudoCounter("b", "a + 1"), PseudoCounter("a", "I0")]
    assert [counter.name for counter in in_order(chain)] == ["a", "b", "c"]


def test_a_circle_is_refused_with_the_chain():
    """BL-72."""
    circle = [PseudoCounter("a", "c"), PseudoCounter("b", "a"), PseudoCounter("c", "b")]
    with pytest.raises(FormulaError, match="in a circle: a needs c needs b needs a"):
        in_order(circle)


def test_one_that_needs_itself_is_refused():
    with pytest.raises(FormulaError, match="in a circle: a needs a"):
        in_order([PseudoCounter("a", "a + 1")])


def test_it_describes_itself_with_unit_and_precision():
    described = PseudoCounter("mu", "I0/It", "1/cm", precision=2).describe_value()
    assert described == {
        "source": "formula I0/It",
        "dtype": "number",
        "dtype_numpy": "<f8",
        "shape": [],
        "units": "1/cm",
        "precision": 2,
    }
