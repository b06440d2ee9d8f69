"""A beam shutter that is open when it says so."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

from collections import OrderedDict
from typing import Any

from ophyd import Component, Device, EpicsSignal, EpicsSignalRO

from devices import channel_access
from devices.channel_access import Sample
from devices.errors import DeviceError, InvalidTargetError, MoveError
from devices.status import DeadlineStatus

#: Seconds a shutter may take.
SHUTTER_DEADLINE = 10.0
STATES = ("closed", "open")


class Shutter(Device):
    """A shutter with a command and an independent readback of its state.

    It reads as 0 (closed) or 1 (open). A status is done only when the readback agrees.

    Parameters
    ----------
    prefix
        With ``open`` (command) and ``status`` (readback) appended, e.g. ``"BL:shutter:"``.

    Examples
    --------
    >>> from devices import Shutter
    >>> shutter = Shutter("BL:shutter:", name="shutter")  # doctest: +SKIP
    >>> RE(bps.mv(shutter, "open"))  # doctest: +SKIP
    """

    command = Component(EpicsSignal, "open", kind="omitted")
    state_readback = Component(EpicsSignalRO, "status", auto_monitor=True, kind="normal")

    def destroy(self) -> None:
        """Give up the channels."""
        channel_access.retire(walk.item for walk in self.walk_signals())
        super().destroy()

    @property
    def hints(self) -> dict[str, Any]:
        """A shutter is no quantity to plot."""
        return {"fields": []}

    @property
    def state(self) -> str:
        """In words: ``"open"`` or ``"closed"``."""
        return STATES[round(channel_access.latest(self.state_readback).value)]

    @property
    def is_open(self) -> bool:
        """Whether the readback says that it is open."""
        return self.state == "open"

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give the state, 0 or 1."""
        sample = channel_access.latest(self.state_readback)
        return OrderedDict(
            {self.name: {"value": round(sample.value), "timestamp": sample.timestamp}}
        )

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe the state."""
        source = f"PV:{self.state_readback.pvname}"
        return OrderedDict({self.name: {"source": source, "dtype": "integer", "shape": []}})

    def set(self, state: str | int) -> DeadlineStatus:
        """Open or close it.

        Parameters
        ----------
        state
            ``"open"`` or 1, ``"closed"`` or 0; ``"close"`` is understood.
        """
        wanted = _as_state(self.name, state)
        status = DeadlineStatus(f"setting {self.name} to {STATES[wanted]}", SHUTTER_DEADLINE)
        with status.starting():
            channel_access.put(
                self.command, wanted, lambda refusal: self._completed(status, wanted, refusal)
            )
        return status

    def _completed(self, status: DeadlineStatus, wanted: int, refusal: str | None) -> None:
        if refusal is not None:
            status.fail(MoveError(f"{status.what} failed: {refusal}"))
            return

        def judge(outcome: list[Sample] | str) -> None:
            if isinstance(outcome, str):
                status.fail(MoveError(f"{status.what} failed: {outcome}"))
            elif round(outcome[0].value) != wanted:
                found = STATES[round(outcome[0].value)]
                status.fail(MoveError(f"{status.what} failed: it is {found}"))
            else:
                status.finish()

        try:
            channel_access.request([self.state_readback], judge)
        except DeviceError as error:
            status.fail(error)

    def stop(self, *, success: bool = False) -> None:
        """Leave it as it is: a shutter cannot stop half way."""


def _as_state(name: str, state: str | int) -> int:
    words = {"open": 1, "closed": 0, "close": 0}
    if isinstance(state, str) and state.lower() in words:
        return words[state.lower()]
    if state in (0, 1) and not isinstance(state, str):
        return int(state)
    message = f"{name} can be 'open' or 'closed', not {state!r}"
    raise InvalidTargetError(message)
