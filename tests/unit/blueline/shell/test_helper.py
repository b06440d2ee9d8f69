"""The switch of the typing helper, and what it gives to IPython."""

import pytest

from blueline.shell.helper import TypingHelper
from blueline.shell.vocabulary import Vocabulary


def umv(*moves): ...


def wa(): ...


COMMANDS = {"umv": umv, "wa": wa}


@pytest.fixture
def told():
    return []


@pytest.fixture
def helper(told):
    names = {**COMMANDS, "x": 1.0, "y": 2.0}
    return TypingHelper(Vocabulary(names, COMMANDS), told.append)


def test_lines_are_given_back_as_lines(helper):
    assert helper(["umv x 3\n", "wa\n", "umv y 4\n"]) == ["umv(x, 3)\n", "wa\n", "umv(y, 4)\n"]


def test_a_command_alone_is_run(helper):
    assert helper(["wa\n"]) == ["wa()\n"]


def test_python_is_left_alone(helper):
    assert helper(["def wa():\n", "    return umv\n"]) == ["def wa():\n", "    return umv\n"]


def test_it_can_be_switched_off_and_on_and_says_so(helper, told):
    helper.typing_helper()
    assert helper(["umv x 3\n"]) == ["umv x 3\n"]
    helper.typing_helper(True)
    assert helper(["umv x 3\n"]) == ["umv(x, 3)\n"]
    assert [said.partition(":")[0] for said in told] == [
        "the typing helper is off",
        "the typing helper is on",
    ]
