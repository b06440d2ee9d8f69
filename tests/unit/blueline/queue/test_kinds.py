"""What an argument may be, said to the queue server, to forms and to plans alike."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from blueline.queue.containers import ListOf, MappingOf, TupleOf, one_of
from blueline.queue.kind import Groups, Number, shared_bounds
from blueline.queue.kinds import (
    Anything,
    Choice,
    Devices,
    Flag,
    Nothing,
    Text,
)
from blueline.queue.record import Field, Record
from planlib.errors import PlanError

MOTORS = {"x": object(), "y": object()}
AXES = Devices("Axes", MOTORS, lambda thing: thing in MOTORS.values())
RECORD = Record("Region", {"start": Field(Number(), True), "name": Field(Text(), False)})
KINDS = {
    "number": Number(),
    "whole": Number(whole=True),
    "bounded": Number(low=0, high=10),
    "above": Number(low=0, above=True, high=1, below=True),
    "whole above": Number(whole=True, low=0, above=True, high=3, below=True),
    "flag": Flag(),
    "text": Text(),
    "nothing": Nothing(),
    "anything": Anything(),
    "choice": Choice(("stay", "return", 3)),
    "device": AXES,
    "list": ListOf(Number(low=0)),
    "long list": ListOf(Text(), least=1, most=2),
    "pair": TupleOf((AXES, Number())),
    "mapping": MappingOf(Number()),
    "record": RECORD,
    "any": one_of([AXES, Number(low=0), ListOf(Number()), Nothing()]),
}
NUMBERS = st.integers(-5, 15) | st.floats(-5, 15) | st.integers()
WORDS = st.sampled_from(["x", "y", "stay", "return", "start", "name", "", "z"])
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


def is_read(kind, value):
    try:
        kind.read(value, "it")
    except PlanError:
        return False
    return True


def has_whole_float(value):
    """JSON Schema takes 1.0 for an integer; Python does not."""
    if isinstance(value, list | tuple):
        return any(map(has_whole_float, value))
    if isinstance(value, dict):
        return any(map(has_whole_float, value.values()))
    return isinstance(value, float) and value.is_integer()


@pytest.mark.parametrize("name", KINDS)
@given(value=JSON)
def test_plans_take_what_the_form_s_schema_allows_and_nothing_else(name, value):
    assume(not has_whole_float(value))
    kind = KINDS[name]
    assert is_read(kind, value) == Draft202012Validator(kind.schema()).is_valid(value)


@pytest.mark.parametrize("name", KINDS)
def test_a_schema_is_one(name):
    Draft202012Validator.check_schema(KINDS[name].schema())


@pytest.mark.parametrize(
    "value", [True, "1", math.nan, math.inf, -math.inf, 10**400, None, [1], b"1"]
)
def test_a_number_is_finite_and_no_text_or_flag(value):
    with pytest.raises(PlanError, match="ascan: stop must be a finite number, not"):
        Number().read(value, "ascan: stop")


def test_a_bound_that_is_excluded_begins_at_the_next_number():
    assert Number(low=0, above=True).bounds == (5e-324, None)
    assert Number(whole=True, low=0, above=True, high=3, below=True).bounds == (1, 2)


def test_numbers_that_share_an_argument_share_the_widest_bounds():
    assert shared_bounds([Number(low=0, high=1), Number(low=-1, high=5)]) == (-1, 5)
    assert shared_bounds([Number(low=0), Number(low=1, high=5)]) == (0, None)
    assert shared_bounds([]) == (None, None)


def test_a_choice_is_told_by_its_values_and_gives_what_they_stand_for():
    assert Choice(("a", "b"), (1, 2)).read("b", "it") == 2
    with pytest.raises(PlanError, match=r"it must be one of a, b, not 'c'"):
        Choice(("a", "b")).read("c", "it")


def test_text_with_quotes_cannot_break_out_of_the_queue_server_s_expression():
    evil = "'] or __import__('os').system('x') or ['"
    expression = Choice((evil,)).encoded(Groups())
    assert expression == f"typing.Literal[{evil!r}]"


def test_a_device_is_taken_by_its_name_or_as_it_is():
    assert AXES.read("x", "it") is MOTORS["x"]
    assert AXES.read(MOTORS["y"], "it") is MOTORS["y"]
    with pytest.raises(PlanError, match=r"it must be one of x, y, not 'z'"):
        AXES.read("z", "it")


def test_a_sentence_about_many_devices_stays_short():
    many = Devices("Axes", {f"m{n}": n for n in range(100)}, lambda _: False)
    with pytest.raises(PlanError, match=r"m10, m11 and 88 more, not 'z'") as error:
        many.read("z", "it")
    assert len(str(error.value)) < 120


def test_a_field_that_is_missing_is_named():
    with pytest.raises(PlanError, match="regions is a Region without start: give that too"):
        RECORD.read({"name": "a"}, "regions")


def test_one_of_several_kinds_is_refused_with_the_reason_of_the_only_one_that_is_meant():
    kind = one_of([Number(low=0), Nothing()])
    with pytest.raises(PlanError, match=r"settle must be a finite number from 0 on, not -1"):
        kind.read(-1, "settle")
