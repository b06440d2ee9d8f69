"""What the prompt shows of an error."""

import runpy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.errors import BluelineError
from blueline.shell.errors import LINES, explain, root_of
from blueline.shell.vocabulary import Vocabulary


class FailedStatus(Exception):  # noqa: N818 - bluesky's name
    """As bluesky's, which says nothing of its own."""


class LimitError(ValueError):
    """As ophyd's, which does not say which device."""


class Positioner:
    name = "theta"

    def check_value(self, position):
        message = f"position={position} not within limits (-1, 1)"
        raise LimitError(message)

    def __getattr__(self, name):
        raise AttributeError(name)


def umv(*moves: object):
    """Move.

    Examples
    --------
    >>> umv(x, 3)  # doctest: +SKIP
    """


THETA = Positioner()
VOCABULARY = Vocabulary({"theta": THETA, "umv": umv, "ascan": umv})


def raised(function):
    try:
        function()
    except Exception as error:
        return error
    pytest.fail("nothing was raised")


def shown(function, typed="", width=100):
    return explain(raised(function), typed, VOCABULARY, width)


def test_a_sentence_is_shown_and_nothing_else():
    def refuse():
        raise BluelineError("x cannot go to 99 mm: its limits are -25 to 25 mm")

    assert shown(refuse) == ["BluelineError: x cannot go to 99 mm: its limits are -25 to 25 mm"]


def test_a_name_that_is_not_there_is_answered_with_the_one_that_is_meant():
    assert shown(lambda: thta)[0] == "NameError: there is no 'thta'; did you mean theta?"  # noqa: F821


@pytest.mark.parametrize(
    ("typed", "name", "said"),
    [
        ("ascan tetha 0 1 5", "tetha", "there is no 'tetha'; did you mean theta?"),
        ("ascan THETA 0 1 5", "THETA", "there is no 'THETA'; did you mean theta?"),
        ("ascan theta 0 ascam 5", "ascam", "there is no 'ascam'"),
        ("ascam(theta, 0, 1)", "ascam", "there is no 'ascam'; did you mean ascan?"),
        ("wa; ascam", "ascam", "there is no 'ascam'; did you mean ascan?"),
        ("my_script()", "ascam", "there is no 'ascam'; did you mean ascan?"),
        (
            "ascan theta 0 nan 5",
            "nan",
            "nan is no number that a command takes; Python has float('nan')",
        ),
    ],
)
def test_what_is_suggested_is_what_may_stand_there(typed, name, said):
    error = NameError(f"name {name!r} is not defined", name=name)
    assert explain(error, typed, VOCABULARY) == [f"NameError: {said}"]


def test_a_name_that_is_described_and_not_there_says_why():
    """BL-06."""
    why = {"thta": "thta could not be made: no such channel"}
    vocabulary = Vocabulary({"theta": THETA}, why_absent=lambda name: why.get(name, ""))
    assert explain(NameError("", name="thta"), "thta", vocabulary) == [
        "NameError: thta could not be made: no such channel"
    ]


def test_an_attribute_that_a_device_has_not_is_told_with_the_device():
    assert shown(lambda: THETA.check_valve)[0] == (
        "AttributeError: theta has no 'check_valve'; did you mean check_value?"
    )


def test_a_limit_is_told_with_the_device_that_has_it():
    assert shown(lambda: THETA.check_value(3))[0] == (
        "LimitError: theta: position=3 not within limits (-1, 1)"
    )


def test_of_a_failed_status_the_reason_is_shown():
    def fail():
        raise FailedStatus("<Status obj at 0x7f>") from LimitError("x stopped at 3.2 mm")

    assert shown(fail)[0] == "LimitError: x stopped at 3.2 mm"


def test_the_reason_is_found_in_a_chain_without_an_end():
    first, second = FailedStatus("1"), FailedStatus("2")
    first.__cause__, second.__cause__ = second, first
    assert isinstance(root_of(first), FailedStatus)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ascna theta 0 1", "there is no 'ascna'; did you mean ascan?"),
        ("umv theta - 1", "this cannot be read; it is umv [moves ...], such as umv x 3"),
        ("theta 0 1", "invalid syntax"),
    ],
)
def test_what_is_neither_python_nor_a_command_is_answered_with_what_comes_nearest(typed, said):
    lines = shown(lambda: compile(typed, "<typed>", "exec"), typed)
    assert lines[0] == f"SyntaxError: {said}"


@pytest.mark.parametrize("before", ["for i in range(2):", "while True:", "if True:"])
def test_words_behind_a_colon_are_answered_with_how_they_are_typed_there(before):
    text = f"{before} umv theta i*.1"
    said = " ".join(shown(lambda: compile(text, "<typed>", "exec"), text))
    assert "umv without brackets stands on a line of its own" in said
    assert f"{before} umv(theta, i*.1)" in " ".join(said.split())


def test_where_python_stumbles_is_pointed_at():
    lines = shown(lambda: compile("y = (1 + ) 3", "<typed>", "exec"), "y = (1 + ) 3")
    assert lines[1:3] == ["y = (1 + ) 3", "         ^"]


def test_the_line_of_somebodys_script_is_named(tmp_path):
    script = tmp_path / "my_scan.py"
    script.write_text("def run():\n    return 1 / 0\n")
    code = compile(script.read_text(), str(script), "exec")
    names = {}
    exec(code, names)  # noqa: S102 - as a person's script is
    lines = shown(names["run"], width=400)
    assert lines[1] == f"at {script}:2: return 1 / 0; last_error() shows the rest"


@given(st.text(), st.integers(40, 200))
def test_no_error_has_more_than_five_lines_or_is_wider_than_the_terminal(text, width):
    lines = explain(raised(lambda: int("x")).__class__(text), text, VOCABULARY, width)
    assert 1 <= len(lines) <= LINES
    assert all(len(line) <= width for line in lines)


def test_a_file_that_cannot_be_read_is_named_with_its_line(tmp_path):
    script = tmp_path / "mine.py"
    script.write_text("def f(:\n    pass\n")
    lines = shown(lambda: runpy.run_path(str(script)), 'user_script_load "mine"')
    assert "".join(lines[:-2]).replace("  ", "").endswith(f"{script}:1")
    assert lines[-2:] == ["def f(:", "      ^"]
