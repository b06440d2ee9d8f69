"""A plan that is looked at while nothing runs: whether what it would do depends on what is now."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bluesky.utils import Msg

from planlib.messages import MsgGenerator
from planlib.real_axes import parent_of

if TYPE_CHECKING:
    from planlib.context import SessionContext

#: What a session is asked that another item may change.
_CHANGING = frozenset({"last_scan", "start_document"})


class OutOfTimeError(Exception):
    """A dry run took too long, and tells nothing."""


@dataclass
class Seen:
    """What a plan has asked for while it was only looked at.

    Parameters
    ----------
    context
        Of the session.
    ends
        Monotonic time at which it is given up.

    Attributes
    ----------
    depends
        Whether it asked for anything that an item before it may change.
    has_measured
        Whether it has triggered or read anything.
    failed_on_zeros
        Whether it raised an error after that.
    is_out_of_time
        Whether it was given up.
    """

    context: "SessionContext"
    ends: float
    depends: bool = False
    has_measured: bool = False
    failed_on_zeros: bool = False
    is_out_of_time: bool = False
    _is_reading_a_point: bool = field(default=False, repr=False)

    @property
    def session(self) -> Any:  # noqa: ANN401 - whatever a session has
        """The session, which is watched as well."""
        return _WatchedSession(self)

    def watched(self, plan: MsgGenerator) -> MsgGenerator:
        """Give the plan, watched."""
        from bluesky.preprocessors import msg_mutator

        try:
            return (yield from msg_mutator(plan, self._look))
        except Exception:
            self.failed_on_zeros = self.has_measured
            raise

    def _look(self, message: Msg) -> Msg:
        if time.monotonic() > self.ends:
            self.is_out_of_time = True
            raise OutOfTimeError
        command = message.command
        if command in {"create", "save", "drop"}:
            self._is_reading_a_point = command == "create"
        asks = command == "locate" or (command == "read" and not self._is_reading_a_point)
        # where a classic axis is has been asked without a message
        asks = asks or (command == "set" and not tells_by_message(message.obj))
        self.depends = self.depends or asks
        self.has_measured = self.has_measured or command in {"read", "trigger"}
        return message


class _WatchedSession:
    """Answers as a session does."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a session has
        """Give what the session has."""
        if name in _CHANGING:
            self._seen.depends = True
        return getattr(self._seen.context, name)


def tells_by_message(device: object) -> bool:
    """Whether a plan that asks where an axis is set to is seen to; axes of ophyd 1 have no locate.

    See `planlib.stepping.places.set_position`.
    """
    return hasattr(device, "locate") or not hasattr(device, "set")


def stands_alone(device: Any) -> bool:  # noqa: ANN401 - any device
    """Whether where an axis can go does not depend on where others are, such as a slit's other.

    Nor on where it is itself, of which would not be seen that a plan has asked.
    """
    from devices.axes.pseudo import PseudoAxis

    if parent_of(device) is not None or not tells_by_message(device):
        return False
    reals = getattr(device, "reals", None)
    if not isinstance(reals, Mapping) or not reals:
        return True
    return isinstance(device, PseudoAxis) and all(map(stands_alone, reals.values()))
