"""Whether an exposure is what was asked for, and whether all its frames are in the file."""

from dataclasses import dataclass

from devices.counters.scaler_verdict import is_alike

#: DetectorState_RBV, the words that mean a failure.
FAILED_STATES = ("Error", "Disconnected")


@dataclass(frozen=True)
class Asked:
    """What a trigger asked for: frames of so many seconds; `before` were in the file."""

    frames: int
    seconds: float
    before: int = 0


@dataclass(frozen=True)
class Found:
    """What there is after it; `captured` is None where nothing is saved."""

    state: str
    message: str
    seconds: float
    frames: int
    captured: int | None = None
    trouble: str | None = None


def complaint(asked: Asked, found: Found, *, is_ended: bool) -> str | None:
    """Say why this is not what was asked for; None where it is.

    Parameters
    ----------
    is_ended
        It was ended early, on purpose: fewer frames are right.
    """
    if found.state in FAILED_STATES:
        return f"the detector is in state {found.state}: {found.message}"
    if not is_alike(found.seconds, asked.seconds):
        return f"its exposure was {found.seconds:g} s, refused by the detector or changed by others"
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
