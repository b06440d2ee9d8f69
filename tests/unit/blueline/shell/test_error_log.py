"""Errors that were told in short can be looked at again."""

import io

import pytest

from blueline.errors import BluelineError
from blueline.shell.error_log import KEPT, VALUE, ErrorLog


class Unshowable:
    def __repr__(self):
        raise RuntimeError("no")


class Long:
    def __repr__(self):
        return "a long\n" * 1000


def fail(number):
    counts = list(range(100_000))
    device, text = Unshowable(), Long()
    return counts, device, text, number / 0


def kept(*texts):
    log = ErrorLog()
    for text in texts:
        try:
            fail(1)
        except ZeroDivisionError as error:
            log.keep(text, error)
    return log


def test_the_last_error_is_shown_with_its_places():
    screen = io.StringIO()
    log = ErrorLog(screen)
    try:
        fail(1)
    except ZeroDivisionError as error:
        log.keep("fail(1)", error)
    log.last_error()
    assert screen.getvalue().startswith("fail(1) at ")
    assert "in fail" in screen.getvalue()
    assert "ZeroDivisionError" in screen.getvalue()


def test_an_earlier_error_is_found_by_its_place():
    log = kept("first", "second", "third")
    assert log.text(-2).startswith("second at ")
    assert log.text(0).startswith("first at ")


def test_what_the_functions_had_at_hand_is_shown_in_short():
    text = kept("fail(1)").text(show_locals=True)
    assert "    number = 1\n" in text
    assert "    device = <Unshowable instance at" in text
    (counts,) = (line for line in text.splitlines() if line.startswith("    counts = "))
    assert len(counts) < VALUE + 20


def test_no_more_than_a_few_are_kept():
    assert len(kept(*map(str, range(KEPT + 5)))) == KEPT


def test_an_error_that_is_not_there_is_refused_in_a_sentence():
    with pytest.raises(BluelineError, match="there was no error yet"):
        ErrorLog().last_error()
    with pytest.raises(BluelineError, match="there is no error 5: 1 are kept"):
        kept("x").last_error(5)


def test_kept_errors_can_be_let_go():
    log = kept("x")
    log.clear()
    assert len(log) == 0
