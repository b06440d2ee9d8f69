"""A command that is done when a readback shows that it was obeyed."""

import threading
from collections.abc import Callable
from typing import Any

from ophyd import EpicsSignal
from ophyd.signal import EpicsSignalBase

from devices import channel_access
from devices.channel_access import Sample
from devices.errors import DeviceError, MoveError
from devices.status import DeadlineStatus


class ConfirmedPut:
    """Put numbers; each is done when the server has finished with it and the readback shows it.

    A command may complete before what it sets has moved: the readback has until the deadline.
    Monitors only say when to look; the look is believed.

    Parameters
    ----------
    name
        Of the device.
    command
        What takes the numbers.
    readback
        What shows them, monitored; may be the command itself.
    word
        Gives what people call a number.
    """

    def __init__(
        self,
        name: str,
        command: EpicsSignal,
        readback: EpicsSignalBase,
        word: Callable[[float], str],
    ) -> None:
        self._name = name
        self._command = command
        self._readback = readback
        self._word = word
        self._lock = threading.Lock()
        self._waiting: list[_Confirmation] = []
        readback.subscribe(self._changed, run=False)

    def put(self, number: int, deadline: float) -> DeadlineStatus:
        """Put a number; those before it that still wait for another one fail.

        Raises
        ------
        NotConnectedError
            The command is not connected.
        """
        what = f"setting {self._name} to {self._word(number)}"
        status = _Confirmation(what, deadline, number, self._word)
        with self._lock:
            before = [each for each in self._waiting if not each.done]
            self._waiting = [*before, status]
        with status.starting():
            channel_access.put(
                self._command, number, lambda refusal: self._completed(status, refusal)
            )
        for each in before:
            if each.number != number:
                message = f"{each.what} failed: it was set to {self._word(number)} meanwhile"
                each.fail(MoveError(message))
        return status

    def _completed(self, status: "_Confirmation", refusal: str | None) -> None:
        if refusal is not None:
            status.fail(channel_access.failed_move(status.what, refusal))
            return
        status.is_completed = True
        self._look(status)

    def _changed(self, **_: Any) -> None:  # noqa: ANN401 - what ophyd tells
        for status in list(self._waiting):
            if status.is_completed and not status.done:
                self._look(status)

    def _look(self, status: "_Confirmation") -> None:
        try:
            channel_access.request([self._readback], status.judge)
        except DeviceError as error:
            status.fail(error)


class _Confirmation(DeadlineStatus):
    """A number that was put, and what was last seen of it."""

    def __init__(
        self, what: str, deadline: float, number: int, word: Callable[[float], str]
    ) -> None:
        self.number = number
        self.is_completed = False
        self._word = word
        self._seen: float | None = None
        super().__init__(what, deadline, self._as_it_is)

    def judge(self, outcome: list[Sample] | str) -> None:
        """Take what the readback shows; where that is something else, it may still come."""
        if isinstance(outcome, str):
            self.fail(channel_access.failed_move(self.what, outcome))
            return
        self._seen = outcome[0].value
        if self._seen == self.number:
            self.finish()

    def _as_it_is(self) -> str | None:
        return None if self._seen is None else f"it is {self._word(self._seen)}"
