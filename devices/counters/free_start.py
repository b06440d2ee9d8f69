"""The start of electronics that are free: what they count for somebody else is no count of ours."""

import contextlib
from collections.abc import Callable

from ophyd import EpicsSignalRO

from devices import channel_access
from devices.channel_access import Sample
from devices.counters.count_status import CountStatus
from devices.errors import CountError, DeviceError
from devices.status import DeadlineStatus, finished

#: Seconds for electronics that were told to stop to be busy no more.
HALT_DEADLINE = 5.0


class FreeStart:
    """Start electronics only where they do not count already, as far as that can be known.

    Where their monitor says that they are free they are asked together with the start, which costs
    nothing: a count that somebody else has begun meanwhile fails. Else they are asked first, and
    what they count goes on; after a stop of ours the start waits for its end.

    Parameters
    ----------
    name
        Of the counter.
    busy
        Not 0 while they count, and monitored; None where nothing tells.
    """

    def __init__(self, name: str, busy: EpicsSignalRO | None) -> None:
        self._name = name
        self._busy = busy
        self._halted = finished(f"stopping {name}")
        if busy is not None:
            busy.subscribe(self._busy_changed, run=False)

    def _busy_changed(self, *, value: object, **_: object) -> None:
        if not value:
            self._halted.finish()

    def require(self, what: str) -> None:
        """Refuse to count where they do already, before anything is set up; they may be asked.

        Raises
        ------
        CountError
            They count, and were not told to stop.
        """
        busy = self._busy
        if busy is None or not self._halted.done or _is_known_free(busy):
            return
        if channel_access.fetch([busy])[0].value:
            raise CountError(_said_busy(what))

    def begin(self, status: CountStatus, start: Callable[[], None]) -> None:
        """Call `start`, which must not wait; or have the count fail where they are not free."""
        busy = self._busy
        if busy is None:
            start()
        elif self._halted.done and _is_known_free(busy):
            channel_access.request([busy], lambda before: refuse_busy(status, before))
            start()
        else:
            self._ask_first(busy, status, start)

    def halts(self) -> None:
        """Take note that they are about to be told to stop."""
        if self._busy is not None:
            self._halted = DeadlineStatus(f"stopping {self._name}", HALT_DEADLINE)

    def _ask_first(
        self, busy: EpicsSignalRO, status: CountStatus, start: Callable[[], None]
    ) -> None:
        halted = self._halted

        def answered(before: list[Sample] | str) -> None:
            if status.is_decided:
                return
            if status.is_cut:
                status.fail(CountError(f"{status.what} failed: it was ended before it began"))
            elif isinstance(before, list) and before[0].value and not halted.done:
                halted.add_callback(lambda _: attempt(again))
            else:
                refuse_busy(status, before)
                if not status.done:
                    halted.finish()
                    attempt(start)

        def again() -> None:
            self._ask_first(busy, status, start)

        def attempt(action: Callable[[], None]) -> None:
            with contextlib.suppress(DeviceError), status.starting():
                action()

        channel_access.request([busy], answered)


def _is_known_free(busy: EpicsSignalRO) -> bool:
    try:
        return channel_access.latest(busy).value == 0
    except DeviceError:
        return False


def refuse_busy(status: CountStatus, before: list[Sample] | str) -> None:
    """Fail a count where electronics counted at its start: what ends then is another one.

    Parameters
    ----------
    before
        Whether they did, as they have answered; or why they have not.
    """
    if isinstance(before, str):
        status.fail(CountError(f"{status.what} failed: {before}"))
    elif before[0].value:
        status.fail(CountError(_said_busy(status.what)))


def _said_busy(what: str) -> str:
    return (
        f"{what} failed: it was counting already, for somebody else or without end; wait for that, "
        "or stop it"
    )
