"""How long detectors of any framework count."""

import contextlib
import math
import operator
from typing import Any

from planlib.dryrun.travel import number_of, signal_value
from planlib.stepping.count_times import SIGNALS
from reduction.counting import CountPolicy


def count_seconds(counter: Any) -> float | None:  # noqa: ANN401 - any detector
    """Give the seconds that the next trigger counts; None where nobody knows beforehand.

    Ours have ``count_time`` as a number, NaN where a monitor decides. Stock detectors are known by
    the signals that scans set; areaDetector takes ``cam.num_images`` frames.
    """
    preset = getattr(counter, "count_time", None)
    if isinstance(preset, int | float):
        return float(preset) if math.isfinite(preset) and preset >= 0 else None
    for signal in time_signals(counter):
        seconds = number_of(signal)
        if seconds is not None:
            return max(seconds, 0.0) * _frames(counter)
    return None


def time_signals(counter: Any) -> list[Any]:  # noqa: ANN401
    """Give the signals of a stock detector that set its count time."""
    found = []
    for name in SIGNALS:
        with contextlib.suppress(AttributeError):
            found.append(operator.attrgetter(name)(counter))
    return [signal for signal in found if hasattr(signal, "set")]


def _frames(counter: object) -> float:
    camera = getattr(counter, "cam", None)
    return 1.0 if camera is None else signal_value(camera, "num_images") or 1.0


def prepared_seconds(value: Any) -> float | None:  # noqa: ANN401 - whatever `prepare` is given
    """Give the count time that a detector is prepared with; None where it follows from no number.

    Known are our count policies and the trigger information of ophyd-async.
    """
    if isinstance(value, CountPolicy):
        return value.seconds
    livetime = getattr(value, "livetime", None)
    if not isinstance(livetime, int | float) or not livetime:
        return None
    dead = getattr(value, "deadtime", 0.0) or 0.0
    exposures = getattr(value, "exposures_per_event", None) or 1
    return (livetime + dead) * exposures
