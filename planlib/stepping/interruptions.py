"""What a pause, a suspension or a skip does to a scan beyond what the engine does.

The engine stops the axes, and when it goes on it repeats the messages since the last checkpoint.
That leaves two ways to a wrong point that looks good. A count that was under way goes on counting
through the pause, and may be taken for the one that is repeated: it is ended here, and where the
detector cannot end it, it is waited for. And an axis that somebody moves meanwhile is not set again
where the repeated messages do not set it, such as the slow axis of a mesh: all axes that the scan
has moved are sent back here before anything is repeated. Where one cannot be, the scan stays
paused; the engine of a session, which does the same for stock plans, comes later and could but fail
it.
"""

import asyncio
import contextlib
import inspect
import math
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from numbers import Real
from typing import Any

from bluesky.utils import FailedStatus, Msg, maybe_await

from planlib.messages import MsgGenerator
from planlib.real_axes import real_axes
from planlib.stepping.groups import PREPARE
from planlib.stepping.long_waits import wait_while
from planlib.stepping.sending_back import SendingBack
from planlib.wrapping import wrapped

#: Seconds for a count to end of which nobody knows how long it takes.
LONGEST_UNKNOWN = 600.0
#: Seconds beyond its count time for a count that cannot be ended to end.
COUNT_MARGIN = 30.0
#: Seconds beyond its count time after which a count is over of which nobody has heard.
READOUT = 1.0
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
    tell
        Shows what a scan that is to go on waits for.
    """

    name = "interruptions"

    def __init__(self, axes: Sequence[Any], tell: Callable[[str], object] = lambda _: None) -> None:
        self._axes = real_axes(axes)
        self._tell = tell
        self._places = SendingBack(tell)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()
        self._counting: dict[int, Any] = {}
        #: The group of what counts.
        self._group: object = None
        #: What has been triggered since the last checkpoint, and will be again after a pause.
        self._triggered: dict[int, Any] = {}
        self._count_time: float | None = None
        #: The messages since the last checkpoint are repeated: the plan hears nothing of them.
        self._is_repeating = False
        #: When a count that gave the plan no status is over.
        self._over_at = 0.0
        #: Devices that the plan has set, and the real axes behind them.
        self._moved: set[int] = set()
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
        with contextlib.suppress(RuntimeError):  # no engine runs it
            self._loop = asyncio.get_running_loop()
        return (yield from wrapped(plan, self._around))

    def _around(self, message: Msg) -> MsgGenerator | None:
        if self._paused_since is not None:
            self._goes_on()
        self._is_repeating = False
        command = message.command
        if command in {"prepare", "set"} and _prepares(message):
            self._count_time = _seconds(message.args[0])
        if command == "trigger":
            self._begins(message)
        elif command == "set":
            self._takes_note_of(message.obj)
        elif command == "checkpoint":  # a point that is begun again begins its count again
            self._counting, self._triggered = {}, {}
            self._begun = [(begun, status) for begun, status in self._begun if not status.done]
        return self._heard(message) if command in {"set", "trigger", "wait"} else None

    def _takes_note_of(self, axis: object) -> None:
        if id(axis) not in self._moved:
            self._moved.update(map(id, [axis, *real_axes([axis])]))

    @property
    def has_moved(self) -> bool:
        """Whether anything has been told to move."""
        return bool(self._moved)

    def _heard(self, message: Msg) -> MsgGenerator:
        try:
            answer = yield message
        finally:
            is_wait = message.command == "wait"
            if is_wait and self._counting and message.kwargs.get("group") == self._group:
                self._ends()
        if not is_wait and hasattr(answer, "done"):
            self._begun.append((message, answer))
        return answer

    def _begins(self, trigger: Msg) -> None:
        counter = trigger.obj
        with self._lock:
            if not self._counting:
                self._began, self.was_cut = time.monotonic(), False
            self._counting[id(counter)] = self._triggered[id(counter)] = counter
            self._group = trigger.kwargs.get("group")

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
        """End the count under way, where the counters can; tell whether one of them could.

        What was counted so far is the count. May be called from any thread.
        """
        with self._lock:
            counters = [each for each in self._counting.values() if hasattr(each, "stop")]
            ended = [self._stopped(counter) for counter in counters]
            self.was_cut = self.was_cut or any(ended)
        return any(ended)

    def _stopped(self, counter: Any) -> bool:  # noqa: ANN401 - any counter
        """Stop a counter, whose ``stop`` may be a coroutine; tell whether that was possible."""
        stopping = counter.stop(success=True)
        if not inspect.isawaitable(stopping):
            return True
        awaited = self._awaited(counter, stopping)
        if self._loop is None:
            awaited.close()
            return False
        asyncio.run_coroutine_threadsafe(awaited, self._loop)
        return True

    async def _awaited(self, counter: Any, stopping: Awaitable[object]) -> None:  # noqa: ANN401
        try:
            await stopping
        except Exception as error:  # nobody waits for this
            self._tell(f"{counter.name} cannot be stopped: {error}")

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
                self._stopped(message.obj)
        while any(not status.done for _, status in self._begun) and time.monotonic() < ends:
            yield from _sleeping(_LOOK)
        for _ in range(_ECHOES):
            yield from _sleeping(_LOOK)
        self._begun = [(begun, status) for begun, status in self._begun if not status.done]
        return [begun.obj.name for begun, _ in self._begun]

    def counting_on(self) -> list[Any]:
        """Give the counters of a point that failed which have not ended, as far as is heard."""
        return [
            message.obj
            for message, status in self._begun
            if message.command == "trigger" and not status.done
        ]

    # what the engine tells

    async def pause(self) -> None:
        """Remember where the axes are set to, and end the count under way."""
        if self._paused_since is None:
            self._paused_since = time.monotonic()
        await self._places.remember(axis for axis in self._axes if id(axis) in self._moved)
        with self._lock:
            counters, self._began = list(self._counting.values()), None
        if self._is_repeating or not self._are_known(counters):
            longest = READOUT + (self._count_time or 0.0)
            self._over_at = time.monotonic() + longest if counters else 0.0
        for counter in counters:
            if hasattr(counter, "stop"):
                await self._told_to_stop(counter)

    async def _told_to_stop(self, counter: Any) -> None:  # noqa: ANN401 - any counter
        try:
            await maybe_await(counter.stop(success=True))
        except Exception as error:  # it is waited for before the scan goes on
            self._tell(f"{counter.name} cannot be stopped: {error}")

    def _are_known(self, counters: Sequence[Any]) -> bool:
        """Tell whether the plan was given the status of each count before it was interrupted."""
        known = {id(message.obj) for message, _ in self._begun if message.command == "trigger"}
        return known.issuperset(map(id, counters))

    async def resume(self) -> None:
        """Let end what counts, and send the axes back that somebody has moved meanwhile.

        Raises
        ------
        PlanError
            A count does not end, or an axis does not go there: a scan that was paused stays so, one
            that was suspended fails.
        """
        await self._counted()
        await self._places.restore()
        self._goes_on()
        with self._lock:
            self._counting, self._is_repeating = self._triggered.copy(), True

    async def _counted(self) -> None:
        """Wait for the counts that were under way: one that is begun again might join them."""

        def count() -> str:
            names = [message.obj.name for message, status in begun if not status.done]
            if not names and time.monotonic() < self._over_at:
                names = [counter.name for counter in self._triggered.values()]
            return f"{', '.join(names)} to end the count from before the pause" if names else ""

        begun = [(message, status) for message, status in self._begun if self._will_repeat(message)]
        known = self._count_time
        longest = LONGEST_UNKNOWN if known is None else known + COUNT_MARGIN
        await wait_while(count, longest, self._tell)

    def _will_repeat(self, message: Msg) -> bool:
        return message.command == "trigger" and id(message.obj) in self._triggered

    def attach(self) -> MsgGenerator:
        """Show this object to the engine."""
        yield Msg("null", self)


def _sleeping(seconds: float) -> MsgGenerator:
    with contextlib.suppress(FailedStatus):
        yield Msg("sleep", None, seconds)


def _prepares(message: Msg) -> bool:
    """Tell whether a message tells a counter how long to count."""
    return bool(message.args) and str(message.kwargs.get("group")).startswith(PREPARE)


def _seconds(told: Any) -> float | None:  # noqa: ANN401 - what any counter is prepared with
    """Give the count time in what a counter is told; None where it is not known."""
    seconds = getattr(told, "seconds", getattr(told, "livetime", told))
    number = float(seconds) if isinstance(seconds, Real) else math.nan
    return number if 0 < number < math.inf else None
