"""A current amplifier: a gain that steps, an offset, and whether it is at its end."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import math
import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from ophyd import Component, Device, EpicsSignal, EpicsSignalRO

from devices import channel_access
from devices.counters.reading import reading
from devices.data_keys import integer_key, number_key
from devices.errors import DeviceError, InvalidTargetError
from devices.finite import is_finite
from devices.keeper import Kept
from devices.optics.confirmed_put import ConfirmedPut
from devices.status import DeadlineStatus

GAIN_DEADLINE = 5.0
#: A number, its unit, and what people are told besides.
_GAIN = re.compile(
    r"\s*(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)\s*(?:([pnu\u00b5mkMG]?)(V/A|A/V)(?:\W.*)?)?\s*"
)
#: Powers of ten.
_PREFIXES: Mapping[str, int] = {
    "": 0, "p": -12, "n": -9, "u": -6, "\u00b5": -6, "m": -3, "k": 3, "M": 6, "G": 9
}  # fmt: skip


def gain_of(word: str) -> float | None:
    """Give the gain in V/A that a choice means; None where it has no digit, as "off".

    A sensitivity such as "20 nA/V" is turned around; a number alone is in V/A.

    Raises
    ------
    DeviceError
        It has digits, and is no gain.

    Examples
    --------
    >>> gain_of("1e6 V/A"), gain_of("500 uA/V"), gain_of("off")
    (1000000.0, 2000.0, None)
    """
    if not any(letter.isdigit() for letter in word):
        return None
    found = _GAIN.fullmatch(word)
    number = 0.0 if found is None else float(found[1]) * 10.0 ** _PREFIXES[found[2] or ""]
    if found is None or not number > 0:
        message = f"{word!r}, which is no gain in V/A such as '1e6 V/A' or '1 nA/V'"
        raise DeviceError(message)
    return 1.0 / number if found[3] == "A/V" else number


class Amplifier(Kept, Device):
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

    def __init__(self, prefix: str, *, name: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(prefix, name=name, **kwargs)
        self._put = ConfirmedPut(name, self.gain_choice, self.gain_choice, self._word)

    def destroy(self) -> None:
        """Give up the channels."""
        channel_access.retire(walk.item for walk in self.walk_signals())
        super().destroy()

    @property
    def gains(self) -> tuple[float, ...]:
        """The gains that it has, in V/A; choices without one, such as "off", are left out."""
        return tuple(gain for gain in self._by_choice() if gain is not None)

    @property
    def gain(self) -> float:
        """The gain, in V/A; NaN at a choice that has none."""
        gain = dict(enumerate(self._by_choice())).get(self._choice())
        return math.nan if gain is None else gain

    def _choice(self) -> int:
        return round(channel_access.latest(self.gain_choice).value)

    def _choices(self) -> list[str]:
        offered: Any = self.gain_choice.enum_strs
        return [str(word) for word in offered or ()]

    def _by_choice(self) -> list[float | None]:
        """Give one gain for each choice, None where that has none."""
        try:
            return [gain_of(word) for word in self._choices()]
        except DeviceError as error:
            message = f"{self.gain_choice.pvname} offers {error}"
            raise DeviceError(message) from error

    def _word(self, number: float) -> str:
        gains, words = self._by_choice(), self._choices()
        index = int(number)
        gain = gains[index] if 0 <= index < len(gains) else None
        if gain is not None:
            return f"{gain:g} V/A"
        return repr(words[index]) if 0 <= index < len(words) else f"choice {index}"

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
        self.require_mine()
        return self._put.put(index, GAIN_DEADLINE)

    def stop(self, *, success: bool = False) -> None:
        """Leave it as it is."""

    def _index(self, gain: float) -> int:
        for index, known in enumerate(self._by_choice()):
            if known is not None and is_finite(gain) and abs(gain - known) <= 1e-6 * known:
                return index
        words = ", ".join(f"{known:g}" for known in self.gains)
        message = f"{self.name} has the gains {words} V/A, not {gain!r}"
        raise InvalidTargetError(message)

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give gain and overload."""
        samples = [channel_access.latest(each) for each in (self.gain_choice, self.overload)]
        gain = self.gain
        word = self._word(samples[0].value) if math.isnan(gain) else ""
        no_gain = f"its gain is {word}, which is no number"
        return OrderedDict(
            {
                self.name: reading(gain, samples[0].timestamp, message=no_gain),
                f"{self.name}_overload": reading(round(samples[1].value), samples[1].timestamp),
            }
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
