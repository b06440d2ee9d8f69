"""What plans may leave to the session they run in.

A plan asks with the message ``session_context``; the engine of a session answers with an object
that follows `SessionContext`. An engine without a session knows no such message, and the plan then
says in one sentence which argument it misses.
"""

from collections.abc import Sequence
from typing import Protocol

from bluesky.utils import InvalidCommand, Msg

from planlib.errors import NoSessionError
from planlib.messages import Counter, MsgGenerator

#: The message's name.
COMMAND = "session_context"


class SessionContext(Protocol):
    """What a session offers to plans."""

    def active_counters(self) -> Sequence[Counter]:
        """Give the counters that a scan reads where it names none."""
        ...


def default_counters() -> MsgGenerator:
    """Ask the session for its active counters.

    Raises
    ------
    NoSessionError
        The engine belongs to no session, or the session has no counters.
    """
    try:
        context: SessionContext = yield Msg(COMMAND)
    except InvalidCommand:
        message = "name the counters: this engine belongs to no session that could have defaults"
        raise NoSessionError(message) from None
    counters = list(context.active_counters())
    if not counters:
        message = "name the counters: the session has no active ones"
        raise NoSessionError(message)
    return counters
