"""Where the axes of a scan go after it (SC-07).

Relative scans return, whatever happens: the set positions of the real axes are restored, as BLISS
does (acquisition 3.13). Absolute scans stay. ``after="peak"``, ``"cen"`` and ``"com"`` send the
axes to what was found; where nothing is found that is said, and nothing moves on that account.
"""

import numpy as np
from numpy.typing import NDArray

from planlib.messages import MsgGenerator
from planlib.stepping.cleanup import Step, Tell
from planlib.stepping.places import Places, sent
from planlib.stepping.readings import Measured
from planlib.stepping.scan import After, StepScan
from planlib.trajectories.trajectory import Trajectory
from reduction.peaks import analyse

#: What is looked for, in words.
_WORDS = {"peak": "the peak", "cen": "the center", "com": "the center of mass"}
_NUMBERS = {"peak": "peak_at", "cen": "center", "com": "com"}


class NothingFoundError(Exception):
    """What was looked for in a scan is not there; the text says why."""


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
            targets = _found_or_told(scan, measured, tell)
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


def _found_or_told(scan: StepScan, measured: Measured, tell: Tell) -> list[float] | None:
    stay = "return to where they were" if returns(scan) else "stay where they are"
    try:
        targets = found(scan.after, scan.trajectory, measured)
        for axis, target in zip(scan.axes, targets, strict=True):
            _require_allowed(axis, target)
    except NothingFoundError as error:
        names = ", ".join(axis.name for axis in scan.axes)
        tell(f"{error}: {names} {stay}")
        return None
    where = ", ".join(f"{a.name} {t:g}" for a, t in zip(scan.axes, targets, strict=True))
    tell(f"{_WORDS[str(scan.after)]} of {measured.plotted} is at {where}")
    return targets


def _require_allowed(axis: object, target: float) -> None:
    check = getattr(axis, "check_value", None)
    try:
        if check is not None:
            check(target)
    except Exception as error:
        raise NothingFoundError(str(error)) from error


def found(after: After | None, trajectory: Trajectory, measured: Measured) -> list[float]:
    """Give where each axis finds the peak, the center or the center of mass of the plot counter.

    Set positions are what is compared with the counts, since set positions are what axes are sent
    to. Along each axis the points that share a position are averaged, over all others.

    Raises
    ------
    NothingFoundError
        There is no such thing.
    """
    what = _WORDS[str(after)]
    if not measured.values:
        message = f"{what} cannot be looked for: the scan has measured no number to plot"
        raise NothingFoundError(message)
    rows = [(number - 1) % len(trajectory) for number in measured.values]
    positions = trajectory.positions[rows]
    counts = np.array(list(measured.values.values()), float)
    if after == "peak":
        _require_shape(trajectory, positions, counts, what, str(measured.plotted))
        return [float(each) for each in positions[int(np.nanargmax(counts))]]
    columns = range(positions.shape[1])
    return [
        _number_along(positions[:, column], counts, str(after), str(measured.plotted))
        for column in columns
    ]


def _require_shape(
    trajectory: Trajectory,
    positions: NDArray[np.float64],
    counts: NDArray[np.float64],
    what: str,
    counter: str,
) -> None:
    """Refuse to take the highest of points that are all noise."""
    moved = [positions[:, column] for column in trajectory.dimensions]
    if not any(analyse(*_profile(each, counts)).kind != "none" for each in moved):
        raise NothingFoundError(_not_there(what, counter))


def _number_along(
    positions: NDArray[np.float64], counts: NDArray[np.float64], after: str, counter: str
) -> float:
    if np.ptp(positions) == 0:  # an axis that stood still is where it belongs
        return float(positions[0])
    result = analyse(*_profile(positions, counts))
    value = float(getattr(result, _NUMBERS[after]))
    if result.kind == "none" or not np.isfinite(value):
        raise NothingFoundError(_not_there(_WORDS[after], counter))
    return value


def _not_there(what: str, counter: str) -> str:
    return f"{what} of {counter} is not to be found: it shows no peak, dip or edge"


def _profile(
    positions: NDArray[np.float64], counts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Average what was counted at the same position."""
    is_number = np.isfinite(counts)
    x, where = np.unique(positions[is_number], return_inverse=True)
    if x.size == 0:
        return x, x
    sums = np.bincount(where, weights=counts[is_number])
    return x, sums / np.bincount(where)
