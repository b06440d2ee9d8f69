"""Settings of a detector, put together and then looked at: what it did not take is told."""

import math
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from ophyd import EpicsSignalWithRBV
from ophyd.signal import EpicsSignalBase

from devices import array_access, channel_access
from devices.array_access import ArraySample
from devices.errors import NotConnectedError, RefusedError

#: Seconds for settings: some detectors, and starting a writer of files, take seconds.
SETUP_DEADLINE = 15.0
#: Seconds between two looks at what follows a setting.
_POLL = 0.01
#: Seconds that a readback may follow behind its setting.
_GRACE = 1.0
#: Detectors round times to ticks of their clock.
_TOLERANCE = 1e-3
#: Kinds of numpy's types that are whole numbers: pixels, frames, indices of words.
_WHOLE = "iu"

#: A channel, and what it is to hold: a number, the index of a word, or a text.
Setting = tuple[EpicsSignalBase, float | str]


def apply(settings: Sequence[Setting], deadline: float = SETUP_DEADLINE) -> None:
    """Put what differs, wait until all is done, and see that it is so.

    Raises
    ------
    RefusedError
        One was not taken.
    NotConnectedError
        One is not connected, or does not answer within `deadline` seconds.
    """
    held = array_access.fetch([signal for signal, _ in settings])
    different = [
        setting for setting, has in zip(settings, held, strict=True) if not _is_so(setting, has)
    ]
    if not different:
        return
    _put_all(different, deadline)
    ends = time.monotonic() + _GRACE
    shown = [setting for setting in different if isinstance(setting[0], EpicsSignalWithRBV)]
    while True:
        wrong = _wrong(shown)
        if not wrong:
            return
        if time.monotonic() > ends:
            (signal, wanted), has = wrong[0]
            is_text = isinstance(wanted, str)
            found = has.text if is_text else f"{has.number:g}"
            message = f"{_written(signal)} was to be {wanted!r} and is {found!r}: it was not taken"
            raise RefusedError(message)
        time.sleep(_POLL)


def _wrong(settings: Sequence[Setting]) -> list[tuple[Setting, ArraySample]]:
    if not settings:
        return []
    held = array_access.fetch([signal for signal, _ in settings])
    pairs = zip(settings, held, strict=True)
    return [(setting, has) for setting, has in pairs if not _is_so(setting, has)]


def _is_so(setting: Setting, has: ArraySample) -> bool:
    wanted = setting[1]
    if isinstance(wanted, str):
        # a detector adds a separator to the name of a folder
        return has.text.rstrip("/\\") == wanted.rstrip("/\\")
    if has.values.dtype.kind in _WHOLE:
        return has.number == wanted
    return math.isclose(has.number, wanted, rel_tol=_TOLERANCE, abs_tol=1e-9)


def _written(signal: EpicsSignalBase) -> str:
    """Name what is written where that is not what is read."""
    return str(getattr(signal, "setpoint_pvname", signal.pvname))


class _Puts:
    """Several puts that are waited for together."""

    def __init__(self, number: int) -> None:
        self._left = number
        self._lock = threading.Lock()
        self.refused: list[str] = []
        self.done = threading.Event()

    def completed(self, what: str) -> Callable[[str | None], None]:
        def report(refusal: str | None) -> None:
            with self._lock:
                self._left -= 1
                if refusal is not None:
                    self.refused.append(f"{what} was refused: {refusal}")
                if not self._left:
                    self.done.set()

        return report


def _put_all(settings: Sequence[Setting], deadline: float) -> None:
    puts = _Puts(len(settings))
    for signal, value in settings:
        put_one(signal, value, puts.completed(f"{_written(signal)} = {value!r}"))
    if not puts.done.wait(deadline):
        names = ", ".join(_written(signal) for signal, _ in settings)
        message = f"{names} did not take their values within {deadline:g} s"
        raise NotConnectedError(message)
    if puts.refused:
        raise RefusedError("; ".join(puts.refused))


def put_one(
    signal: EpicsSignalBase, value: float | str, completed: Callable[[str | None], None]
) -> None:
    """Put a number or a text without waiting."""
    if isinstance(value, str):
        array_access.put_text(signal, value, completed)
    else:
        channel_access.put(signal, value, completed)


def words(signal: Any) -> tuple[str, ...]:  # noqa: ANN401 - an ophyd signal of a menu
    """Give the words of a menu, in their order."""
    return tuple(signal.enum_strs or ())


def word(signal: Any, sample: ArraySample) -> str:  # noqa: ANN401 - an ophyd signal of a menu
    """Give the word that a menu is at: indices differ between versions of areaDetector."""
    known = words(signal)
    index = int(sample.number)
    return known[index] if 0 <= index < len(known) else str(index)


def wait_for(signals: Sequence[EpicsSignalBase], is_over: Callable[[list[ArraySample]], bool],
             what: str, deadline: float = SETUP_DEADLINE) -> list[ArraySample]:  # fmt: skip
    """Ask until `is_over` is true of what the channels hold, and give that.

    Raises
    ------
    NotConnectedError
        It is not within `deadline` seconds.
    """
    ends = time.monotonic() + deadline
    while True:
        held = array_access.fetch(signals)
        if is_over(held):
            return held
        if time.monotonic() > ends:
            message = f"{what} was not done within {deadline:g} s"
            raise NotConnectedError(message)
        time.sleep(_POLL)
