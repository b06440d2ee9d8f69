"""What we write is what we read."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from blueline.config.safe_yaml import parse
from blueline.config.yaml_text import item

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
