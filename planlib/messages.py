"""The words that plans are written in."""

from collections.abc import Generator
from typing import Any, TypeAlias

from bluesky.protocols import NamedMovable, Readable
from bluesky.utils import Msg

#: A plan: yields messages, receives the engine's answers.
MsgGenerator: TypeAlias = Generator[Msg, Any, Any]
#: Anything that can be scanned, of any framework.
Axis: TypeAlias = NamedMovable[Any]
#: Anything that can be read at a point, of any framework.
Counter: TypeAlias = Readable[Any]


def nothing(value: object = None) -> MsgGenerator:
    """Do nothing, and give a value.

    Examples
    --------
    >>> list(nothing())
    []
    """
    yield from ()
    return value
