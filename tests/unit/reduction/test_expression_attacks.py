"""Formulas can do nothing but arithmetic: every attack is refused, in one sentence and at once."""

import contextlib
import math
import re
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reduction.expression import MOST_CHARACTERS, MOST_LEVELS, Expression, ExpressionError
from reduction.functions import FUNCTIONS


def value_of(text):
    return Expression(text).evaluate({}).value


def refusal(text):
    with pytest.raises(ExpressionError) as caught:
        Expression(text)
    return str(caught.value)


ATTACKS = {
    "dunder name": "__import__",
    "dunder call": "__import__('os').system('true')",
    "attribute": "x.__class__",
    "attribute of a number": "(1).real",
    "method call": "x.tofile('/tmp/x')",
    "lambda": "(lambda: 1)()",
    "list comprehension": "[i for i in x]",
    "generator": "max(i for i in x)",
    "f-string": "f'{x}'",
    "string": "'abc'",
    "byte string": "b'abc'",
    "string times number": "'a' * 1000000000",
    "unknown call": "open(x)",
    "eval": "eval('1')",
    "call of a call": "abs(x)(x)",
    "call of a subscript": "A['x'](1)",
    "walrus": "(x := 1)",
    "subscript of a name": "x[0]",
    "subscript of a call": "abs(x)[0]",
    "slice of a table": "A[1:2]",
    "number as subscript": "A[0]",
    "computed subscript": "A['x' + 'y']",
    "slice of names": "A['x':'y']",
    "subscript of a subscript": "A['x']['y']",
    "unknown table": "B['x']",
    "star arguments": "max(*x)",
    "double star arguments": "max(1, **x)",
    "keyword arguments": "where(condition=1, then=2, otherwise=3)",
    "keyword out": "abs(x, out=y)",
    "list": "[1, 2]",
    "tuple": "1, 2",
    "set": "{1}",
    "dictionary": "{1: 2}",
    "conditional": "1 if x else 2",
    "boolean operator": "x and y",
    "not": "not x",
    "bitwise and": "x & 1",
    "bitwise or": "1 | 2",
    "shift": "1 << 100000000",
    "inversion": "~x",
    "matrix product": "x @ y",
    "membership": "x in y",
    "identity": "x is y",
    "chained comparison": "0 < x < 1",
    "True": "True",
    "None": "None",
    "Ellipsis": "...",
    "complex number": "1j",
    "yield": "(yield x)",
    "await": "await x",
    "statement": "import os",
    "assignment": "x = 1",
    "two lines": "x\nimport os",
    "semicolon": "x; y",
    "comment only": "# x",
    "null byte": "x\0y",
    "function as value": "abs",
    "function of a function": "sin(sin)",
    "assignment within": "sin(x=1)",
    "table as value": "A",
    "too few arguments": "where(x)",
    "too many arguments": "sqrt(1, 2)",
    "no arguments": "max()",
    "huge number": "1e999",
    "huge integer": "9" * 1000,
    "huge hexadecimal number": "0x" + "f" * 1000,
    "Greek mu": "µ + 1",
    "fullwidth name": "\uff45\uff58\uff50(1)",
    "Cyrillic look-alike of I0": "\u04060",
    "non-ASCII digit": "\u0663",
    "minus sign that is none": "1 \u2212 2",
    "right-to-left override": "x\u202e",
    "set comprehension": "{i for i in x}",
    "dictionary comprehension": "{i: i for i in x}",
    "f-string of a call": "f'{open(1)}'",
    "f-string without fields": "f'x'",
    "walrus in a call": "abs(x := 1)",
    "walrus in a subscript": "A[x := 1]",
    "attribute of a table": "A.x",
    "attribute of a subscript": "A['x'].position",
    "attribute of a function": "sin.__globals__",
    "dunder in a subscript of a name": "x['__class__']",
    "dunder as a table": "__builtins__['eval']",
    "subscript of a constant": "pi[0]",
    "subscript of a number": "1[0]",
    "tuple as subscript": "A['x', 'y']",
    "star in a subscript": "A[*x]",
    "lambda as argument": "max(lambda: 1, 2)",
    "default of a lambda": "(lambda x=open(1): x)(1)",
    "fullwidth number": "\uff11 + 1",
    "mathematical letter": "\U0001d431 + 1",
    "ligature": "\ufb01oor(1)",
    "non-breaking blank": "1\u00a0+ 1",
    "zero-width blank": "x\u200b",
    "long dash": "1 \u2013 2",
    "octal escape of a name": "\\x41['x']",
    "decorator": "@x",
    "delete": "del x",
    "type hint": "x: int",
    "print": "print(1)",
    "getattr": "getattr(x, 'real')",
    "numpy": "np.sin(x)",
    "huge exponent": "1e99999999999",
    "huge octal number": "0o" + "7" * 1000,
    "huge binary number": "0b" + "1" * 1900,
    "unfinished": "log(",
    "empty": "",
    "blank": " \n\t",
}


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS.keys())
def test_what_is_not_arithmetic_is_refused_in_one_sentence(text):
    said = refusal(text)
    assert "\n" not in said
    assert len(said) < 600
    assert ("is refused: " in said) or ("is empty" in said)
    assert re.search(r"(at|from) character [1-9]", said) or not text.strip()


