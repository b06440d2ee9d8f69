"""Peak statistics and fits of scans, without a picture."""

from collections.abc import Mapping
from dataclasses import dataclass

from callbacks.routing import Document, PerRun
from callbacks.run_columns import RunColumns
from reduction.fits import FitResult, fit_peak
from reduction.peaks import PeakResult, analyse

#: Runs of which results are kept.
KEPT_RUNS = 100


@dataclass(frozen=True)
class PeakNumbers:
    """The numbers of one curve of a run, in the units of its columns.

    Parameters
    ----------
    x, y
        Names of the columns.
    peak
        Peak, center of mass, center and width by crossing.
    fit
        A Gaussian on a line.
    """

    x: str
    y: str
    peak: PeakResult
    fit: FitResult


class Peaks:
    """Compute the peak numbers of every run that scans along one line, when it stops (SC-14).

    Attributes
    ----------
    results
        By the run's uid, then by the name of what was plotted against the scanned axis.

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

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        self._per_run(name, doc)

    def _begin(self, start: Document) -> "_RunPeaks":
        return _RunPeaks(start, self.results)


class _RunPeaks:
    def __init__(self, start: Document, results: dict[str, Mapping[str, PeakNumbers]]) -> None:
        self._columns = RunColumns(start)
        self._results = results

    def __call__(self, name: str, doc: Document) -> None:
        self._columns(name, doc)
        if name == "stop":
            self._results[str(self._columns.start["uid"])] = peak_numbers(self._columns)
            while len(self._results) > KEPT_RUNS:
                del self._results[next(iter(self._results))]


def peak_numbers(columns: RunColumns) -> dict[str, PeakNumbers]:
    """Compute the numbers of what a run plots; nothing for maps and runs without a scanned axis."""
    plot = columns.plot
    if plot is None or plot.x == "time" or len(columns.start.get("shape") or [1]) > 1:
        return {}
    arrays = columns.arrays()
    x = arrays.get(plot.x)
    if x is None:
        return {}
    return {
        name: PeakNumbers(plot.x, name, analyse(x, arrays[name]), fit_peak(x, arrays[name]))
        for name in plot.y
        if name in arrays
    }
