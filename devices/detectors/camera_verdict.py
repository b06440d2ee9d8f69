"""Whether an exposure is what was asked for, and whether all its frames are in the file."""

import math
from dataclasses import dataclass

from devices.counters.scaler_verdict import is_alike

#: DetectorState_RBV, the words that mean a failure.
FAILED_STATES = ("Error", "Disconnected")
#: So much of an exposure is no exposure more.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Asked:
    """What a trigger asked for: frames of so many seconds; `before` were in the file.

    Parameters
    ----------
    exposures
        That the detector adds up to each frame, all of them as long, `seconds` together.
    """

    frames: int
    seconds: float
    before: int = 0
    exposures: int = 1

    @classmethod
    def for_seconds(
        cls, frames: int, seconds: float, longest: float, between: float = 0.0
    ) -> "Asked":
        """Ask for as few exposures as are needed where none may be longer than `longest` (BL-121).

        Parameters
        ----------
        between
            Seconds from each exposure to the next that count as well: the exposures together are
            then as much shorter, and `seconds` are those of a clock.

        Examples
        --------
        >>> Asked.for_seconds(1, 1.0, longest=0.3).each
        0.25
        >>> Asked.for_seconds(1, 1.0, longest=0.3, between=0.2).seconds
        0.6
        """
        exposures = max(1, math.ceil((seconds + between) / (longest + between) - _ROUNDING))
        exposed = seconds - (exposures - 1) * between
        if not exposed > 0:
            exposures, exposed = 1, min(seconds, longest)
        return cls(frames, exposed, exposures=exposures)

    @property
    def each(self) -> float:
        """Seconds of an exposure."""
        return self.seconds / self.exposures


@dataclass(frozen=True)
class Found:
    """What there is after it; `captured` is None where nothing is saved.

    Parameters
    ----------
    seconds
        Of each exposure.
    exposures
        That were to be added up to a frame, and that were in the last frame.
    """

    state: str
    message: str
    seconds: float
    frames: int
    exposures: tuple[int, int] = (1, 1)
    captured: int | None = None
    trouble: str | None = None


def complaint(asked: Asked, found: Found, *, is_ended: bool) -> str | None:
    """Say why this is not what was asked for; None where it is.

    Parameters
    ----------
    is_ended
        It was ended early, on purpose: fewer frames are right.
    """
    wrong = _wrong_exposure(asked, found, is_ended=is_ended)
    if wrong is not None:
        return wrong
    if found.frames > asked.frames or (found.frames < asked.frames and not is_ended):
        return f"it took {found.frames} frames, not {asked.frames} ({found.message})"
    if found.trouble is not None:
        return found.trouble
    if found.captured is not None and found.captured - asked.before > asked.frames:
        extra = found.captured - asked.before - asked.frames
        return f"its file got {extra} frames more than were asked for: somebody else acquires"
    return None


def lost_frames(asked: Asked, found: Found) -> int:
    """Give how many of the frames that were taken are not in the file (H20)."""
    if found.captured is None:
        return 0
    return max(found.frames - (found.captured - asked.before), 0)


def _wrong_exposure(asked: Asked, found: Found, *, is_ended: bool) -> str | None:
    if found.state in FAILED_STATES:
        return f"the detector is in state {found.state}: {found.message}"
    if not is_alike(found.seconds, asked.each):
        return f"its exposure was {found.seconds:g} s, refused by the detector or changed by others"
    to_add, added = found.exposures
    if to_add != asked.exposures:
        return f"its frames had {to_add} exposures, not {asked.exposures}: changed by others"
    if asked.exposures > 1 and added != asked.exposures and not is_ended:
        return f"its last frame had {added} exposures, not {asked.exposures}: can it add them up?"
    return None
