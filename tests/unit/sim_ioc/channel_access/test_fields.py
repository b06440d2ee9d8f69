"""Only values that a field can hold get in."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.channel_access.fields import (
    LARGEST_NUMBER,
    Field,
    Kind,
    checked,
    double,
    menu,
    short,
    string,
)
from sim_ioc.errors import PutRefusedError

ANYTHING = st.one_of(
    st.floats(), st.integers(), st.text(), st.binary(), st.none(), st.lists(st.floats())
)
POSITION = double("VAL", "position")
SWITCH = menu("SET", "use or set", ("Use", "Set"))


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 1e300, "abc", None, [1, 2]])
def test_number_refuses_what_is_no_position(value):
    with pytest.raises(PutRefusedError, match="VAL takes"):
        checked(POSITION, value)


@pytest.mark.parametrize(("value", "index"), [("Set", 1), (1, 1), ("0", 0), (0.0, 0)])
def test_menu_takes_words_and_indices(value, index):
    assert checked(SWITCH, value) == index


@pytest.mark.parametrize("value", ["Sideways", 2, -1, math.inf, math.nan, None])
def test_menu_refuses_and_names_the_choices(value):
    with pytest.raises(PutRefusedError, match="one of Use, Set"):
        checked(SWITCH, value)


@given(ANYTHING)
def test_whatever_comes_is_taken_in_the_right_type_or_refused(value):
    for field in (POSITION, SWITCH, short("TWF", "tweak"), string("DESC", "text")):
        try:
            taken = checked(field, value)
        except PutRefusedError:
            continue
        assert isinstance(taken, {Kind.DOUBLE: float, Kind.STRING: str}.get(field.kind, int))
        if isinstance(taken, float):
            assert abs(taken) <= LARGEST_NUMBER


def test_long_refuses_what_32_bits_cannot_hold():
    with pytest.raises(PutRefusedError, match="2147483647"):
        checked(Field("RVAL", Kind.LONG, "steps"), 2**31)


def test_text_with_control_characters_is_refused():
    with pytest.raises(PutRefusedError, match="printable"):
        checked(string("DESC", "text"), "\x1b[31mred")
