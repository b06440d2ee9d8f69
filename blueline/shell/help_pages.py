"""Help for hands: what a command takes, in one sentence, and how it is typed."""

import inspect
import sys
import textwrap
import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from blueline.errors import BluelineError
from blueline.plain_text import folded, plain_text
from blueline.shell.usage import as_words, examples, usage
from blueline.shell.vocabulary import Kind, Vocabulary, makes_plan, signature_of
from callbacks.terminal import width_of

#: Characters of a line where there is no terminal.
_WIDTH = 96
#: Before the sentences of a list.
_COLUMN = 17


def page(name: str, function: object, width: int = _WIDTH) -> str:
    """Give the help of one command: how it is typed, what it does, its arguments, examples."""
    text = _described(function) or "Nobody has described it."
    signature = signature_of(function)
    head = name if signature is None else usage(name, signature)
    described = text.partition("Examples\n--------")[0].strip()
    lines = [head, "", folded(plain_text(described), width)]
    typed = [as_words(example) for example in examples(function)]
    if typed:
        lines += ["", "for example", *(f"    {example}" for example in typed)]
    return "\n".join(lines) + "\n"


def summary(name: str, function: object, width: int = _WIDTH) -> str:
    """Give the name and what it does in one sentence, folded below itself where it is long."""
    first = _described(function).partition("\n\n")[0]
    sentence = plain_text(" ".join(first.split())).partition(". ")[0].rstrip(".")
    line = f"  {name:<{_COLUMN - 3}} {sentence}"
    return textwrap.fill(line, width, subsequent_indent=" " * _COLUMN, break_on_hyphens=False)


def _described(function: object) -> str:
    """Give the documentation of a function; of an object that is called, that of its call."""
    is_plain = isinstance(function, types.FunctionType | types.MethodType | type)
    return inspect.getdoc(function if is_plain else type(function).__call__) or ""


@dataclass(frozen=True)
class Help:
    """What `help_me` shows at a prompt.

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
        width = max(_COLUMN * 2, width_of(self.screen or sys.stdout) or _WIDTH)
        if what is None:
            return self._contents(width)
        name = what if isinstance(what, str) else str(getattr(what, "__name__", what))
        function = self.vocabulary.find(name) if isinstance(what, str) else what
        if not callable(function):
            message = f"there is no command {name!r}; help_me() lists those that there are"
            raise BluelineError(message)
        return page(name, function, width)

    def _contents(self, width: int) -> str:
        known = dict(self.vocabulary.commands)
        plans = {name: each for name, each in known.items() if makes_plan(each)}
        others = {name: each for name, each in known.items() if name not in plans}
        parts = [_listed(Kind.PLAN, plans, width), _listed(Kind.FUNCTION, others, width)]
        ends = 'help_me("ascan") shows one of them with examples; x? shows a device\n'
        return "\n".join([*filter(None, parts), ends])


def _listed(kind: Kind, functions: Mapping[str, object], width: int) -> str:
    if not functions:
        return ""
    title = "plans" if kind is Kind.PLAN else "commands"
    lines = [summary(name, each, width) for name, each in sorted(functions.items())]
    return "\n".join([title, *lines]) + "\n"
