"""The words for the state of an axis, and those that a site adds."""

import pytest

from devices import InvalidTargetError
from devices.motors.motor_state import STATES, Msta, PositionState, checked_states, main_state

HELD = Msta.HAS_LOOP | Msta.POSITION_KEPT
PARKED = PositionState(-10, -9.5, "out of the beam")


@pytest.mark.parametrize(
    ("bits", "switched_to", "is_moving", "word"),
    [
        (HELD, "Go", False, "READY"),
        (HELD, "Go", True, "MOVING"),
        (HELD, "Move", False, "READY"),
        (HELD, "Stop", False, "DISABLED"),
        (HELD, "Pause", True, "DISABLED"),
        (Msta.HAS_LOOP, "Go", False, "OFF"),
        (Msta(0), "Go", False, "READY"),
        (HELD | Msta.PROBLEM, "Go", True, "FAULT"),
        (HELD | Msta.SLIP_STALL, "Stop", False, "FAULT"),
        (Msta.COMMUNICATION_ERROR, "Go", False, "FAULT"),
    ],
    ids=lambda value: str(value).replace("|", "+"),
)
def test_the_most_important_word_is_said(bits, switched_to, is_moving, word):
    assert main_state(bits, switched_to, is_moving=is_moving) == word
    assert word in STATES


@pytest.mark.parametrize(
    ("position", "holds"), [(-10, True), (-9.5, True), (-9.4, False), (float("nan"), False)]
)
def test_a_state_of_a_site_holds_from_low_to_high(position, holds):
    assert PARKED.holds(position) is holds


@pytest.mark.parametrize(("low", "high"), [(1, 0), (float("nan"), 1), ("0", 1), (0, float("inf"))])
def test_a_state_that_no_axis_can_be_in_is_refused(low, high):
    with pytest.raises(InvalidTargetError, match="a state is from low to high, not from"):
        PositionState(low, high, "nowhere")


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("parked", "a state of x is a word in capitals such as 'PARKED', not 'parked'"),
        ("TWO WORDS", "a state of x is a word in capitals"),
        ("READY", "READY of x means already that it stands, and can be moved: take another word"),
    ],
)
def test_a_word_for_a_state_that_cannot_be_meant_is_refused(word, sentence):
    with pytest.raises(InvalidTargetError, match=sentence):
        checked_states("x", {word: PARKED})
