"""What scans cost beyond moving and counting: what was learned, or what is usual."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planlib.reach.positions import Floats
from planlib.stepping.stopwatch import Stopwatch
from planlib.timings import Overhead, Timings
from reduction.plural import numbered

#: Seconds of a scan and of a point where none of the kind has run yet: what a scan of a motor with
#: three counters costs on the virtual beamline (benchmarks/dry_run.py).
COLD = Overhead(per_scan=0.1, per_point=0.012)
#: Part of the points that is left out at each end of the sorted times: somebody may have paused the
#: scan, or a point was repeated.
_TRIMMED = 0.1
#: The kind of all scans together.
ANY = "any scan"
#: Seconds below which nothing is learned of how quick devices are.
_MOMENT = 0.02
#: Points from which on their times are told from those of the start and end of the scan.
_ENOUGH = 3


def kind_of(plan: str, axes: Sequence[str], counters: int) -> str:
    """Name scans that cost alike: the plan, the axes and the number of counters.

    Examples
    --------
    >>> kind_of("mesh", ["x", "y"], 2)
    'mesh x y, 2 counters'
    """
    return f"{' '.join([plan, *axes])}, {numbered(counters, 'counter')}"


def expected(timings: Timings, kind: str) -> tuple[Overhead, bool]:
    """Give what a scan of this kind costs, and whether that was learned.

    Of a new kind nothing is known but how quick the devices of other kinds were.
    """
    found = timings.recall(kind)
    if found is not None:
        return found, True
    others = timings.recall(ANY)
    if others is None:
        return COLD, False
    return replace(COLD, moving=others.moving, counting=others.counting), False


def compared(before: float, took: float, foretold: float) -> float:
    """Correct how much longer something takes than foretold; not from less than a moment."""
    return before if min(took, foretold) < _MOMENT else before * took / foretold


def learned(
    watch: Stopwatch, steps: Floats, before: Overhead, returning: float = 0.0
) -> Overhead | None:
    """Compare what a scan took with what it should have taken; None where nothing is learned.

    What differs per point, and what is left for the scan as a whole, may be negative where axes
    are quicker than they say.

    Parameters
    ----------
    watch
        Has measured it.
    steps
        Seconds that each point should have taken, shape (points,).
    before
        What was expected, for what cannot be told.
    returning
        Seconds that the axes should have taken to go back after the last point.
    """
    saves = np.asarray(watch.saves)
    if watch.ended is None or watch.points != len(saves) or not 0 < len(saves) <= len(steps):
        return None
    per_point = before.per_point
    if len(saves) >= _ENOUGH:
        per_point = _trimmed_mean(np.diff(saves) - steps[1 : len(saves)])
    start = saves[0] - watch.began - steps[0] - per_point
    end = watch.ended - saves[-1] - returning
    return Overhead(per_scan=float(start + end), per_point=float(per_point))


def _trimmed_mean(values: Floats) -> float:
    """Give the mean without the largest and smallest; of the middle ones where there are few."""
    cut = min(int(np.ceil(_TRIMMED * len(values))), (len(values) - 1) // 2)
    ordered = np.sort(values)
    return float(ordered[cut : len(ordered) - cut].mean())
