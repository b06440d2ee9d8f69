"""What we write is what we read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from blueline.config.safe_yaml import parse
from blueline.yaml_text import item, word

_TEXT = st.text(max_size=20).filter(lambda text: text.replace("\n", "").isprintable())
_WORDS = st.sampled_from(["NO", "1e5", "010", "12:30", "a: b", "#", "- a", "$(P)x", "null", "~"])
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | _TEXT
    | _WORDS
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=10,
)


@given(_VALUES)
def test_every_value_is_read_as_it_was_written(value):
    text = f"devices:\n{item({'name': 'x', 'value': value})}\n"
    assert parse(text, Path("f.yml")).plain() == {"devices": [{"name": "x", "value": value}]}


@given(_VALUES)
def test_other_readers_take_it_for_the_same(value):
    assert YAML(typ="safe", pure=True).load(f"x: {word(value)}\n") == {"x": value}


@pytest.mark.parametrize(
    "text",
    ["no", "On", "y", "N", "null", "Null", "~", "1e5", "010", "12:30:00", "2020-01-01", "=", "",
     "- a", "a: b", "µm"],
)  # fmt: skip
def test_a_text_that_may_be_taken_for_something_else_has_quotes(text):
    assert word(text) == f'"{text}"'


@pytest.mark.parametrize("text", ["BL/I0.VAL", "BL:m1"])
def test_a_plain_word_has_none(text):
    assert word(text) == text
