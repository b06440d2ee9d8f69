"""One value as bluesky reads it, with a flag on what cannot be trusted."""

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

#: What `read` gives for one data key, and for all of a device.
Reading: TypeAlias = dict[str, Any]
Readings: TypeAlias = Mapping[str, Reading]
#: Severity of a value that is none (alarm.h).
INVALID = 3


def reading(value: Any, timestamp: float, severity: int = 0, message: str = "") -> Reading:  # noqa: ANN401 - any value that bluesky takes
    """Give a reading, flagged by ``alarm_severity`` and ``message`` where something is wrong.

    A number that is not finite is always flagged (H14).
    """
    is_none = isinstance(value, float) and not math.isfinite(value)
    severity = INVALID if is_none else severity
    given: Reading = {"value": value, "timestamp": timestamp}
    if severity:
        words = message or ("no number" if is_none else f"alarm of severity {severity}")
        given |= {"alarm_severity": severity, "message": words}
    return given


def no_value(key: Mapping[str, Any], timestamp: float, message: str) -> Reading:
    """Give NaN in the shape that a data key describes, flagged."""
    shape = [length or 0 for length in key.get("shape", ())]
    value = np.full(shape, np.nan) if shape else math.nan
    return reading(value, timestamp, INVALID, message)
