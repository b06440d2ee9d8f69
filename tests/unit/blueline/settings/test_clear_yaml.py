import pytest
from hypothesis import given
from ruamel.yaml import YAML

from blueline.config.safe_yaml import parse
from blueline.settings.clear_yaml import to_yaml
from tests.unit.blueline.settings.test_parameters import is_odd
from tests.unit.blueline.settings.test_plain import values


@given(values)
def test_all_readers_take_it_for_the_same(value):
    kept = {"x": value}
    if not is_odd(value):
        text = to_yaml(kept)
        assert YAML(typ="safe", pure=True).load(text) == kept
        assert parse(text, "x.yml").plain() == kept


@pytest.mark.parametrize(
    "word",
    ["no", "On", "y", "null", "~", "1e5", "010", "12:30:00", "2020-01-01", "=", "", "- a", "a: b"],
)
def test_a_text_that_may_be_taken_for_something_else_has_quotes(word):
    assert to_yaml({word: word}) == f'"{word}": "{word}"\n'


def test_a_plain_word_has_none():
    assert to_yaml({"counter": "BL/I0.VAL", "µm": "ü"}) == 'counter: BL/I0.VAL\n"µm": "ü"\n'
