"""Help for hands: what a command takes, in one sentence, and how it is typed."""

import inspect
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from blueline.errors import BluelineError
from blueline.shell.usage import as_words, examples, usage
from blueline.shell.vocabulary import Kind, Vocabulary, makes_plan, signature_of

_WIDTH = 96
#: Rows of the specification, which say nothing to somebody who types.
_ROWS = re.compile(r"\s*\([A-Z]{1,2}-?\d+(?:(?:, | to )[A-Z]{1,2}-?\d+)*\)")


def page(name: str, function: object) -> str:
    """Give the help of one command: how it is typed, what it does, its arguments, examples."""
    text = inspect.getdoc(function) or "Nobody has described it."
    signature = signature_of(function)
    head = name if signature is None else usage(name, signature)
    described = text.partition("Examples\n--------")[0].strip()
    body = _ROWS.sub("", described).replace("----------\n", "").replace("------\n", "")
    lines = [head, "", *body.splitlines()]
    typed = [as_words(example) for example in examples(function)]
    if typed:
        lines += ["", "for example", *(f"    {example}" for example in typed)]
    return "\n".join(lines) + "\n"


def summary(name: str, function: object) -> str:
    """Give one line: the name, what it does, and the first example."""
    first = (inspect.getdoc(function) or "").partition("\n\n")[0]
    sentence = " ".join(first.split()).partition(". ")[0].rstrip(".")
    line = f"{name:<14} {_ROWS.sub('', sentence)}"
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 4]} ..."


@dataclass(frozen=True)
class Help:
    """``help_me()`` at a prompt.

    Parameters
    ----------
    vocabulary
        The names at the prompt.
    screen
        Where to write; None for standard output.
    """

    vocabulary: Vocabulary
    screen: TextIO | None = None

    def __call__(self, what: object = None) -> None:
        """Show how a command is typed, with examples; without a name, all commands.

        Parameters
        ----------
        what
            A command, or its name.

        Examples
        --------
        >>> help_me("ascan")  # doctest: +SKIP
        >>> help_me()  # doctest: +SKIP
        """
        screen = self.screen or sys.stdout
        screen.write(self.text(what))
        screen.flush()

    def text(self, what: object = None) -> str:
        """Give what is shown.

        Raises
        ------
        BluelineError
            There is no such command.
        """
        if what is None:
            return self._contents()
        name = what if isinstance(what, str) else str(getattr(what, "__name__", what))
        function = self.vocabulary.find(name) if isinstance(what, str) else what
        if not callable(function):
            message = f"there is no command {name!r}; help_me() lists those that there are"
            raise BluelineError(message)
        return page(name, function)

    def _contents(self) -> str:
        known = dict(self.vocabulary.commands)
        plans = {name: each for name, each in known.items() if makes_plan(each)}
        others = {name: each for name, each in known.items() if name not in plans}
        parts = [_listed(Kind.PLAN, plans), _listed(Kind.FUNCTION, others)]
        ends = 'help_me("ascan") shows one of them with examples; x? shows a device\n'
        return "\n".join([*filter(None, parts), ends])


def _listed(kind: Kind, functions: Mapping[str, object]) -> str:
    if not functions:
        return ""
    title = "plans" if kind is Kind.PLAN else "commands"
    lines = [f"  {summary(name, each)}" for name, each in sorted(functions.items())]
    return "\n".join([title, *lines]) + "\n"
