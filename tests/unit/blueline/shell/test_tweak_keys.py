"""What keys mean while an axis is tweaked."""

import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.shell.tweak_keys import Tweak, keys_of, named, pressed, step_of

KEYS = [*"+-=pn0123456789.e*/bcq", "up", "down", "page up", "page down", "enter", "backspace"]


def after(keys, step=0.5):
    return functools.reduce(pressed, keys, Tweak(step))


@pytest.mark.parametrize(
    ("key", "move"), [("+", 0.5), ("p", 0.5), ("up", 0.5), ("-", -0.5), ("n", -0.5), ("down", -0.5)]
)
def test_keys_move_by_one_step(key, move):
    assert after([key]).move == move


def test_a_number_and_enter_change_the_step_and_move_nothing():
    tweak = after([*"0.02", "enter"])
    assert (tweak.step, tweak.move, tweak.typed) == (0.02, 0.0, "")


def test_a_number_without_enter_is_taken_by_the_next_key():
    assert after([*"2", "+"]).move == 2.0


def test_a_number_with_an_exponent_is_no_move():
    tweak = after([*"1e-3", "enter"])
    assert (tweak.step, tweak.move) == (1e-3, 0.0)


def test_a_mistyped_number_can_be_mended():
    assert after([*"03", "backspace", *".1", "enter"]).step == 0.1


@pytest.mark.parametrize("text", ["0", "1..2", "e", ".", "0.0"])
def test_what_is_no_step_leaves_the_step_as_it_was(text):
    assert after([*text, "enter"]).step == 0.5


def test_b_goes_back_once():
    assert after([*"++b"]).goes_back
    assert not after([*"b+"]).goes_back


def test_c_has_it_count_after_each_move_until_it_is_pressed_again():
    assert [after(keys).counts for keys in ("c", "c+b", "c+c")] == [True, True, False]


@pytest.mark.parametrize("key", ["q", "enter", "escape", " "])
def test_any_other_key_ends_it(key):
    assert after([key]).has_ended


@given(st.lists(st.sampled_from(KEYS), max_size=30))
def test_a_step_stays_a_positive_number_and_moves_are_steps(keys):
    tweak = Tweak(0.5)
    for key in keys:
        tweak = pressed(tweak, key)
        assert tweak.step > 0
        assert abs(tweak.move) in {0.0, tweak.step}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("+\n", ["+"]),
        ("--", ["-", "-"]),
        ("0.2", ["0", ".", "2", "enter"]),
        ("*", ["*"]),
        ("c+b", ["c", "+", "b"]),
        ("", ["q"]),
        ("quit", ["q"]),
        ("-1", ["q"]),
    ],
)
def test_a_line_stands_for_keys(text, keys):
    assert keys_of(text) == keys


def test_what_a_terminal_sends_are_keys_by_name():
    sent = iter("+\x1b[A\x1b[B\x1b[5~\x1b[6~\x1bOA\x7f\r")
    assert list(named(sent)) == [
        "+",
        "up",
        "down",
        "page up",
        "page down",
        "up",
        "backspace",
        "enter",
    ]


@given(st.text(max_size=12))
def test_no_text_is_a_step_that_is_none(text):
    step = step_of(text)
    assert step is None or step > 0
