"""Devices that are read beside the points: at the start, at breakpoints and at the end (ES-07)."""

import contextlib
import time
from collections.abc import Iterable, Sequence
from typing import Any

from bluesky.utils import IllegalMessageSequence, Msg

from planlib.deadlines import LONGEST_EXTRA, extended, longest_count
from planlib.messages import Counter, MsgGenerator
from planlib.stepping.reads import is_triggered
from planlib.stepping.rewinding import checkpoint

#: The stream. ``baseline`` is that of bluesky's ``SupplementalData``.
STREAM = "extra"
#: Waited for together.
EXTRA = "extra"


class Extras:
    """Reads devices into a stream of their own, each time with a label.

    Parameters
    ----------
    devices
        What is read; nothing is done where there are none.
    """

    def __init__(self, devices: Sequence[Counter]) -> None:
        self._label = _Label()
        self._devices = list(dict.fromkeys(devices))
        self._triggered = [device for device in self._devices if is_triggered(device)]

    def record(self, label: str, points: int) -> MsgGenerator:
        """Read everything once.

        Parameters
        ----------
        label
            ``"start"``, ``"break"`` or ``"end"``.
        points
            How many points have been measured.
        """
        if not self._devices:
            return
        self._label.set(label, points)
        yield from checkpoint()
        longest = _longest(self._triggered)
        for device in self._triggered:
            status = yield Msg("trigger", device, group=EXTRA)
            longest = extended(longest, status)
        if self._triggered:
            yield Msg("wait", None, group=EXTRA, timeout=longest)
        try:
            yield Msg("create", None, name=STREAM)
            for device in (*self._devices, self._label):
                yield Msg("read", device)
        except Exception:
            with contextlib.suppress(IllegalMessageSequence):  # it is open no more, or not yet
                yield Msg("drop")
            raise
        yield Msg("save")
        yield from checkpoint()


def _longest(devices: Iterable[Counter]) -> float:
    """Give the seconds after which devices have failed that count for as long as they are set to.

    They may have hung before: it is they that are read in the clean-up again.
    """
    from planlib.dryrun.counting import count_seconds  # noqa: PLC0415 - it needs this package

    known = map(count_seconds, devices)
    seconds = (LONGEST_EXTRA if each is None else longest_count(each) for each in known)
    return max(seconds, default=0.0)


class _Label:
    """Says in each event of the stream what it belongs to."""

    name = "extra"
    parent = None

    def __init__(self) -> None:
        self._label, self._points = "", 0

    def set(self, label: str, points: int) -> None:
        """Remember what to say."""
        self._label, self._points = label, points

    def read(self) -> dict[str, Any]:
        """Give the label, and after how many points it was."""
        now = time.time()
        return {
            "extra_label": {"value": self._label, "timestamp": now},
            "extra_points": {"value": self._points, "timestamp": now},
        }

    def describe(self) -> dict[str, Any]:
        """Give the data keys, for a descriptor."""
        source = {"source": "plan", "shape": []}
        return {
            "extra_label": source | {"dtype": "string"},
            "extra_points": source | {"dtype": "integer"},
        }
