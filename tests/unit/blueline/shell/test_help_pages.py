"""Help shows how a command is typed."""

import inspect
import re

import pytest

import planlib
from blueline.errors import BluelineError
from blueline.shell.commands import COMMANDS
from blueline.shell.help_pages import Help, page, summary
from blueline.shell.usage import as_words, examples, usage
from blueline.shell.vocabulary import Vocabulary
from planlib import ascan, ct, goto_custom


def wa():
    """Show where all axes are.

    Examples
    --------
    >>> wa()  # doctest: +SKIP
    """


KNOWN = {"ascan": ascan, "ct": ct, "wa": wa}
HELP = Help(Vocabulary(KNOWN, KNOWN))
#: Rows of what was asked for, names of the lists they are in, and markup.
INTERNAL = re.compile(r"\b(PS|BL|ES|GT|SC)-\d|\((acquisition|reliability)\b|(?<!\w)`|`(?!\w)")


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


@pytest.mark.parametrize("width", [50, 80, 120])
def test_a_sentence_is_folded_to_the_terminal_and_not_cut(width):
    lines = summary("goto_custom", goto_custom, width).splitlines()
    assert max(map(len, lines)) <= width
    assert " ".join(" ".join(lines).split()).endswith("along each axis of the last scan")


@pytest.mark.parametrize("name", planlib.__all__)
def test_the_page_of_a_plan_is_plain_text(name):
    assert not INTERNAL.search(page(name, getattr(planlib, name)))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_page_of_a_command_is_plain_text(command):
    assert not INTERNAL.search(page(command.name, command.function))


def test_help_has_a_sentence_of_its_own():
    assert summary("help_me", HELP).endswith(
        "Show how a command is typed, with examples; without a name, all commands"
    )


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
