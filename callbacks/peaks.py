"""Peak statistics and fits of scans, without a picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock, RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbacks.plotted import plotted, values_of
from callbacks.routing import Document, PerRun
from callbacks.run_columns import RunColumns
from callbacks.switches import is_fitted
from reduction.fits import FitResult, fit_peak
from reduction.model_fits import ModelFit, fit
from reduction.peaks import PeakResult, analyse
from reduction.shapes import Shape, look

#: Runs of which results are kept, and numbers that they may hold together to be analysed later.
KEPT_RUNS = 100
KEPT_NUMBERS = 2_000_000

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class PeakNumbers:
    """The numbers of one curve of a run, in the units of its columns; each is found when asked for.

    Parameters
    ----------
    x, y
        Names of the columns.
    points
        The two columns.
    """

    x: str
    y: str
    points: tuple[Floats, Floats] = field(repr=False, compare=False)
    _turn: Any = field(default_factory=RLock, init=False, repr=False, compare=False)

    def __repr__(self) -> str:
        """Say the numbers."""
        fit, peak = self.fit, self.peak
        what = f"{self.y} against {self.x}: {peak.kind}"
        if fit.success:
            return f"{what}, center {fit.center:.6g} ± {fit.center_error:.2g}, FWHM {fit.fwhm:.4g}"
        found = f", center {peak.center:.6g}, FWHM {peak.fwhm:.4g}" if peak.kind != "none" else ""
        return f"{what}{found} ({fit.message})"

    # each is asked for by several threads at once, and found by the first of them
    @property
    def peak(self) -> PeakResult:
        """Peak, center of mass, center and width by crossing."""
        with self._turn:
            return self._peak

    @property
    def fit(self) -> FitResult:
        """A Gaussian on a line."""
        with self._turn:
            return self._fit

    @cached_property
    def _shape(self) -> Shape:
        return look(*self.points)

    @cached_property
    def _peak(self) -> PeakResult:
        return analyse(*self.points, shape=self._shape)

    @cached_property
    def _fit(self) -> FitResult:
        return fit_peak(*self.points, shape=self._shape)

    def fitted(self, model: str, start: Mapping[str, float] | None = None) -> ModelFit:
        """Fit another model, by its name: ``"lorentzian + linear"``; see `reduction.model_fits`.

        Raises
        ------
        ReductionError
            There is no such model or parameter.
        """
        return fit(*self.points, model, start=start)


class Peaks:
    """Compute the peak numbers of every run that scans along one line, when it stops (SC-14).

    What the run plots first is analysed and fitted at once, so that it is there with the prompt;
    the other counters are when somebody asks. Of a run that says ``fit_scan: False`` all are.

    Attributes
    ----------
    results
        By the run's uid, then by the name of what was plotted against the scanned axis. The oldest
        are forgotten; `callbacks.results` has them on disk.

    Examples
    --------
    >>> from callbacks import Peaks
    >>> peaks = Peaks()
    >>> RE.subscribe(peaks)  # doctest: +SKIP
    >>> (uid,) = RE(ascan(x, 0, 5, 10, 0.1))  # doctest: +SKIP
    >>> peaks.results[uid]["I0"].peak.center  # doctest: +SKIP
    """

    def __init__(self) -> None:
        self.results: dict[str, Mapping[str, PeakNumbers]] = {}
        self._per_run = PerRun(self._begin)
        self._turn = Lock()

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        self._per_run(name, doc)

    def of(self, columns: RunColumns) -> Mapping[str, PeakNumbers]:
        """Give the numbers of a run that has ended, the same to whoever asks, from any thread.

        So what stores them (`callbacks.ResultFiles`) analyses and fits nothing a second time.
        """
        uid = str(columns.start["uid"])
        with self._turn:
            found = self.results.get(uid)
            if found is None:
                found = self.results[uid] = peak_numbers(columns)
                _forget(self.results)
        return found

    def _begin(self, start: Document) -> "_RunPeaks":
        return _RunPeaks(start, self)


class _RunPeaks:
    def __init__(self, start: Document, peaks: Peaks) -> None:
        self._columns = RunColumns(start)
        self._peaks = peaks

    def __call__(self, name: str, doc: Document) -> None:
        self._columns(name, doc)
        if name == "stop":
            found = list(self._peaks.of(self._columns).values())
            for numbers in found[: int(is_fitted(self._columns.start))]:
                _ = numbers.peak, numbers.fit


def _forget(results: dict[str, Mapping[str, PeakNumbers]]) -> None:
    """Let go of the oldest runs, never of the newest."""
    held = {uid: sum(each.points[1].size for each in of.values()) for uid, of in results.items()}
    total = sum(held.values())
    while len(results) > 1 and (len(results) > KEPT_RUNS or total > KEPT_NUMBERS):
        oldest = next(iter(results))
        total -= held[oldest]
        del results[oldest]


def peak_numbers(columns: RunColumns) -> dict[str, PeakNumbers]:
    """Give the numbers of what a run plots; nothing for maps and runs without a scanned axis."""
    plot = columns.plot
    if plot is None or plot.x == "time" or len(columns.start.get("shape") or [1]) > 1:
        return {}
    arrays = columns.arrays()
    x = arrays.get(plot.x)
    if x is None:
        return {}
    found = {name: values_of(name, arrays) for name in plotted(columns, arrays)}
    return {name: PeakNumbers(plot.x, name, (x, y)) for name, y in found.items() if y is not None}
