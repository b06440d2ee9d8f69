"""Something that is in one of two states: a command, and an independent readback that follows."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

from collections import OrderedDict
from typing import Any, ClassVar

from ophyd import Device, EpicsSignal, EpicsSignalRO, FormattedComponent

from devices import channel_access
from devices.data_keys import integer_key
from devices.errors import InvalidTargetError
from devices.keeper import Kept
from devices.optics.confirmed_put import ConfirmedPut
from devices.status import DeadlineStatus

#: Seconds that it may take.
TRAVEL_DEADLINE = 10.0


class TwoState(Kept, Device):
    """Set it to one of two words; done only when the readback agrees. It reads as 0 or 1.

    The command may complete at once, as that of many valves does: the readback has until the
    deadline to follow.

    Parameters
    ----------
    prefix
        What its PVs begin with.
    command, status
        What follows, of the PV that takes 0 or 1 and of the one that tells.
    deadline
        Seconds that it may take.

    Examples
    --------
    >>> valve = TwoState("BL:valve:", name="valve", command="open", status="is_open")
    ... # doctest: +SKIP
    >>> RE(bps.mv(valve, "in"))  # doctest: +SKIP
    """

    #: The words for 0 and 1.
    STATES: ClassVar[tuple[str, str]] = ("out", "in")
    #: Other words that people say.
    ALIASES: ClassVar[dict[str, int]] = {}

    command = FormattedComponent(EpicsSignal, "{prefix}{_command}", kind="omitted")
    state_readback = FormattedComponent(
        EpicsSignalRO, "{prefix}{_status}", auto_monitor=True, kind="normal"
    )

    def __init__(
        self,
        prefix: str,
        *,
        name: str,
        command: str,
        status: str,
        deadline: float = TRAVEL_DEADLINE,
        **kwargs: Any,  # noqa: ANN401 - what ophyd's Device takes
    ) -> None:
        self._command = command
        self._status = status
        self._deadline = deadline
        super().__init__(prefix, name=name, **kwargs)
        self._put = ConfirmedPut(name, self.command, self.state_readback, self._word)

    def destroy(self) -> None:
        """Give up the channels."""
        channel_access.retire(walk.item for walk in self.walk_signals())
        super().destroy()

    @property
    def hints(self) -> dict[str, Any]:
        """It is no quantity to plot."""
        return {"fields": []}

    @property
    def state(self) -> str:
        """In words."""
        return self._word(channel_access.latest(self.state_readback).value)

    def _word(self, number: float) -> str:
        return self.STATES[int(number)] if number in (0, 1) else f"neither, {number:g}"

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give the state, 0 or 1."""
        sample = channel_access.latest(self.state_readback)
        return OrderedDict(
            {self.name: {"value": round(sample.value), "timestamp": sample.timestamp}}
        )

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe the state."""
        source = f"PV:{self.state_readback.pvname}"
        return OrderedDict({self.name: integer_key(source)})

    def info(self) -> str:
        """Give a line for people."""
        return f"{self.name}: {self.state_readback.pvname}, {self.state}"

    def set(self, state: str | int) -> DeadlineStatus:
        """Bring it into a state: one of its words, or 0 or 1.

        Raises
        ------
        InvalidTargetError
            It has no such state.
        """
        number = self._as_number(state)
        self.require_mine()
        return self._put.put(number, self._deadline)

    def check_value(self, state: str | int) -> None:
        """Refuse what is no state of it."""
        self._as_number(state)

    def stop(self, *, success: bool = False) -> None:
        """Leave it as it is: it cannot stop half way."""

    def _as_number(self, state: str | int) -> int:
        words = {word: number for number, word in enumerate(self.STATES)} | self.ALIASES
        if isinstance(state, str) and state.lower() in words:
            return words[state.lower()]
        if state in (0, 1) and not isinstance(state, str):
            return int(state)
        message = (
            f"{self.name} can be {' or '.join(map(repr, reversed(self.STATES)))}, not {state!r}"
        )
        raise InvalidTargetError(message)
