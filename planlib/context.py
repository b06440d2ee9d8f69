"""What plans may leave to the session they run in.

A plan asks with the message ``session_context``; the engine of a session answers with an object
that follows `SessionContext`. An engine without a session knows no such message: the plan then does
without, and says in one sentence which argument it misses where it cannot.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from bluesky.utils import InvalidCommand, Msg
from numpy.typing import NDArray

from planlib.control import ScanControl
from planlib.errors import NoSessionError
from planlib.messages import Counter, MsgGenerator
from planlib.timings import NoTimings, Timings

#: The message's name.
COMMAND = "session_context"

_log = logging.getLogger(__name__)


class LastScan(Protocol):
    """The last scan of a session, as far as it is."""

    @property
    def start(self) -> Mapping[str, Any]:
        """Its start document."""
        ...

    @property
    def axes(self) -> Sequence[Any]:
        """The axes it moved, as devices, in the order of the start document's ``motors``."""
        ...

    @property
    def shape(self) -> Sequence[int]:
        """Lengths of its dimensions, slowest first."""
        ...

    def set_points(self) -> Sequence[str]:
        """Give the columns of where the axes were sent, in their order."""
        ...

    def column(self, field: str) -> NDArray[np.float64]:
        """Give what it has measured under a name, a number per point.

        Raises
        ------
        KeyError
            It has not measured that; what it has is named.
        """
        ...

    def plotted(self) -> str:
        """Give the name of what is shown against the first axis: the plot counter (SC-18)."""
        ...


class SessionContext(Protocol):
    """What a session offers to plans."""

    @property
    def control(self) -> ScanControl:
        """What people ask of the scan that runs: stop after this point, skip it."""
        ...

    @property
    def timings(self) -> Timings:
        """What earlier scans have cost beyond moving and counting."""
        ...

    @property
    def can_fetch(self) -> bool:
        """Whether the engine knows the message ``fetch``: read several devices in one go."""
        ...

    def active_counters(self) -> Sequence[Counter]:
        """Give the counters that a scan reads where it names none."""
        ...

    def tell(self, sentence: str) -> None:
        """Show a sentence to whoever watches."""
        ...

    def free_bytes(self) -> int | None:
        """Give the free space where the data go; None where nobody knows."""
        ...

    def last_scan(self) -> LastScan | None:
        """Give the last scan, or the one that runs."""
        ...

    def device(self, name: str) -> Any:  # noqa: ANN401 - any device
        """Give a device by its name.

        Raises
        ------
        KeyError
            There is none.
        """
        ...

    def start_document(self, run: str | int) -> Mapping[str, Any]:
        """Give the start document of a run by uid (or its beginning), scan number, or -1 for last.

        Raises
        ------
        KeyError
            There is none.
        """
        ...

    def readings(self) -> Mapping[str, Any]:
        """Give what has been read for the event that is being made, by field."""
        ...


@dataclass
class NoSession:
    """Stands in for a session where an engine has none."""

    control: ScanControl = field(default_factory=ScanControl)
    timings: Timings = field(default_factory=NoTimings)
    can_fetch: bool = False

    def active_counters(self) -> Sequence[Counter]:
        """Refuse: nobody could know."""
        message = "name the counters: this engine belongs to no session that could have defaults"
        raise NoSessionError(message)

    def tell(self, sentence: str) -> None:
        """Log it."""
        _log.info("%s", sentence)

    def free_bytes(self) -> int | None:
        """Nobody knows."""
        return None

    def last_scan(self) -> LastScan | None:
        """There is none."""
        return None

    def device(self, name: str) -> Any:  # noqa: ANN401 - any device
        """Refuse: nobody could know."""
        message = f"give the device {name} itself: this engine belongs to no session that has it"
        raise NoSessionError(message)

    def start_document(self, run: str | int) -> Mapping[str, Any]:
        """Refuse: nobody could know."""
        message = f"this engine belongs to no session that could remember the run {run}"
        raise NoSessionError(message)

    def readings(self) -> Mapping[str, Any]:
        """Nobody keeps them."""
        return {}


def session_context() -> MsgGenerator:
    """Ask for the session; give `NoSession` where the engine has none."""
    try:
        context: SessionContext = yield Msg(COMMAND)
    except InvalidCommand:
        return NoSession()
    return context or NoSession()


def default_counters() -> MsgGenerator:
    """Ask the session for its active counters.

    Raises
    ------
    NoSessionError
        The engine belongs to no session, or the session has no counters.
    """
    context = yield from session_context()
    counters = list(context.active_counters())
    if not counters:
        message = "name the counters: the session has no active ones"
        raise NoSessionError(message)
    return counters
