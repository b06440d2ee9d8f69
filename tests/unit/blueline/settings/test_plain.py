import enum
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.settings.errors import NotJsonError
from blueline.settings.plain import copied, plain


class Mode(enum.StrEnum):
    STEP = "step"


class Level(enum.IntEnum):
    LOW = 1


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (np.float64(1.5), 1.5),
        (np.int32(-3), -3),
        (np.bool_(True), True),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.str_("It"), "It"),
        ((1, (2,)), [1, [2]]),
        (Mode.STEP, "step"),
        (Level.LOW, 1),
        ({"a": np.zeros(2)}, {"a": [0.0, 0.0]}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_equal_to_json_becomes_json(value, kept):
    found = plain(value, "x")
    assert found == kept
    assert type(found) is type(kept)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf], ids=str)
def test_what_is_no_finite_number_stays_what_it_is(value):
    assert repr(plain(value, "x")) == repr(value)


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, b"bytes", 1j, np.complex128(1), np.array([object()]), print],
    ids=["object", "set", "bytes", "complex", "complex128", "objects", "function"],
)
def test_what_has_no_json_is_refused_with_its_place(value):
    with pytest.raises(NotJsonError, match=r"^motor/limits\['low'\].* has no JSON; give"):
        plain({"low": value}, "motor/limits")


@pytest.mark.parametrize("key", [1, None, 1.5, ("a",)], ids=str)
def test_a_key_that_is_no_text_is_refused_rather_than_changed(key):
    with pytest.raises(NotJsonError, match="keys are texts; use"):
        plain({key: 1}, "x")


def test_half_a_character_is_refused():
    with pytest.raises(NotJsonError, match="not a Unicode text"):
        plain("\ud800", "x")


def test_a_loop_is_refused():
    loop = []
    loop.append(loop)
    with pytest.raises(NotJsonError, match="more than 50 levels"):
        plain(loop, "x")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3),
    max_leaves=8,
)


@given(values)
def test_a_copy_is_equal_and_shares_nothing(value):
    kept = plain(value, "x")
    again = copied(kept)
    assert again == kept == value
    if isinstance(value, list | dict):
        kept.clear()
        assert again == value
