"""What is printed while a plan runs stands above the status of the terminal."""

import io
import sys

import pytest

from blueline.shell.above import Above, printed_above
from callbacks.terminal import StatusScreen


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal():
    return Terminal()


@pytest.fixture
def screen(terminal):
    return StatusScreen(terminal)


def test_the_status_is_wiped_before_what_is_printed_and_drawn_again_below(terminal, screen):
    screen.status("3 of 11 points")
    with printed_above(screen):
        print("hello")
    wiped = "\r" + " " * 14 + "\r"
    assert terminal.getvalue() == f"\r3 of 11 points\r{wiped}hello\n\r3 of 11 points\r"


def test_what_bluesky_says_of_a_pause_is_left_out(terminal, screen):
    with printed_above(screen):
        print("Pausing...")
        print("Deferred pause acknowledged. Continuing to checkpoint.")
        print("Pausing for tea")
    assert terminal.getvalue() == "Pausing for tea\n"


@pytest.mark.parametrize("text", ["point 3: ", "P", "Pausing..."])
def test_a_line_without_an_end_is_there_when_the_plan_ends(terminal, screen, text):
    with printed_above(screen):
        print(text, end="")
    assert terminal.getvalue() == text


def test_a_line_that_cannot_be_bluesky_s_is_there_at_once(terminal, screen):
    Above(screen).write("point 3: ")
    assert terminal.getvalue() == "point 3: "


def test_standard_output_is_given_back(screen):
    before = sys.stdout
    with pytest.raises(ZeroDivisionError), printed_above(screen):
        _ = 1 / 0
    assert sys.stdout is before


def test_it_is_taken_for_the_terminal_that_it_is(screen):
    above = Above(screen)
    assert above.isatty()
    assert above.writable()