@pytest.mark.parametrize("odd", [None, 5, b"1 + 1", ["1"]])
def test_what_is_no_text_is_refused(odd):
    with pytest.raises(ExpressionError):
        Expression(odd)


def test_the_refusal_says_at_which_character():
    assert "at character 5, a dot after a name is not allowed" in refusal("1 + x.real")


def test_the_character_is_counted_in_the_text_as_it_was_typed():
    assert "at character 7, a dot after a name" in refusal("  1 + x.real")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("(1 +\n x.real)", 7),
        ("\n(1 +\r\n x.real)", 9),
        ("1 +\n  2", 4),
        ("x\0y", 2),
        ("1 + \u0406", 5),
        ("  1 + + ", 8),
        ("1 + 2 )", 7),
    ],
)
def test_the_character_is_counted_across_lines(text, where):
    assert f"character {where}" in refusal(text)


def test_the_refusal_of_a_function_names_those_that_are_there():
    said = refusal("exec(x)")
    assert all(name in said for name in FUNCTIONS)


def test_the_refusal_of_arguments_says_how_many_are_allowed():
    assert "where takes 3 arguments" in refusal("where(x)")
    assert "max takes 2 to 8 arguments" in refusal("max(1)")


TOWERS = {
    "calls": "abs(" * 100 + "1" + ")" * 100,
    "parentheses": "(" * 900 + "1" + ")" * 900,
    "signs": "-" * (MOST_CHARACTERS - 1) + "1",
    "sums": "+".join(["x"] * (MOST_CHARACTERS // 2)),
    "powers": "**".join(["9"] * 600),
    "subscripts": "A[" * 300 + "x" + "]" * 300,
    "brackets that never close": "[" * MOST_CHARACTERS,
    "wide sum": "+".join(["(x+1)*(x-1)"] * 39),
    "wide call": "max("
    + ",".join(["min(1,2,3,4,5,6,7,8)"] * 8)
    + ")"
    + "+max(1,2,3,4,5,6,7,8)" * 15,
    "nested lambda": "(lambda:" * 100 + "1" + ")" * 100,
    "nested comprehension": "[x for x in " * 50 + "x" + "]" * 50,
    "nested dictionaries": "{1:" * 150 + "1" + "}" * 150,
    "nested f-strings": "f'{f\"{1}\"}'",
    "huge integer power": "(9**9**9)**(9**9**9)" + "[0]",
    "comparisons": "<".join("x" * 200),
    "megabyte of digits": "9" * 1_000_000,
    "megabyte of blanks": " " * 1_000_000 + "1",
    "megabyte of brackets": "(" * 1_000_000,
    "megabyte of NUL": "\0" * 1_000_000,
    "megabyte: sum": "1+" * 500_000 + "1",
    "megabyte of one name": "x" * 1_000_000,
}


@pytest.mark.parametrize("text", TOWERS.values(), ids=TOWERS.keys())
def test_a_tower_is_refused_at_once(text):
    began = time.perf_counter()
    said = refusal(text)
    assert time.perf_counter() - began < 0.5
    assert len(said) < 600


def test_a_tower_of_powers_takes_no_time():
    began = time.perf_counter()
    assert math.isnan(value_of("9**9**9**9**9**9**9**9"))
    assert time.perf_counter() - began < 0.5


def test_a_tower_takes_no_memory():
    tracemalloc.start()
    try:
        for text in ("9**9**9**9", "1e308*10", "(9**9**9)**(9**9**9)", TOWERS["calls"]):
            with contextlib.suppress(ExpressionError):
                value_of(text)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 2_000_000


def test_formulas_may_have_as_many_parts_as_the_limit():
    assert value_of("+".join(["(1+1)"] * 25 + ["max(1,1,1,1)"] * 8)) == 58


def test_formulas_may_be_as_deep_as_the_limit():
    depth = MOST_LEVELS - 1
    assert value_of("abs(" * depth + "1" + ")" * depth) == 1


# --- whatever is typed

_PIECES = st.sampled_from(
    [
        *"0123456789.+-*/%()[]<>=!,:'\"_ eEjxX~@&|^\\\n\t\0#;{}",
        *["**", "//", "==", "I0", "It", "pi", "nan", "inf", "1e308", "0x", "1_0", "__", "lambda "],
        *[" if ", " else ", " and ", " or ", " not ", " is ", " in ", " for ", "f'", "A[", "x)"],
        *[f"{name}(" for name in FUNCTIONS],
    ]
)
_TYPED = st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=25).map("".join))
_ANY_NUMBER = st.one_of(st.floats(), st.integers(), st.sampled_from([0.0, -0.0, 1e308, 5e-324]))


