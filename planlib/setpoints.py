"""What readings tell of where an axis is set to."""

from collections.abc import Mapping
from typing import Any

#: Added to the name of an axis: by ours and by ophyd's positioners, by its EPICS motor.
_SETPOINTS = ("_setpoint", "_user_setpoint")


def setpoint_key(name: str, reading: Mapping[str, Any]) -> str | None:
    """Give the field of a reading that says where an axis is set to; None where none does.

    Examples
    --------
    >>> setpoint_key("th", {"th": {"value": 1.0}, "th_user_setpoint": {"value": 1.01}})
    'th_user_setpoint'
    """
    fields = (f"{name}{end}" for end in _SETPOINTS)
    return next((field for field in fields if field in reading), None)
