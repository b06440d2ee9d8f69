"""Scan, find the peak, go there (GT-70, BL-107)."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Unpack

import numpy as np
from bluesky.utils import Msg
from numpy.typing import NDArray

from planlib import checks
from planlib.amounts import Intervals
from planlib.calls import plan
from planlib.context import session_context
from planlib.errors import NotFoundError, PlanError
from planlib.finding import FEATURES, WORDS, Feature, Place, find
from planlib.messages import Axis, Counter, MsgGenerator
from planlib.reach.asynchronous import require_places
from planlib.spec import dscan
from planlib.stepping.options import ScanOptions
from planlib.stepping.places import sent
from planlib.stepping.readings import Measured


@dataclass(frozen=True)
class Target:
    """What an alignment looks for, and where.

    Parameters
    ----------
    feature
        ``"cen"``, ``"peak"`` or ``"com"``.
    counter
        Name of the column that is looked at; what is plotted where none is named.
    normalize
        Name of a column it is divided by, times that column's mean.
    shape
        Refuse anything else than a ``"peak"``, a ``"dip"`` (a trough), or an ``"edge"``.
    within
        Look only between two positions.
    minimum
        Refuse a peak that is not so high.
    """

    feature: Feature = "cen"
    counter: str = ""
    normalize: str = ""
    shape: Literal["peak", "dip", "edge"] | None = None
    within: tuple[float, float] | None = None
    minimum: float | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be looked for."""
        if self.feature not in FEATURES:
            message = f"an axis is aligned to {', '.join(FEATURES)}, not {self.feature!r:.40}"
            raise PlanError(message)
        if self.shape not in (None, "peak", "dip", "edge"):
            message = f"look for a peak, a dip or an edge, not {self.shape!r:.40}"
            raise PlanError(message)
        if self.minimum is not None:
            checks.require_number("the least height", self.minimum)
        if self.within is not None:
            self._require_range(self.within)

    @staticmethod
    def _require_range(within: object) -> None:
        if not isinstance(within, Sequence) or isinstance(within, str) or len(within) != 2:
            message = f"within is two positions, within=(1, 3), not {within!r:.40}"
            raise PlanError(message)
        for position in within:
            checks.require_number("each of the positions of within", position)


@plan("align(x, -1, 1, 40, 0.1)")
def align(  # noqa: PLR0913 - SPEC's grammar
    motor: Axis,
    start: float,
    stop: float,
    intervals: Intervals,
    count_time: float | None,
    *counters: Counter,
    to: Target | Feature = "cen",
    confirm: bool = False,
    **options: Unpack[ScanOptions],
) -> MsgGenerator:
    """Scan around where an axis is, find the peak, and go there; go back where there is none.

    Parameters
    ----------
    motor, start, stop, intervals, count_time, counters
        As `planlib.spec.dscan`.
    to
        What to go to: ``"cen"``, ``"peak"``, ``"com"``, or a `Target` that says more.
    confirm
        Ask before the axis moves to what was found.
    options
        See `planlib.stepping.ScanOptions`.

    Returns
    -------
    The `planlib.finding.Place` it has gone to; None where it has not.

    Examples
    --------
    >>> RE(align(x, -1, 1, 40, 0.1))  # doctest: +SKIP
    >>> RE(align(x, -1, 1, 40, 0.1, to=Target("cen", shape="dip", normalize="I0")))
    ... # doctest: +SKIP
    """
    target = to if isinstance(to, Target) else Target(to)
    axis = checks.require_axis(motor)
    if "after" in options:
        message = "align goes to what it finds: say by to= what that is, not by after="
        raise PlanError(message)
    curve = Measured(keep=True)
    messages = dscan(axis, start, stop, intervals, count_time, *counters, **options)
    yield from curve.during(messages)
    session = yield from session_context()
    try:
        place = _look(curve, axis, target)
    except NotFoundError as reason:
        session.tell(f"{axis.name} is back where it was: {reason}")
        return None
    yield from require_places(axis, [place.at])
    seen = (
        place.method if target.feature == "peak" else f"{WORDS[target.feature]} of the {place.kind}"
    )
    where = f"{axis.name} {place.at:.6g}, fwhm {place.fwhm:.4g}"
    found = f"{target.counter or curve.plotted}: the {seen} is at {where}"
    if confirm and not (yield from _agreed(f"{found}; go there? [y/n] ")):
        session.tell(f"{axis.name} stays where it was")
        return None
    session.tell(f"{found}; going there")
    yield from sent([(axis, place.at)])
    return place


@plan("find_max(pitch, -0.1, 0.1, 40, 0.1, minimum=1000)")
def find_max(
    motor: Axis,
    start: float,
    stop: float,
    intervals: Intervals,
    count_time: float | None,
    *counters: Counter,
    minimum: float | None = None,
    **options: Unpack[ScanOptions],
) -> MsgGenerator:
    """Scan around where an axis is and go to the highest point; back where that is below `minimum`.

    Parameters
    ----------
    motor, start, stop, intervals, count_time, counters, options
        As `align`.
    minimum
        The least that counts as found, in the counter's unit (acquisition 4.5).

    Examples
    --------
    >>> RE(find_max(pitch, -0.1, 0.1, 40, 0.1, minimum=1000))  # doctest: +SKIP
    """
    target = Target("peak", shape="peak", minimum=minimum)
    typed = (motor, start, stop, intervals, count_time)
    return (yield from align(*typed, *counters, to=target, **options))


def _look(curve: Measured, axis: Axis, target: Target) -> Place:
    name = target.counter or curve.plotted
    if not curve.rows or name is None:
        message = "nothing was measured that could be looked at"
        raise NotFoundError(message)
    x, y = _column(curve, *_positions(axis)), _column(curve, name)
    if target.normalize:
        monitor = _column(curve, target.normalize)
        with np.errstate(divide="ignore", invalid="ignore"):
            y = np.where(monitor > 0, y / monitor, np.nan) * np.nanmean(monitor)
    if target.within is not None:
        inside = (min(target.within) <= x) & (x <= max(target.within))
        x, y = x[inside], y[inside]
    try:
        place = find(target.feature, x, y)
    except NotFoundError as error:
        message = f"{name}: {error}"
        raise NotFoundError(message) from error
    if target.shape is not None and place.kind != target.shape:
        message = f"{name} shows a {place.kind}, not a {target.shape}"
        raise NotFoundError(message)
    if target.minimum is not None and np.nanmax(y) < target.minimum:
        message = f"the highest {name} is {np.nanmax(y):.6g}, below {target.minimum:g}"
        raise NotFoundError(message)
    return place


def _positions(axis: Axis) -> list[str]:
    """Give the columns that may hold where an axis was sent; in the end that of where it was."""
    readback = (getattr(axis, "hints", {}).get("fields") or [axis.name])[0]
    return [f"{axis.name}_setpoint", f"{axis.name}_user_setpoint", readback]


def _column(curve: Measured, *names: str) -> NDArray[np.float64]:
    for name in names[:-1]:
        with contextlib.suppress(KeyError):
            return np.array(curve.column(name))
    try:
        return np.array(curve.column(names[-1]))
    except KeyError as error:
        raise NotFoundError(str(error.args[0])) from error


def _agreed(prompt: str) -> MsgGenerator:
    answer: object = yield Msg("input", None, prompt=prompt)

    return isinstance(answer, str) and answer.strip().lower() in {"y", "yes"}
