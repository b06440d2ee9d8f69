"""Help shows how a command is typed."""

import inspect

import pytest

from blueline.errors import BluelineError
from blueline.shell.help_pages import Help
from blueline.shell.usage import as_words, examples, usage
from blueline.shell.vocabulary import Vocabulary
from planlib import ascan, ct


def wa():
    """Show where all axes are.

    Examples
    --------
    >>> wa()  # doctest: +SKIP
    """


COMMANDS = {"ascan": ascan, "ct": ct, "wa": wa}
HELP = Help(Vocabulary(COMMANDS, COMMANDS))


def test_the_help_of_a_plan_shows_how_it_is_typed():
    text = HELP.text("ascan")
    assert text.startswith(
        "ascan motor start stop intervals count_time [counters ...]\n\nScan one motor"
    )
    assert "    ascan x 0 5 10 0.1\n" in text


def test_help_is_found_by_the_function_as_well():
    assert HELP.text(wa) == HELP.text("wa")


def test_without_a_name_all_commands_are_listed_with_a_sentence():
    text = HELP.text()
    assert "wa             Show where all axes are" in text
    assert text.index("plans") < text.index("ascan") < text.index("commands") < text.index("wa   ")
    assert max(map(len, text.splitlines())) <= 100


def test_what_is_not_there_is_refused_in_a_sentence():
    with pytest.raises(BluelineError, match="there is no command 'ascn'"):
        HELP.text("ascn")


@pytest.mark.parametrize(
    ("python", "words"),
    [
        ("RE(ascan(x, 0, 5, 10, 0.1))", "ascan x 0 5 10 0.1"),
        ("umv(x, 3)", "umv x 3"),
        ("wa()", "wa"),
        ("RE(ct([1, 2]))", "RE(ct([1, 2]))"),
        ("x.move(3)", "x.move(3)"),
    ],
)
def test_examples_with_plain_arguments_are_shown_as_words(python, words):
    assert as_words(python) == words


def test_examples_are_those_of_the_docstring():
    assert examples(wa) == ["wa()"]
    assert examples(lambda: None) == []


def test_how_a_command_is_typed_leaves_types_out():
    def f(a: dict[str, int], b: float = 1.0, *c: object, d: int = 0, **e: int): ...

    assert usage("f", inspect.signature(f)) == "f a [b] [c ...]"
