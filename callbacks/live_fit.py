"""A fit of the scan that runs, as often as it costs nothing that the scan would notice."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from callbacks.routing import Document, PerRun
from callbacks.run_columns import RunColumns
from reduction.curve import Floats, averaged, finite_pairs, ordered
from reduction.fits import PARAMETERS, FitResult, fit_peak
from reduction.model_fits import ModelFit, fit
from reduction.models import build
from reduction.running import RunningCurve

#: Part of one core's time that live fits may take.
SHARE = 0.1
#: Points of a longer scan are averaged to so many first, which bounds the time of one fit.
MOST_POINTS = 500


@dataclass(frozen=True)
class LiveNumbers:
    """What a scan has shown so far.

    Parameters
    ----------
    run
        The run's uid.
    x, y
        Names of the columns.
    points
        Of how many points the fit is; more may have come since.
    fit
        A Gaussian on a line, or the model that was asked for.
    curve
        Extremes and centers of mass of all points that have come, see `RunningCurve`.
    is_final
        The run has stopped.
    """

    run: str
    x: str
    y: str
    points: int
    fit: FitResult | ModelFit
    curve: RunningCurve
    is_final: bool


Show = Callable[[LiveNumbers], object]


class LiveFit:
    """Fit the scan that runs: what it plots first against the axis that it moves (SC-15).

    After a fit that took a time t, none is made for t / `share`, so that fits take no more than
    that part of one core, however fast the points come; the last fit is made when the run stops. A
    fit is bounded by its evaluations, and long scans are averaged to `MOST_POINTS` before it.

    Parameters
    ----------
    show
        Called with the numbers of each fit.
    model
        As `reduction.model_fits.fit` takes it; a Gaussian on a line without.
    share
        Part of one core's time that fits may take.

    Attributes
    ----------
    latest
        The newest fit, None before there is any.

    Raises
    ------
    ReductionError
        There is no such model.

    Examples
    --------
    >>> from callbacks.live_fit import LiveFit
    >>> live = LiveFit(lambda found: print(found.points, found.fit.message))
    >>> RE.subscribe(live)  # doctest: +SKIP
    >>> live.latest.fit.center  # doctest: +SKIP
    """

    def __init__(self, show: Show | None = None, model: str = "", share: float = SHARE) -> None:
        if model:
            build(model)
        self.latest: LiveNumbers | None = None
        self.model = model
        self.seconds = 0.0
        self._show = show
        self._share = share
        self._next = 0.0
        self._per_run = PerRun(lambda start: _RunFit(start, self))

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        self._per_run(name, doc)

    def is_due(self) -> bool:
        """Tell whether enough time has gone by since the last fit."""
        return time.monotonic() >= self._next

    def make(self, columns: RunColumns, curve: RunningCurve, *, is_final: bool) -> None:
        """Fit a run as it is now, show it, and account for the time."""
        began = time.thread_time()
        plot = columns.plot
        if plot is not None:
            x, y = ordered(*finite_pairs(*curve.points))
            found = self._fit(*averaged(x, y, -(-x.size // MOST_POINTS)))
            uid = str(columns.start["uid"])
            self.latest = LiveNumbers(uid, plot.x, plot.y[0], curve.count, found, curve, is_final)
            if self._show is not None:
                self._show(self.latest)
        spent = time.thread_time() - began
        self.seconds += spent
        self._next = time.monotonic() + spent / self._share

    def _fit(self, x: Floats, y: Floats) -> FitResult | ModelFit:
        return fit(x, y, self.model) if self.model else fit_peak(x, y)


class _RunFit:
    def __init__(self, start: Document, live: LiveFit) -> None:
        self._columns = RunColumns(start)
        self._live = live
        self._curve = RunningCurve()
        self._is_line = len(start.get("shape") or [1]) == 1

    def __call__(self, name: str, doc: Document) -> None:
        self._columns(name, doc)
        if not self._is_line:
            return
        has_grown = name in ("event", "event_page") and self._follow()
        is_wanted = name == "stop" or (has_grown and self._live.is_due())
        if is_wanted and self._curve.count > PARAMETERS:
            self._live.make(self._columns, self._curve, is_final=name == "stop")

    def _follow(self) -> bool:
        """Take the points that have come since; tell whether there are any."""
        plot = self._columns.plot
        if plot is None or plot.x == "time" or not plot.y:
            return False
        before = self._curve.seen
        for point in self._columns.since(before, plot.x, plot.y[0]):
            self._curve.add(*point)
        return self._curve.seen > before
