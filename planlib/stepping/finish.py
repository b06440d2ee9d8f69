"""Where the axes of a scan go after it (SC-07).

Relative scans return, whatever happens: the set positions of the real axes are restored, as BLISS
does (acquisition 3.13). Absolute scans stay. ``after="peak"``, ``"cen"`` and ``"com"`` send the
axes to what was found; where nothing is found that is said, and nothing moves on that account.
"""

from typing import cast

import numpy as np
from bluesky.utils import RunEngineControlException

from planlib.errors import NotFoundError
from planlib.finding import Feature, find_along_axes
from planlib.messages import MsgGenerator
from planlib.reach.asynchronous import require_places
from planlib.stepping.cleanup import Step, Tell
from planlib.stepping.places import Places, sent
from planlib.stepping.readings import Measured
from planlib.stepping.scan import StepScan
from planlib.trajectories.trajectory import Trajectory

#: What is looked for, in words.
_WORDS = {"peak": "the peak", "cen": "the center", "com": "the center of mass"}


def analyses(scan: StepScan) -> bool:
    """Tell whether a scan needs to know in the end what it has measured."""
    return scan.after in _WORDS and len(scan.axes) > 0


def put_back(scan: StepScan, places: Places, measured: Measured, tell: Tell) -> Step:
    """Give the step that sends the axes of a scan where they belong.

    Parameters
    ----------
    scan
        With the positions as the axes were sent to them.
    places
        Where the axes were before.
    measured
        What the scan has measured, where it is to be analysed.
    tell
        Shows a sentence.
    """

    def go(error: Exception | None) -> MsgGenerator:
        if error is None and analyses(scan):
            targets = yield from _found_or_told(scan, measured, tell)
            if targets is not None:
                yield from sent(list(zip(scan.axes, targets, strict=True)))
                return
        if returns(scan):
            yield from sent(places.reals)

    return go


def returns(scan: StepScan) -> bool:
    """Tell whether the axes go back where nothing else is found for them."""
    if scan.after in {"stay", "return"}:
        return scan.after == "return"
    return scan.relative


def _found_or_told(scan: StepScan, measured: Measured, tell: Tell) -> MsgGenerator:
    try:
        targets = found(cast("Feature", scan.after), scan.trajectory, measured)
        for axis, target in zip(scan.axes, targets, strict=True):
            yield from require_places(axis, [target])
    except RunEngineControlException:
        raise
    except Exception as error:  # nothing is there, or it cannot be gone to
        tell(f"{measured.plotted or 'no counter'}: {error}; {_staying(scan)}")
        return None
    where = ", ".join(f"{a.name} {t:g}" for a, t in zip(scan.axes, targets, strict=True))
    tell(f"{_WORDS[str(scan.after)]} of {measured.plotted} is at {where}")
    return targets


def _staying(scan: StepScan) -> str:
    names = ", ".join(axis.name for axis in scan.axes)
    if len(scan.axes) == 1:
        return f"{names} {'returns to where it was' if returns(scan) else 'stays where it is'}"
    return f"{names} {'return to where they were' if returns(scan) else 'stay where they are'}"


def found(after: Feature, trajectory: Trajectory, measured: Measured) -> list[float]:
    """Give where each axis finds the peak, the center or the center of mass of the plot counter.

    Set positions are what is compared with the counts, since set positions are what axes are sent
    to.

    Raises
    ------
    NotFoundError
        There is no such thing.
    """
    if not measured.values:
        message = f"{_WORDS[after]} cannot be looked for: the scan has measured no number to plot"
        raise NotFoundError(message)
    rows = [(number - 1) % len(trajectory) for number in measured.values]
    columns = list(trajectory.positions[rows].T)
    counts = np.array(list(measured.values.values()), float)
    places = find_along_axes(after, columns, counts, trajectory.shape)
    return [place.at for place in places]
