"""What the engine's process says to the one that watches it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.guard.puts import BUSY, BYE, HELD, IDLE, MOVED, SHUTTER, Line, Put, Watched, read_line

X = Put("x", "BL:sample:x.STOP", 1.0, "localhost:5064")
SHUT = Put("shutter", "BL:shutter:open", 0.0)
HEATER = Put("oven", "BL:temp:heater", 0.0)
words = st.text(st.characters(exclude_characters="\t\n\r", codec="utf-8"), max_size=60)
puts = st.builds(Put, words, words, st.floats(allow_nan=False), words)


def watched(*lines):
    made = Watched()
    made.take(lines)
    return made


@given(puts, st.sampled_from([MOVED, SHUTTER, HELD]))
def test_a_put_arrives_as_it_was_sent(put, word):
    assert read_line(Line(word, put).text()) == Line(word, put)


@pytest.mark.parametrize("word", [BUSY, IDLE, BYE])
def test_a_word_arrives_as_it_was_sent(word):
    assert read_line(Line(word).text()) == Line(word)


@pytest.mark.parametrize(
    "text", [b"moved\tx", b"moved\tx\tpv\tmany\t", b"\xff\n", b"a\tb\tc\td\te\n"]
)
def test_what_is_no_line_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - whichever it is
        read_line(text)


def test_what_a_plan_has_moved_and_all_shutters_are_due():
    said = watched(Line(SHUTTER, SHUT), Line(BUSY), Line(MOVED, X))
    assert said.due() == [X, SHUT]


def test_nothing_is_due_before_a_plan():
    assert watched(Line(SHUTTER, SHUT)).due() == []


def test_nothing_is_due_after_a_plan():
    assert watched(Line(SHUTTER, SHUT), Line(BUSY), Line(MOVED, X), Line(IDLE)).due() == []


def test_what_the_plan_before_has_moved_is_not_due():
    lines = Line(BUSY), Line(MOVED, X), Line(IDLE), Line(BUSY)
    assert watched(*lines).due() == []


def test_what_is_held_alone_is_due_between_two_plans():
    assert watched(Line(SHUTTER, SHUT), Line(IDLE), Line(HELD, HEATER)).due() == [HEATER]


def test_what_is_held_is_due_in_a_plan_as_well():
    lines = Line(SHUTTER, SHUT), Line(BUSY), Line(HELD, HEATER), Line(MOVED, X)
    assert watched(*lines).due() == [HEATER, X, SHUT]


@pytest.mark.parametrize("word", [BUSY, IDLE])
def test_what_is_held_no_more_is_not_due(word):
    assert watched(Line(IDLE), Line(HELD, HEATER), Line(word)).due() == []


def test_a_word_that_nobody_knows_changes_nothing():
    assert watched(Line(BUSY), Line(MOVED, X), Line("")).due() == [X]


def test_who_takes_leave_has_left():
    assert watched(Line(BYE)).has_left
