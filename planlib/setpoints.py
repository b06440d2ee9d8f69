"""What readings tell of where an axis is set to."""

from collections.abc import Mapping
from typing import Any

#: Added to the name of an axis: by ours and by ophyd's positioners, by its EPICS motor.
_SETPOINTS = ("_setpoint", "_user_setpoint")


def setpoint_key(name: str, reading: Mapping[str, Any] | None) -> str | None:
    """Give the field of a reading that says where an axis is set to; None where none does.

    Examples
    --------
    >>> setpoint_key("th", {"th": {"value": 1.0}, "th_user_setpoint": {"value": 1.01}})
    'th_user_setpoint'
    """
    fields = (f"{name}{end}" for end in _SETPOINTS)
    return next((field for field in fields if field in (reading or {})), None)


def setpoint_in(name: str, reading: Mapping[str, Any] | None) -> float | None:
    """Give where an axis is set to, as a reading says it; None where it does not."""
    field = setpoint_key(name, reading)
    value = None if reading is None or field is None else reading[field]["value"]
    return float(value) if isinstance(value, int | float) else None