@settings(max_examples=300)
@given(text=_TYPED, x=_ANY_NUMBER, counts=_ANY_NUMBER)
@example(text="1or 2", x=1.0, counts=1.0)
@example(text="x[1](2)", x=1.0, counts=1.0)
@example(text=r"A['\d']", x=1.0, counts=1.0)
@example(text="x is 1", x=1.0, counts=1.0)
def test_whatever_is_typed_is_refused_or_gives_numbers_or_nan(text, x, counts):
    variables = {"x": x, "X": np.array([x, counts]), "I0": counts, "It": 1}
    try:
        found = Expression(text).evaluate(variables, {"A": {"x": x}})
    except ExpressionError:
        return
    value, valid = np.asarray(found.value), np.asarray(found.valid)
    assert value.shape == valid.shape
    assert value.dtype == np.float64
    assert not np.isinf(value).any()
    assert (np.isnan(value) == ~valid).all()


class Trap:
    """It says so when anything but its value as a number is asked for."""

    def __init__(self):
        self.touched = []

    def __float__(self):
        return 1.5

    def __getattr__(self, name):
        if not name.startswith("__array"):
            self.touched.append(name)
        raise AttributeError(name)

    def __call__(self, *arguments):
        self.touched.append("called")

    def __getitem__(self, key):
        self.touched.append("subscripted")
        raise KeyError(key)


@settings(max_examples=200)
@given(text=_TYPED)
@example(text="x.name")
@example(text="x(1)")
@example(text="x[0]")
@example(text="max(*x, 1)")
def test_whatever_is_typed_touches_nothing_of_a_value_but_its_number(text):
    trap = Trap()
    with contextlib.suppress(ExpressionError):
        Expression(text).evaluate({name: float(trap) for name in ("X", "I0")} | {"x": trap})
    assert trap.touched == []


@settings(max_examples=200)
@given(text=_TYPED)
def test_whatever_is_typed_ends_at_once(text):
    began = time.perf_counter()
    with contextlib.suppress(ExpressionError):
        Expression(text).evaluate({"x": 1.0})
    assert time.perf_counter() - began < 0.5


_GRAMMAR = st.recursive(
    st.sampled_from(["x", "y", "1", "0", "2.5", "pi"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/%"), inner).map("({0[0]} {0[1]} {0[2]})".format),
        st.tuples(st.sampled_from(["log", "sqrt", "exp", "asin", "abs"]), inner).map(
            "{0[0]}({0[1]})".format
        ),
        st.tuples(inner, inner).map("({0[0]})**({0[1]})".format),
        st.tuples(inner, inner, inner).map("where({0[0]}, {0[1]}, {0[2]})".format),
    ),
    max_leaves=12,
)


@given(_GRAMMAR, st.floats(), st.floats())
def test_every_sentence_of_the_grammar_gives_a_finite_number_or_a_flagged_nan(text, x, y):
    evaluated = Expression(text).evaluate({"x": x, "y": y})
    assert bool(evaluated.valid) == math.isfinite(evaluated.value)
    assert not math.isinf(evaluated.value)
