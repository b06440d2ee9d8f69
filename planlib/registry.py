"""The plans that can be run again from a start document."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec

from planlib.messages import MsgGenerator

P = ParamSpec("P")
#: Turns what a start document says of one argument into the argument.
Reader = Callable[[Any], Any]


@dataclass(frozen=True)
class Repeatable:
    """A plan, and how its arguments are read back.

    Parameters
    ----------
    make
        The plan. Its parameters are the names in the start document's ``plan_args``.
    text
        Parameters that hold text; any other text is the name of a device.
    readers
        For parameters that are more than numbers, text, devices and lists of them.
    """

    make: Callable[..., MsgGenerator]
    text: frozenset[str] = frozenset()
    readers: Mapping[str, Reader] | None = None


#: By the start document's ``plan_name``.
REPEATABLE: dict[str, Repeatable] = {}


def repeatable(
    name: str = "", *, text: Collection[str] = (), readers: Mapping[str, Reader] | None = None
) -> Callable[[Callable[P, MsgGenerator]], Callable[P, MsgGenerator]]:
    """Have `planlib.repeat` know a plan whose start documents say ``plan_name`` and ``plan_args``.

    Parameters
    ----------
    name
        The ``plan_name``; the function's name where nothing is given.
    text, readers
        See `Repeatable`.
    """

    def register(function: Callable[P, MsgGenerator]) -> Callable[P, MsgGenerator]:
        known = Repeatable(function, frozenset(text), readers)
        REPEATABLE[name or function.__name__] = known
        return function

    return register
