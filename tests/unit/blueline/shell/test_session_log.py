"""What the log file of a session says."""

import logging
import os

import pytest

from blueline.logs import log_to, stop_logging
from blueline.shell.session_log import LONGEST, add_runs, log_answer, log_error, log_typed


class Unshowable:
    def __repr__(self):
        raise RuntimeError("no")


@pytest.fixture
def log(tmp_path):
    handler = log_to(tmp_path / "blueline.log")
    documents = []
    add_runs(handler, documents.append)
    (runs,) = documents

    class Log:
        document = staticmethod(runs)

        @staticmethod
        def lines():
            return (tmp_path / "blueline.log").read_text().splitlines()

    yield Log
    stop_logging(handler)


def test_what_was_typed_and_answered_is_kept(log):
    log_typed("1 + 1\n")
    log_answer(2)
    assert [line.split(" ", 3)[-1] for line in log.lines()] == [
        f"    {os.getpid()} - blueline.input: 1 + 1",
        f"    {os.getpid()} - blueline.output: 2",
    ]


def test_nothing_answered_is_nothing_kept(log):
    log_typed("x = 3")
    log_answer(None)
    assert len(log.lines()) == 1


def test_each_line_of_a_run_names_it(log):
    log.document("start", {"uid": "0123456789abcdef"})
    logging.getLogger("planlib").info("inside")
    log.document("stop", {"run_start": "0123456789abcdef"})
    logging.getLogger("planlib").info("outside")
    inside, outside = log.lines()
    assert " 01234567 planlib: inside" in inside
    assert " - planlib: outside" in outside


def test_an_error_is_kept_with_all_its_places(log):
    try:
        int("x")
    except ValueError as error:
        log_error(error)
    text = "\n".join(log.lines())
    assert "Traceback" in text
    assert "test_session_log.py" in text


def test_a_huge_answer_and_one_that_cannot_be_shown_are_kept_in_short(log):
    log_answer("x" * 10 * LONGEST)
    log_answer(Unshowable())
    first, second = log.lines()
    assert len(first) < LONGEST + 100
    assert "<Unshowable that cannot be shown: RuntimeError>" in second
