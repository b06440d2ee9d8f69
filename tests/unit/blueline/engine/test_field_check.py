"""What passes for a reading of a field, and the sentence for what does not (H14)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.engine.field_check import FieldCheck, ReadingChangedError, checks_of


def check(dtype, *shape):
    return FieldCheck("It", {"source": "test", "dtype": dtype, "shape": list(shape)})


NUMBERS = [1, 1.5, True, math.nan, -math.inf, np.float32(1), np.int64(2), np.bool_(1), np.array(3)]


@pytest.mark.parametrize("dtype", ["number", "integer", "boolean"])
@pytest.mark.parametrize("value", NUMBERS, ids=repr)
def test_numbers_of_all_kinds_pass_for_one_another(dtype, value):
    check(dtype)(value)


@pytest.mark.parametrize("value", ["open", b"open", np.str_("open")], ids=repr)
def test_texts_of_all_kinds_pass_for_one_another(value):
    check("string")(value)


@pytest.mark.parametrize(
    ("described", "value"),
    [
        ((3,), [1, 2, 3]),
        ((3,), (1, 2, 3)),
        ((3,), np.zeros(3)),
        ((2, 3), np.zeros((2, 3))),
        ((2, 2), [[1, 2], [3, 4]]),
        ((None,), [1, 2]),
        ((None, 3), np.zeros((7, 3))),
        ((), [1, 2]),
        ((), np.zeros((4, 5))),
    ],
    ids=repr,
)
def test_an_array_of_the_described_shape_passes(described, value):
    check("array", *described)(value)


@pytest.mark.parametrize(
    ("described", "value", "sentence"),
    [
        (("number",), "high", "a number .* a text"),
        (("number",), [1.0], "a number .* an array of 1 values"),
        (("number",), None, "a number .* a NoneType"),
        (("string",), 3, "a text .* a number"),
        (("array", 3), 3.0, "an array of 3 values .* a number"),
        (("array", 3), [1, 2], "an array of 3 values .* an array of 2 values"),
        (("array", 2, 3), np.zeros((3, 2)), "an array of 2 x 3 values .* 3 x 2 values"),
        (("array", None), np.zeros((3, 2)), "an array of any values .* 3 x 2 values"),
        (("number", 2), 1.0, "an array of 2 values .* a number"),
    ],
    ids=repr,
)
def test_what_is_of_another_kind_or_shape_is_refused_in_one_sentence(described, value, sentence):
    with pytest.raises(ReadingChangedError, match=f"It was described as {sentence}") as refused:
        check(*described)(value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("good", [1.5, 3, np.float64(1)])
def test_good_values_let_nothing_else_pass(good):
    checked = check("number")
    checked(good)
    for bad in ("text", [1.0], np.zeros(2), None):
        with pytest.raises(ReadingChangedError):
            checked(bad)


def test_a_number_wrapped_as_an_array_lets_no_array_pass():
    checked = check("number")
    checked(np.array(1.0))
    with pytest.raises(ReadingChangedError):
        checked(np.zeros(2))


def test_what_is_in_files_is_not_checked():
    keys = {
        "image": {"source": "test", "dtype": "array", "shape": [5, 5], "external": "STREAM:"},
        "It": {"source": "test", "dtype": "number", "shape": []},
    }
    assert [name for name, _ in checks_of(keys)] == ["It"]


@given(st.lists(st.integers(0, 4), max_size=3), st.lists(st.integers(0, 4), max_size=3))
def test_an_array_passes_where_its_shape_is_the_described_one(described, given_shape):
    checked = check("array", *described)
    value = np.zeros(given_shape)
    if given_shape and (not described or described == given_shape):
        checked(value)
    else:
        with pytest.raises(ReadingChangedError):
            checked(value)
