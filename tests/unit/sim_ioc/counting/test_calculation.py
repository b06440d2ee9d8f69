"""Expressions of the calc record: values, precedence, what does not exist, what is refused."""

import math

import pytest

from sim_ioc.counting.calculation import compiled
from sim_ioc.errors import PutRefusedError

INPUTS = {"A": 6.0, "B": 2.0, "C": 0.0}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("A", 6.0),
        ("a/b", 3.0),
        ("A+B*3", 12.0),
        ("(A+B)*3", 24.0),
        ("A-B-1", 3.0),
        ("B^3^2", 64.0),
        ("-B^2", 4.0),
        ("A%4", 2.0),
        ("A/MAX(C,1.5)", 4.0),
        ("MIN(A,B,7)", 2.0),
        ("LOG(1E3)", 3.0),
        ("LN(EXP(2))", 2.0),
        ("A>B?1:2", 1.0),
        ("C?1:A=6?3:4", 3.0),
        ("A>=6&&B<1||C#0", 0.0),
        ("!C+!A", 1.0),
        ("SQRT(ABS(-16))", 4.0),
        ("L", 0.0),
        ("2*PI", 2 * math.pi),
        ("  ", 0.0),
    ],
)
def test_value(text, result):
    assert compiled(text)(INPUTS) == pytest.approx(result)


@pytest.mark.parametrize("text", ["A/C", "SQRT(-1)", "LOG(0)", "9**9**9**9**9", "SIN(A,B)"])
def test_result_that_does_not_exist_is_not_a_number(text):
    assert math.isnan(compiled(text)(INPUTS))


@pytest.mark.parametrize(
    "text", ["A+", "*A", "(A", "A)", "A B", "Z", "eval(1)", "A;B", "MAX A", "?"]
)
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(PutRefusedError, match="CALC takes"):
        compiled(text)
