"""The Python file of a session."""

import pytest

from blueline.config.setup_file import run_setup

SESSIONS = (
    "sessions:\n  - {name: base, setup: base.py}\n"
    "  - {name: s, include: [base], setup: setup/own.py}\n"
)


@pytest.fixture
def run(write, loaded):
    """Run the setup of the session s; gives the names of the prompt and what went wrong."""

    def ran(own, base="order = ['base']\n"):
        folder = write()
        (folder / "setup").mkdir(exist_ok=True)
        (folder / "setup" / "own.py").write_text(own)
        (folder / "base.py").write_text(base)
        names = {"x": 5}
        return names, run_setup(loaded(s=SESSIONS), "s", names)

    return ran


def test_a_setup_sees_the_names_of_the_prompt_and_adds_to_them(run):
    names, failures = run("def twice():\n    return 2 * x\n")
    assert failures == []
    assert names["twice"]() == 10


def test_included_sessions_are_set_up_first(run):
    names, _ = run("order = [*order, 'own']\n")
    assert names["order"] == ["base", "own"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = 1\nb = a / 0\n", "own.py:2: ZeroDivisionError: division by zero"),
        ("a = 1\ndef b(:\n", "own.py:2: SyntaxError"),
        ("import sys\nsys.exit(3)\n", "own.py:2: SystemExit: 3"),
        ("import nothing_like_this\n", "own.py:1: ModuleNotFoundError"),
    ],
)
def test_what_goes_wrong_is_told_with_its_line_and_the_rest_stays(run, text, told):
    names, failures = run(text)
    assert told in failures[0]
    assert names["order"] == ["base"]


def test_a_file_that_is_not_python_is_told_and_the_rest_is_run(run, loaded, write):
    run("a = 1\n")
    (write() / "setup" / "own.txt").write_text("a = 1\n")
    names = {}
    (failure,) = run_setup(loaded(s=SESSIONS.replace("own.py", "own.txt")), "s", names)
    assert "own.txt: a setup file is Python" in failure
    assert names == {"order": ["base"]}


def test_what_was_defined_before_an_error_is_there(run):
    names, _ = run("a = 1\nb = a / 0\n")
    assert names["a"] == 1


def test_a_setup_may_be_repeated(run):
    assert run("v = 1\n")[0]["v"] == 1
    assert run("v = 23456\n")[0]["v"] == 23456


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = 1\ndef ascan():\n    pass\n", "own.py:2: ascan hides a plan"),
        ("umv = 1\n", "own.py:1: umv hides a command of the prompt"),
        ("import math as set\n", "own.py:1: set hides Python's own"),
        ("x = 3\n", "own.py:1: x hides a device"),
        ("en = 3\n", "own.py:1: en hides a device"),
        ("from math import *\n", "own.py: pow hides Python's own"),
        ("umv = 1\nwa = 2\nct = 3\n", "umv hides a command of the prompt, and 2 more: wa, ct;"),
    ],
)
def test_a_setup_that_hides_what_can_be_typed_is_told_in_one_sentence(
    write, loaded, run, text, told
):
    write(d="devices: [{name: x, class: ophyd.Signal}]")
    run(text)
    sessions = SESSIONS.replace("include", "aliases: {en: x}, include")
    names = {}
    (sentence,) = run_setup(loaded(s=sessions), "s", names)
    assert told in sentence
    assert names["order"] == ["base"]
    assert len(names) > 1


def test_a_setup_that_imports_what_is_there_already_hides_nothing(run):
    assert run("x = x\nimport math\n")[1] == []
