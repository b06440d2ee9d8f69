"""The last scan of a session, live: what it has measured so far, for eyes, plans and scripts."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbacks.plotted import plotted, values_of
from callbacks.routing import Document, PerRun
from callbacks.run_columns import RunColumns
from callbacks.run_table import said_command
from reduction.model_fits import ModelFit, fit
from reduction.peaks import PeakResult, analyse
from reduction.plural import numbered
from reduction.run_plot import scanned_keys


class LastScan:
    """Keep the newest run that scans something, from its first point on (PS-100, PS-102).

    Runs that move nothing, or that are nested in a scan, do not replace it.

    Attributes
    ----------
    start, stop
        Its start and stop documents; empty before there are any.

    Examples
    --------
    >>> from callbacks import LastScan
    >>> last = LastScan()
    >>> RE.subscribe(last)  # doctest: +SKIP
    >>> last.column("I0").max()  # doctest: +SKIP
    >>> last.peak().center  # doctest: +SKIP
    """

    def __init__(self) -> None:
        self.start: Mapping[str, Any] = {}
        self.stop: Mapping[str, Any] = {}
        self._columns = RunColumns({})
        self._looked_at: Mapping[str, Any] | None = None
        self._per_run = PerRun(self._begin)

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        self._per_run(name, doc)

    def __repr__(self) -> str:
        """Say which scan it is, and what it has."""
        if not self.start:
            return "no scan yet"
        columns, what = ", ".join(self.fields), said_command(self.start)
        number = numbered(len(self), "point")
        return f"scan {self.start.get('scan_id', '?')}: {what}, {number} of {columns}"

    def __len__(self) -> int:
        """Give the number of points so far."""
        return len(self._columns)

    @property
    def motors(self) -> Sequence[str]:
        """Names of the axes it moves."""
        return self.start.get("motors") or ()

    @property
    def shape(self) -> Sequence[int]:
        """Lengths of its dimensions, slowest first."""
        return self.start.get("shape") or (len(self),)

    @property
    def fields(self) -> Sequence[str]:
        """Names of its columns, ``time`` among them."""
        return list(self._columns.arrays())

    def column(self, field: str) -> NDArray[np.float64]:
        """Give one column, or an expression of columns, as it is now: a number per point.

        Raises
        ------
        KeyError
            There is none of this name; the known ones are named.
        """
        columns = self._columns.arrays()
        values = values_of(field, columns)
        if values is None:
            message = f"the scan has no column {field!r}; it has {', '.join(columns) or 'none'}"
            raise KeyError(message)
        return values

    def readbacks(self) -> Sequence[str]:
        """Give the columns of the axes, in the order of `motors`."""
        descriptor = self._columns.descriptor
        return () if descriptor is None else scanned_keys(self.start, descriptor)

    def set_points(self) -> Sequence[str]:
        """Give the columns of where the axes were sent, in their order; readbacks where none is.

        What was found at a set position is gone to by that; by the readback it would be missed by
        the distance of the two (acquisition 11.13).
        """
        known = self.fields
        return [
            next((key for key in _set_points_of(name) if key in known), readback)
            for name, readback in zip(self.motors, self.readbacks(), strict=True)
        ]

    def plotted(self) -> str:
        """Give what is shown against the first axis, a column or an expression; or nothing."""
        columns = self._columns
        return next(iter(plotted(columns, columns.arrays(), self._looked_at)), "")

    def look_at(self, plot: Mapping[str, Any]) -> None:
        """Have something else be what it plots, as its start document would say that (BL-155)."""
        self._looked_at = plot

    def peak(self, counter: str = "", axis: int = 0) -> PeakResult:
        """Give the peak numbers along one axis; of what is plotted, where no counter is named.

        Raises
        ------
        KeyError
            There is no such column.
        """
        return analyse(self.column(self.readbacks()[axis]), self.column(counter or self.plotted()))

    def fit(self, model: str = "gaussian + linear", counter: str = "", axis: int = 0) -> ModelFit:
        """Fit a model along one axis; of what is plotted, where no counter is named.

        Raises
        ------
        KeyError
            There is no such column.
        ReductionError
            There is no such model.
        """
        x = self.column(self.readbacks()[axis])
        return fit(x, self.column(counter or self.plotted()), model)

    def scan_data(self) -> dict[str, Any]:
        """Give everything under Py4Syn's names (PS-100): lists, and when it was."""
        columns = {name: list(values) for name, values in self._columns.arrays().items()}
        began, ended = self.start.get("time"), self.stop.get("time")
        duration = None if began is None or ended is None else ended - began
        return columns | {
            "points": list(range(len(self))),
            "scan_object": self.start,
            "scan_start": began,
            "scan_end": ended,
            "scan_duration": duration,
        }

    def _begin(self, start: Document) -> "_Taken | _Passed":
        return _Taken(self, start) if start.get("motors") else _Passed()


def _set_points_of(name: str) -> Sequence[str]:
    """Give the names that ours and ophyd's axes have for it."""
    return f"{name}_setpoint", f"{name}_user_setpoint"


class _Passed:
    """A run that is none of ours."""

    def __call__(self, name: str, doc: Document) -> None:
        """Pass it over."""


class _Taken:
    """A run that is the last scan while no newer one is."""

    def __init__(self, last: LastScan, start: Document) -> None:
        self._last, self._columns = last, RunColumns(start)
        last.start, last.stop = start, {}
        last._columns, last._looked_at = self._columns, None  # noqa: SLF001 - of one file

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document of the run."""
        self._columns(name, doc)
        if name == "stop" and self._last.start.get("uid") == doc["run_start"]:
            self._last.stop = doc
