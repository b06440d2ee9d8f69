"""A current amplifier: a gain that steps, an offset, and whether it is at its end."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import re
from collections import OrderedDict
from typing import Any

from ophyd import Component, Device, EpicsSignal, EpicsSignalRO

from devices import channel_access
from devices.channel_access import Sample
from devices.data_keys import integer_key, number_key
from devices.errors import DeviceError, InvalidTargetError, MoveError
from devices.finite import is_finite
from devices.status import DeadlineStatus

GAIN_DEADLINE = 5.0
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")


class Amplifier(Device):
    """The gain of a current amplifier, in V/A, as a settable with the steps that it has.

    Parameters
    ----------
    prefix
        With ``gain``, ``offset`` and ``overload`` appended, e.g. ``"BL:I0:"``.

    Examples
    --------
    >>> i0_amplifier = Amplifier("BL:I0:", name="i0_amplifier")  # doctest: +SKIP
    >>> RE(bps.mv(i0_amplifier, 1e7))  # doctest: +SKIP
    """

    gain_choice = Component(EpicsSignal, "gain", auto_monitor=True, kind="config")
    offset = Component(EpicsSignal, "offset", auto_monitor=True, kind="config")
    overload = Component(EpicsSignalRO, "overload", auto_monitor=True, kind="normal")

    def destroy(self) -> None:
        """Give up the channels."""
        channel_access.retire(walk.item for walk in self.walk_signals())
        super().destroy()

    @property
    def gains(self) -> tuple[float, ...]:
        """The gains that it has, in V/A."""
        choices: Any = self.gain_choice.enum_strs
        words = [str(word) for word in choices or ()]
        return tuple(float(found[0]) for word in words if (found := _NUMBER.search(word)))

    @property
    def gain(self) -> float:
        """The gain, in V/A."""
        return self.gains[round(channel_access.latest(self.gain_choice).value)]

    @property
    def is_overloaded(self) -> bool:
        """Whether its output is at its end: what is counted behind it is not true."""
        return bool(channel_access.latest(self.overload).value)

    @property
    def hints(self) -> dict[str, Any]:
        """It is no quantity to plot."""
        return {"fields": []}

    def check_value(self, gain: float) -> None:
        """Refuse a gain that it does not have."""
        self._index(gain)

    def set(self, gain: float) -> DeadlineStatus:
        """Set the gain, one of `gains`; done when it reads back."""
        index = self._index(gain)
        status = DeadlineStatus(f"setting {self.name} to {gain:g} V/A", GAIN_DEADLINE)

        def judge(outcome: list[Sample] | str) -> None:
            if isinstance(outcome, str):
                status.fail(MoveError(f"{status.what} failed: {outcome}"))
            elif round(outcome[0].value) != index:
                found = self.gains[round(outcome[0].value)]
                status.fail(MoveError(f"{status.what} failed: it is {found:g} V/A"))
            else:
                status.finish()

        def completed(refusal: str | None) -> None:
            try:
                if refusal is not None:
                    judge(refusal)
                else:
                    channel_access.request([self.gain_choice], judge)
            except DeviceError as error:
                status.fail(error)

        with status.starting():
            channel_access.put(self.gain_choice, index, completed)
        return status

    def stop(self, *, success: bool = False) -> None:
        """Leave it as it is."""

    def _index(self, gain: float) -> int:
        for index, known in enumerate(self.gains):
            if is_finite(gain) and abs(gain - known) <= 1e-6 * known:
                return index
        words = ", ".join(f"{known:g}" for known in self.gains)
        message = f"{self.name} has the gains {words} V/A, not {gain!r}"
        raise InvalidTargetError(message)

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give gain and overload."""
        samples = [channel_access.latest(each) for each in (self.gain_choice, self.overload)]
        values = (self.gain, round(samples[1].value))
        keys = (self.name, f"{self.name}_overload")
        return OrderedDict(
            (key, {"value": value, "timestamp": sample.timestamp})
            for key, value, sample in zip(keys, values, samples, strict=True)
        )

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe them."""
        gain = number_key(f"PV:{self.gain_choice.pvname}", "V/A", 0)
        overload = integer_key(f"PV:{self.overload.pvname}")
        return OrderedDict({self.name: gain, f"{self.name}_overload": overload})

    def info(self) -> str:
        """Give a line for people."""
        word = ", OVERLOADED" if self.is_overloaded else ""
        return f"{self.name}: {self.prefix}, {self.gain:g} V/A{word}"
