"""Logging that strangers cannot flood."""

import logging
import sys

from sim_ioc.channel_access.quiet_log import OneLine, RateLimit
from sim_ioc.errors import PutRefusedError


def record(message, error=None):
    info = None
    if error is not None:
        try:
            raise error
        except type(error):
            info = sys.exc_info()
    return logging.LogRecord("n", logging.ERROR, "f", 1, message, (), info)


def test_error_takes_one_line_without_a_traceback():
    text = OneLine().format(record("put failed", ValueError("not\na number")))
    assert text == "error: not a number (put failed)"


def test_refusal_is_a_sentence_of_its_own():
    text = OneLine().format(record("Invalid write request", PutRefusedError("VAL takes a number.")))
    assert text == "error: VAL takes a number."


def test_error_without_words_is_named():
    assert OneLine().format(record("oops", KeyError())) == "error: KeyError (oops)"


def test_flood_is_held_back_and_counted():
    limit = RateLimit()
    passed = sum(limit.filter(record(f"line {number}")) for number in range(1000))
    assert passed <= 20
    limit._window_end = 0.0
    late = record("line")
    assert limit.filter(late)
    assert "held back" in late.msg
