"""What SPEC's words become at the prompt."""

from types import SimpleNamespace

import pytest

import planlib
from blueline.shell.commands import COMMANDS, make_commands
from blueline.shell.errors import explain
from blueline.shell.spec_words import INSTEAD, TYPED_AS
from blueline.shell.typing import alone, typed
from blueline.shell.vocabulary import Vocabulary

HAS = SimpleNamespace(device_locks=object(), settings=object(), data_policy=object())
COMMANDS_HERE = make_commands(HAS)
VOCABULARY = Vocabulary({**COMMANDS_HERE, "x": object()}, COMMANDS_HERE, TYPED_AS)


def test_a_word_of_spec_runs_alone_where_its_command_does():
    assert alone("newfile", VOCABULARY) == "newdataset()"
    assert alone("sleep", VOCABULARY) == "sleep"
    assert alone("set", VOCABULARY) == "set"


def test_a_word_of_spec_that_lacks_something_is_answered_with_how_it_is_typed():
    error = NameError("name 'sleep' is not defined", name="sleep")
    line = explain(error, "sleep", VOCABULARY)[0]
    assert line.startswith("NameError: sleep is countdown here, typed countdown seconds")


@pytest.mark.parametrize(
    ("words", "python"),
    [
        ("set x 3", "set_pos(x, 3)"),
        ("comment sample changed", "elog_print('sample', 'changed')"),
        ('comment "sample changed"', 'elog_print("sample changed")'),
        ("newfile edge", "newdataset('edge')"),
        ("sleep 5", "countdown(5)"),
        ("qdo align", "user_script_run('align')"),
        ("p x.position", "print(x.position)"),
        ("print 1+2", "print(1+2)"),
        ("p x; sleep 1", "print(x); countdown(1)"),
    ],
)
def test_a_word_of_spec_is_read_as_the_command_that_does_the_same(words, python):
    assert typed(words, VOCABULARY) == python


def test_a_word_that_somebody_has_bound_is_theirs():
    names = {**VOCABULARY.names, "sleep": lambda seconds: None}
    assert typed("sleep 5", Vocabulary(names, COMMANDS_HERE, TYPED_AS)) == "sleep(5)"


def error_of(text):
    try:
        exec(compile(text, "<typed>", "exec"), {})  # noqa: S102 - as the prompt does
    except (NameError, SyntaxError) as error:
        return error
    pytest.fail(f"{text} is Python")


@pytest.mark.parametrize("text", ["wh", "wh x", "splot()", "th2th tth -1 1"])
def test_another_word_of_spec_is_answered_with_what_is_typed_here(text):
    line, *_ = explain(error_of(text), text, VOCABULARY)
    assert "is in blueline: " in line


def test_a_word_that_is_bound_is_not_taken_for_spec_s():
    names = {**VOCABULARY.names, "wh": 3}
    said = " ".join(explain(error_of("wh x"), "wh x", Vocabulary(names)))
    assert "SPEC's" not in said


def test_what_is_told_instead_is_no_command_or_plan_of_ours():
    ours = {command.name for command in COMMANDS} | set(planlib.__all__)
    assert not ours & (set(INSTEAD) | set(TYPED_AS)) - {"print"}
    assert not set(INSTEAD) & set(TYPED_AS)
