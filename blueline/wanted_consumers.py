"""Which consumers a session has beside the journal, and those that are a beamline's own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class OwnConsumer:
    """One that a beamline has written itself.

    Parameters
    ----------
    name
        What notices call it.
    make
        Gives what is called with each document.
    factory, arguments
        ``"module:function"`` that makes it in a process of its own, and what it is given; None
        where it has a thread.
    """

    name: str
    make: Callable[[], Callable[[str, dict[str, Any]], object]]
    factory: str | None = None
    arguments: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class WantedConsumers:
    """What a session is to have.

    Parameters
    ----------
    left_out
        Those of ours that it does without: spec, csv, xdi, nexus, results, plot.
    own
        Those of the beamline.
    """

    left_out: frozenset[str] = frozenset()
    own: Sequence[OwnConsumer] = ()
