"""The state of an axis in words: what the record tells, and what a site adds (BL-55)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag

from devices.errors import InvalidTargetError
from devices.finite import is_finite


class Msta(IntFlag):
    """Name the bits of MSTA that tell the state of an axis (motor.h of the EPICS motor module)."""

    HIGH_SWITCH = 1 << 2
    AT_HOME = 1 << 3
    POSITION_KEPT = 1 << 5
    SLIP_STALL = 1 << 6
    PROBLEM = 1 << 9
    HAS_LOOP = 1 << 11
    COMMUNICATION_ERROR = 1 << 12
    LOW_SWITCH = 1 << 13
    HOMED = 1 << 14


def bits_of(value: float) -> Msta:
    """Give the bits that a record tells as a number; a problem where that is NaN."""
    return Msta(int(value)) if math.isfinite(value) else Msta.PROBLEM


#: The positions of the SPMG switch, by number.
SPMG = ("Stop", "Pause", "Move", "Go")

#: What each word means.
STATES: Mapping[str, str] = {
    "READY": "it stands, and can be moved",
    "MOVING": "it moves",
    "FAULT": "its controller reports a problem, a stall, or does not answer",
    "DISABLED": "its record is switched to Stop or Pause (.SPMG)",
    "OFF": "its power is off: nothing holds it",
    "LIMNEG": "it stands on its low limit switch",
    "LIMPOS": "it stands on its high limit switch",
    "HOME": "it stands on its home switch",
    "UNKNOWN": "its record does not answer",
}


@dataclass(frozen=True)
class PositionState:
    """A state of a site's own: what it means that an axis stands from `low` to `high`.

    Examples
    --------
    >>> parked = PositionState(-10, -9.5, "out of the beam")
    >>> parked.holds(-9.8)
    True
    """

    low: float
    high: float
    text: str

    def __post_init__(self) -> None:
        """Refuse what no axis can be in.

        Raises
        ------
        InvalidTargetError
            It is no range.
        """
        if not (is_finite(self.low) and is_finite(self.high) and self.low <= self.high):
            message = f"a state is from low to high, not from {self.low!r} to {self.high!r}"
            raise InvalidTargetError(message)

    def holds(self, position: float) -> bool:
        """Say whether an axis there is in it."""
        return self.low <= position <= self.high


def checked_states(name: str, states: Mapping[str, PositionState]) -> dict[str, PositionState]:
    """Give the states that a site adds to an axis.

    Raises
    ------
    InvalidTargetError
        One is no word in capitals, or means something else already.
    """
    for word in states:
        if not word.isidentifier() or word != word.upper():
            message = f"a state of {name} is a word in capitals such as 'PARKED', not {word!r}"
            raise InvalidTargetError(message)
        if word in STATES:
            message = f"{word} of {name} means already that {STATES[word]}: take another word"
            raise InvalidTargetError(message)
    return dict(states)


def main_state(bits: Msta, switched_to: str, *, is_moving: bool) -> str:
    """Give the first word, that of what is most important.

    Parameters
    ----------
    switched_to
        The word of SPMG.

    Examples
    --------
    >>> main_state(Msta.HAS_LOOP, "Go", is_moving=False)
    'OFF'
    """
    if bits & (Msta.PROBLEM | Msta.COMMUNICATION_ERROR | Msta.SLIP_STALL):
        return "FAULT"
    if switched_to in ("Stop", "Pause"):
        return "DISABLED"
    # a controller without a loop keeps no position, and its power is not known
    if bits & Msta.HAS_LOOP and not bits & Msta.POSITION_KEPT:
        return "OFF"
    return "MOVING" if is_moving else "READY"
