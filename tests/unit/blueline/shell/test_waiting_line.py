"""What is waited for while no scan is open."""

import io

import pytest

from blueline.shell.waiting_line import SHOWN_AFTER, WaitingLine, waited
from callbacks.terminal import StatusScreen
from tests.waiting import wait_until


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal():
    return Terminal()


def line(terminal, words, **options):
    return WaitingLine(StatusScreen(terminal), lambda: words, **options)


@pytest.mark.parametrize(
    ("words", "elapsed", "factor", "said"),
    [
        ("counting scaler for 100 s", 37, 1, "counting scaler for 100 s, 1 min 3 s left"),
        ("counting scaler for 100 s", 1, 50, "counting scaler for 100 s, 1.0 s left"),
        ("counting scaler for 1 s", 2, 1, "counting scaler for 1 s, 2.0 s so far"),
        (
            "counting scaler for 10000 counts",
            2,
            1,
            "counting scaler for 10000 counts, 2.0 s so far",
        ),
        ("counting a for 9 s, b", 3, 1, "counting a for 9 s, b, 3.0 s so far"),
        ("moving x to 3 mm", 12, 1, "moving x to 3 mm, 12 s so far"),
    ],
)
def test_what_is_waited_for_is_said_with_a_time(words, elapsed, factor, said):
    assert waited(words, elapsed, factor) == said


def test_what_lasts_is_shown_and_wiped(terminal):
    waiting = line(terminal, "counting scaler for 100 s")
    with waiting.around(None):
        wait_until("it is shown", lambda: "s left" in terminal.getvalue())
    assert terminal.getvalue().endswith(" \r")
    assert waiting.last == "counting scaler for 100 s"


def test_nothing_is_shown_while_a_scan_has_the_line(terminal):
    asked = []

    def is_free():
        asked.append(True)
        return False

    with line(terminal, "counting scaler for 100 s", is_free=is_free).around(None):
        wait_until(f"{SHOWN_AFTER} s are over", lambda: asked)
    assert terminal.getvalue() == ""


def test_where_what_moves_is_is_shown_while_a_plan_waits_for_nothing(terminal):
    waiting = line(terminal, "", moving=lambda: "x 0.3713 mm")
    with waiting.around(None):
        wait_until("it is shown", lambda: "x 0.3713 mm" in terminal.getvalue())
    assert terminal.getvalue().endswith(" \r")


def test_what_is_waited_for_is_said_rather_than_where_it_is(terminal):
    waiting = line(terminal, "moving x to 3 mm", moving=lambda: "x 0.3713 mm")
    with waiting.around(None):
        wait_until("it is shown", lambda: "so far" in terminal.getvalue())
    assert "0.3713" not in terminal.getvalue()
