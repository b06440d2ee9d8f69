"""What a pause, a suspension or a skip does to a scan beyond what the engine does.

The engine stops the axes, and when it goes on it repeats the messages since the last checkpoint.
That leaves two ways to a wrong point that looks good. A count that was under way goes on counting
through the pause, and may be taken for the one that is repeated: it is ended here. And an axis that
somebody moves meanwhile is not set again where the repeated messages do not set it, such as the
slow axis of a mesh: all axes are sent back here before anything is repeated.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Sequence
from typing import Any

from bluesky.protocols import Locatable
from bluesky.utils import FailedStatus, Msg, maybe_await

from planlib.errors import PlanError
from planlib.messages import MsgGenerator
from planlib.stepping.listening import listened
from planlib.stepping.places import moves, real_axes, told_position
from planlib.stepping.point import COUNT

#: Seconds for an axis to be sent back: ten minutes are enough for any.
BACK_DEADLINE = 600.0
#: Set positions closer than this part of their size are the same.
_SAME = 1e-9
_LOOK = 0.02
#: Looks in which a failure that has happened reaches the plan.
_ECHOES = 5


class Interruptions:
    """Looks after the axes and the counters of a scan while it is interrupted.

    The engine calls `pause` and `resume`, as it does with every device that has them, once a
    message has shown it this object.

    Parameters
    ----------
    axes
        Those of the scan.
    """

    name = "interruptions"

    def __init__(self, axes: Sequence[Any]) -> None:
        self._axes = real_axes(axes)
        self._set_to: list[tuple[Any, float]] = []
        self._lock = threading.Lock()
        self._counting: dict[int, Any] = {}
        #: Whether anything has been told to move.
        self.has_moved = False
        #: Whether the last count was ended on purpose.
        self.was_cut = False
        self._begun: list[tuple[Msg, Any]] = []
        self._began: float | None = None
        #: Seconds that the last count of this point took on the monotonic clock.
        self.elapsed: float | None = None
        self._paused_since: float | None = None
        self._paused = 0.0

    # what it sees

    def watching(self, plan: MsgGenerator) -> MsgGenerator:
        """Run a plan and know from its messages what counts at the moment."""
        return (yield from listened(plan, self._asked, self._answered))

    def _asked(self, message: Msg) -> None:
        if self._paused_since is not None:
            self._goes_on()
        command = message.command
        if command == "trigger":
            self._begins(message.obj)
        elif command == "set":
            self.has_moved = True
        elif command == "checkpoint":  # a point that is begun again begins its count again
            self._counting = {}
            self._begun = [(begun, status) for begun, status in self._begun if not status.done]

    def _answered(self, message: Msg, answer: Any) -> None:  # noqa: ANN401 - any answer
        if message.command in {"set", "trigger"} and hasattr(answer, "done"):
            self._begun.append((message, answer))
        if message.command == "wait" and self._counting and message.kwargs.get("group") == COUNT:
            self._ends()

    def _begins(self, counter: object) -> None:
        with self._lock:
            if not self._counting:
                self._began, self.was_cut = time.monotonic(), False
            self._counting[id(counter)] = counter

    def _ends(self) -> None:
        with self._lock:
            if self._began is not None:
                self.elapsed = time.monotonic() - self._began
            self._counting = {}

    def forget(self) -> None:
        """Begin a point: no count belongs to it yet."""
        self._counting, self._began, self.elapsed, self.was_cut = {}, None, None, False

    def paused(self) -> float:
        """Give the seconds for which the scan has been paused, or suspended, so far."""
        since = self._paused_since
        return self._paused + (0.0 if since is None else time.monotonic() - since)

    def _goes_on(self) -> None:
        """End a pause: the scan is resumed, or does what is left to do after it was aborted."""
        self._paused, self._paused_since = self.paused(), None

    @property
    def is_counting(self) -> bool:
        """Whether a count is under way."""
        return bool(self._counting)

    def cut(self) -> bool:
        """End the count under way, where the counters can; tell whether there was one.

        What was counted so far is the count. May be called from any thread.
        """
        with self._lock:
            counters = list(self._counting.values())
            self.was_cut = self.was_cut or bool(counters)
            for counter in counters:
                if hasattr(counter, "stop"):
                    counter.stop(success=True)
        return bool(counters)

    def settled(self, deadline: float) -> MsgGenerator:
        """End what a point that failed has begun, and hear all that fails of it.

        The engine forgets what it waited for when a wait is interrupted, and throws failures that
        come later into whatever the plan, or the next one, does then.

        Parameters
        ----------
        deadline
            Seconds to wait; a detector that cannot be stopped may take longer.

        Returns
        -------
        list
            Names of what has not ended by then.
        """
        ends = time.monotonic() + deadline
        for message, status in self._begun:
            if message.command == "trigger" and not status.done and hasattr(message.obj, "stop"):
                message.obj.stop(success=True)
        while any(not status.done for _, status in self._begun) and time.monotonic() < ends:
            yield from _sleeping(_LOOK)
        for _ in range(_ECHOES):
            yield from _sleeping(_LOOK)
        self._begun = [(begun, status) for begun, status in self._begun if not status.done]
        return [begun.obj.name for begun, _ in self._begun]

    # what the engine tells

    async def pause(self) -> None:
        """Remember where the axes are set to, and end the count under way."""
        if self._paused_since is None:
            self._paused_since = time.monotonic()
        if not self._set_to:  # a pause within a suspension knows nothing better
            self._set_to = [(axis, await _set_position(axis)) for axis in self._axes]
        with self._lock:
            counters = list(self._counting.values())
        for counter in counters:
            if hasattr(counter, "stop"):
                await maybe_await(counter.stop(success=True))

    async def resume(self) -> None:
        """Send the axes back that somebody has moved meanwhile.

        Raises
        ------
        PlanError
            One does not go there; the scan stays paused.
        """
        displaced, self._set_to = self._set_to, []
        under_way = []
        try:
            for axis, position in displaced:
                await _stands(axis)
                if not _same(await _set_position(axis), position):
                    under_way.append((axis, position, axis.set(position)))
            for axis, position, status in under_way:
                await _arrived(axis, position, status)
        except BaseException:
            self._set_to = displaced
            raise
        self._goes_on()

    def attach(self) -> MsgGenerator:
        """Show this object to the engine."""
        yield Msg("null", self)


def _sleeping(seconds: float) -> MsgGenerator:
    with contextlib.suppress(FailedStatus):
        yield Msg("sleep", None, seconds)


async def _set_position(axis: Any) -> float:  # noqa: ANN401 - any axis
    if not getattr(axis, "connected", True):
        return float("nan")
    if isinstance(axis, Locatable):
        location: Any = await maybe_await(axis.locate())
        return float(location["setpoint"])
    return told_position(axis)


def _same(one: float, other: float) -> bool:
    """Tell whether an axis needs not be sent back; nobody knows where to with NaN."""
    return not abs(one - other) > _SAME * max(1.0, abs(one), abs(other))


async def _stands(axis: Any) -> None:  # noqa: ANN401 - any axis
    ends = time.monotonic() + BACK_DEADLINE
    while moves(axis):
        if time.monotonic() > ends:
            message = f"{axis.name} still moves after {BACK_DEADLINE:g} s: stop it, then resume"
            raise PlanError(message)
        await asyncio.sleep(_LOOK)


async def _arrived(axis: Any, position: float, status: Any) -> None:  # noqa: ANN401
    ends = time.monotonic() + BACK_DEADLINE
    while not status.done:
        if time.monotonic() > ends:
            message = f"{axis.name} was moved, and is not back at {position:g} after "
            raise PlanError(f"{message}{BACK_DEADLINE:g} s: the scan stays paused")
        await asyncio.sleep(_LOOK)
    error = status.exception()
    if error is not None:
        message = (
            f"{axis.name} was moved and cannot be sent back to {position:g}, the scan stays "
            f"paused: {error}"
        )
        raise PlanError(message) from error
