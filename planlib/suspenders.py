"""Guards that suspend a plan while something is wrong, and that fail safe (H18).

bluesky's own suspenders hear nothing of a signal that is lost, so that a run goes on unprotected;
a second suspension, or a pause, ends the wait of the first (``RunEngine._start_suspender``: the
message ``wait_for`` that is interrupted counts as answered). Here a signal that is not connected,
not valid or that has told no value is as bad as a bad value, and whatever has interrupted the wait,
the guard looks again before the plan goes on.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import Callable
from typing import Any

from bluesky.suspenders import SuspenderBase
from bluesky.utils import Msg, ensure_generator

from planlib.checks import require_duration
from planlib.errors import PlanError
from planlib.messages import MsgGenerator

#: Seconds between two looks at a guard, besides those when its signal changes.
LOOK = 0.1
#: EPICS's severity of a value that is none.
_INVALID = 3


class Guard(SuspenderBase):
    """Suspend a plan while a signal is bad: out of its limits, lost, invalid, or without a value.

    The point in progress is repeated when the signal has been good again for `sleep` seconds. A
    plan that is started meanwhile waits.

    Parameters
    ----------
    signal
        Any ophyd signal.
    low, high
        The value is bad below `low` and above `high`.
    resume_low, resume_high
        What it must reach before it is good again; `low` and `high` where they are not given.
    is_good
        Tells of a value whether it is good, in place of limits or besides.
    sleep
        Seconds for which it must be good again.
    pre_plan, post_plan
        What else to do when the plan is suspended, and before it goes on: functions that give a
        plan.
    tell
        Shows a sentence.

    Raises
    ------
    PlanError
        Limits that cannot be meant, or neither limits nor `is_good`; no signal of ophyd.

    Examples
    --------
    >>> RE.install_suspender(Guard(ring_current, low=50, resume_low=90, sleep=10))  # doctest: +SKIP
    """

    def __init__(  # noqa: PLR0913 - all that a guard may say
        self,
        signal: Any,  # noqa: ANN401 - ophyd's signals are untyped
        *,
        low: float | None = None,
        high: float | None = None,
        resume_low: float | None = None,
        resume_high: float | None = None,
        is_good: Callable[[Any], bool] | None = None,
        sleep: float = 0.0,
        pre_plan: Callable[[], MsgGenerator] | None = None,
        post_plan: Callable[[], MsgGenerator] | None = None,
        tell: Callable[[str], object] | None = None,
    ) -> None:
        name = getattr(signal, "name", repr(signal))
        if not callable(getattr(signal, "get", None)) or not hasattr(signal, "clear_sub"):
            message = (
                f"{name} cannot be guarded: a signal of ophyd is needed; for a channel that only "
                "ophyd-async knows make an EpicsSignalRO"
            )
            raise PlanError(message)
        super().__init__(signal, pre_plan=pre_plan, post_plan=post_plan)
        self._good_for = require_duration(f"the sleep of the guard {signal.name}", sleep)
        self._limits = _Limits(low, high, resume_low, resume_high)
        self._is_good = is_good
        if is_good is None and self._limits.are_none:
            message = f"the guard {signal.name} needs a limit, low or high, or a function is_good"
            raise PlanError(message)
        self.tell = tell
        self._value: Any = None
        self._good_since: float | None = None
        self._waiting: list[asyncio.Event] = []
        #: A suspension has been asked for, and has not ended.
        self._is_suspending = False
        self._timer: Any = None
        self._reason = ""

    # what bluesky asks of a suspender

    def install(self, RE: Any, *, event_type: str | None = None) -> None:  # noqa: ANN401, N803
        """Begin to watch for an engine."""
        self.RE = RE
        self._sig.subscribe(self._told, event_type=event_type, run=True)
        with contextlib.suppress(Exception):  # not every signal tells that it is lost
            self._sig.subscribe(self._link_told, event_type=self._sig.SUB_META, run=True)
        if self._value is None and getattr(self._sig, "connected", True):
            with contextlib.suppress(Exception):  # then it has none
                self._value = self._sig.get()
        self._look()
        self._soon(RE)

    def remove(self) -> None:
        """Watch no more; a plan that waits goes on."""
        for callback in (self._told, self._link_told):
            self._sig.clear_sub(callback)
        engine, self.RE = self.RE, None
        with self._lock:
            self._tripped = False
        if engine is not None:
            engine.loop.call_soon_threadsafe(self._release)

    def get_futures(self) -> tuple[list[Callable[[], Any]], str]:
        """Give what a plan has to wait for before it starts, and why.

        An engine that can have the plan show first what it needs has it wait by itself.
        """
        self._is_suspending = False  # that was another plan
        self._look()
        if not self._tripped:
            return [], ""
        holding = getattr(self.RE, "holding", None)
        if holding is None:
            return [self._until_good], self._reason
        self._is_suspending = True  # until `begins`, or until that plan has ended
        holding.add(self)
        return [], ""

    def holds(self) -> str:
        """Say why a plan that is to begin has to wait; empty where it may."""
        return self._reason if self._tripped and self.RE is not None else ""

    def begins(self) -> MsgGenerator:
        """Do what is to be done before a plan begins that has waited."""
        yield from self._before_going_on()
        self._say(f"{self._sig.name} is good again: the plan begins")

    def _should_suspend(self, value: object) -> bool:
        return self._complaint_about(value) is not None

    def _should_resume(self, value: object) -> bool:
        return self._complaint_about(value) is None

    def _get_justification(self) -> str:
        return self._reason if self._tripped else ""

    def __call__(self, value: object, **_: object) -> None:
        """Take a value."""
        self._told(value)

    # what it hears, in any thread

    def _told(self, value: object, **_: object) -> None:
        self._value = value
        self._react()

    def _link_told(self, *, connected: bool = True, **_: object) -> None:
        if not connected:
            self._value = None  # the old one says nothing about the time after
        self._react()

    def _react(self) -> None:
        engine = self.RE
        if engine is None:
            return
        self._look()
        self._soon(engine)

    def _soon(self, engine: Any) -> None:  # noqa: ANN401
        with contextlib.suppress(RuntimeError):  # the engine has been closed
            engine.loop.call_soon_threadsafe(self._review, engine)

    # what it makes of it

    def complaint(self) -> str | None:
        """Say what is wrong at the moment, None where nothing is."""
        name = self._sig.name
        if not getattr(self._sig, "connected", True):
            return f"{name} is not connected"
        if _severity(self._sig) >= _INVALID:
            return f"{name} has no valid value: its alarm is INVALID"
        if self._value is None:
            return f"{name} has told no value"
        return self._complaint_about(self._value)

    def _complaint_about(self, value: Any) -> str | None:  # noqa: ANN401 - whatever it holds
        said = f"{self._sig.name} is {_shown(value)}"
        try:
            if self._is_good is not None and not self._is_good(value):
                return f"{said}, which is not good"
            outside = self._limits.complaint(value, strictly=self._tripped)
        except Exception as error:  # what cannot be judged is not good
            return f"{said}, of which nobody can tell whether it is good: {error}"
        return outside and f"{said}, {outside}"

    def _look(self) -> None:
        complaint = self.complaint()
        with self._lock:
            if complaint is not None:
                self._tripped, self._reason, self._good_since = True, complaint, None
            elif self._tripped and self._good_since is None:
                self._good_since = time.monotonic()

    # what it does about it, in the engine's loop

    def _review(self, engine: Any) -> None:  # noqa: ANN401
        if self._timer is not None:
            self._timer.cancel()
        if self.RE is not engine:
            return
        self._look()
        if engine.state == "idle":
            self._is_suspending = False
        since = self._good_since
        if self._tripped and since is not None and time.monotonic() - since >= self._good_for:
            with self._lock:
                self._tripped, self._good_since = False, None
            self._release()
        elif self._tripped:
            self._suspend(engine)
        self._timer = engine.loop.call_later(LOOK, self._review, engine)

    def _suspend(self, engine: Any) -> None:  # noqa: ANN401
        state = str(engine.state)
        is_held = self._is_suspending or (bool(self._waiting) and state == "running")
        if is_held or state not in {"running", "paused"}:
            return
        self._is_suspending = True
        self._say(f"suspended: {self._reason}")
        engine.request_suspend(
            self._until_good,
            pre_plan=self._pre_plan,
            post_plan=self._then,
            justification=self._reason,
        )

    def _release(self) -> None:
        for event in self._waiting:
            event.set()

    async def _until_good(self) -> None:
        while self._tripped and self.RE is not None:
            event = asyncio.Event()
            self._waiting.append(event)
            try:
                await event.wait()
            finally:
                self._waiting.remove(event)

    def _then(self) -> MsgGenerator:
        yield from self._before_going_on()
        self._say(f"{self._sig.name} is good again")

    def _before_going_on(self) -> MsgGenerator:
        """Wait again if the wait was interrupted, then do what is to be done before going on."""
        while True:
            while self._tripped and self.RE is not None:
                yield Msg("wait_for", None, [self._until_good])
            if self._post_plan is not None:
                plan: Any = self._post_plan() if callable(self._post_plan) else self._post_plan
                yield from ensure_generator(plan)
            if not self._tripped or self.RE is None:
                break
        self._is_suspending = False

    def _say(self, sentence: str) -> None:
        if self.tell is not None:
            self.tell(sentence)


class _Limits:
    """Between which a value is good."""

    def __init__(
        self,
        low: float | None,
        high: float | None,
        resume_low: float | None,
        resume_high: float | None,
    ) -> None:
        self.low = -math.inf if low is None else float(low)
        self.high = math.inf if high is None else float(high)
        self.resume_low = self.low if resume_low is None else float(resume_low)
        self.resume_high = self.high if resume_high is None else float(resume_high)
        ordered = self.low <= self.resume_low <= self.resume_high <= self.high
        if not ordered:  # NaN is in no order either
            message = (
                "the limits of a guard are in this order: low, resume_low, resume_high, high; not "
                f"{self.low:g}, {self.resume_low:g}, {self.resume_high:g}, {self.high:g}"
            )
            raise PlanError(message)

    @property
    def are_none(self) -> bool:
        return math.isinf(self.low) and math.isinf(self.high)

    def complaint(self, value: Any, *, strictly: bool) -> str | None:  # noqa: ANN401
        """Say how a value is out of bounds; `strictly` once it has been."""
        if self.are_none:
            return None
        number = float(value)
        if math.isnan(number):
            return "which is no number"
        ends = [(self.low, self.high)]
        if strictly:
            ends.append((self.resume_low, self.resume_high))
        for low, high in ends:
            if not low <= number <= high:
                return f"below {low:g}" if number < low else f"above {high:g}"
        return None


def _severity(signal: object) -> int:
    told = getattr(signal, "metadata", {}).get("severity")
    return int(told) if told is not None else 0


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else f"{value!s:.40}"
