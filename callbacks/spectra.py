"""The spectra of a finished run, point by point, and as a cube where it was a map (PS-126)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from callbacks.channels import Channels, channels_of
from callbacks.errors import ConsumerError
from callbacks.grid import grid_of
from callbacks.plot.planes import nodes_of
from callbacks.routing import Document
from callbacks.run_columns import RunColumns
from callbacks.run_readings import events_of
from reduction.run_plot import scanned_keys

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spectra:
    """The spectra of one detector in one run.

    Parameters
    ----------
    key
        Of the detector.
    values
        One row for each point, in the order in which they were measured.
    columns
        All numbers of the run, by name.
    scanned
        Names of the scanned axes.
    """

    start: Document
    descriptor: Document
    key: str
    values: Floats
    columns: Mapping[str, Floats]
    scanned: tuple[str, ...]

    @property
    def channels(self) -> Channels:
        """What the channels mean."""
        return channels_of(self.descriptor, self.key)


@dataclass(frozen=True)
class Cube:
    """Spectra of a map: rows along the slow axis, then columns, then channels.

    Parameters
    ----------
    values
        As they were counted; NaN where nothing was measured.
    normalised
        Divided by the monitor, times its mean; None without a monitor.
    slow, fast
        Names and positions of the axes.
    """

    values: Floats
    normalised: Floats | None
    slow: tuple[str, Floats]
    fast: tuple[str, Floats]


def spectra_of(documents: Iterable[tuple[str, Document]], key: str = "") -> Spectra:
    """Collect the spectra of a run from its documents.

    Parameters
    ----------
    key
        Of the detector; the first one that has spectra where nothing is said.

    Raises
    ------
    ConsumerError
        The run has none, or not of this detector.
    """
    collected = _Collected(key)
    for name, doc in documents:
        collected(name, doc)
    return collected.spectra()


class _Collected:
    """What has come of a run so far."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._columns: RunColumns | None = None
        self._descriptor: Document | None = None
        self._rows: list[Floats] = []

    def __call__(self, name: str, doc: Document) -> None:
        if name == "start":
            self._columns = RunColumns(doc)
        elif name == "descriptor" and doc.get("name") == "primary":
            self._descriptor, self._key = doc, _known(doc, self._key)
        elif name in ("event", "event_page") and self._is_ours(doc):
            self._rows += [_row(event["data"][self._key]) for event in _events(name, doc)]
        if self._columns is not None:
            self._columns(name, doc)

    def _is_ours(self, doc: Document) -> bool:
        return self._descriptor is not None and doc["descriptor"] == self._descriptor["uid"]

    def spectra(self) -> Spectra:
        columns, descriptor, rows = self._columns, self._descriptor, self._rows
        if columns is None or descriptor is None or not rows:
            message = "the run has no points, and so no spectra"
            raise ConsumerError(message)
        values = np.full((len(rows), max(row.size for row in rows)), np.nan)
        for number, row in enumerate(rows):
            values[number, : row.size] = row
        scanned = scanned_keys(columns.start, descriptor)
        return Spectra(columns.start, descriptor, self._key, values, columns.arrays(), scanned)


def _events(name: str, doc: Document) -> Iterable[Document]:
    return events_of(doc) if name == "event_page" else [doc]


def _row(values: object) -> Floats:
    return np.ravel(np.asarray(values, dtype=np.float64))


def _known(descriptor: Document, key: str) -> str:
    found = [name for name, told in descriptor["data_keys"].items() if _is_spectrum(told)]
    if not found:
        message = "the run has no spectra: no detector in it gives one row of numbers at a point"
        raise ConsumerError(message)
    if key and key not in found:
        message = f"{key} gives no spectra in this run; there are {', '.join(found)}"
        raise ConsumerError(message)
    return key or found[0]


def _is_spectrum(told: Mapping[str, object]) -> bool:
    shape = told.get("shape")
    is_row = isinstance(shape, list | tuple) and len([each for each in shape if each != 1]) == 1
    return told.get("dtype") == "array" and is_row and "external" not in told


def cube_of(spectra: Spectra, monitor: str = "") -> Cube:
    """Put the spectra of a map at their places, in whatever order they were measured.

    Parameters
    ----------
    monitor
        Column by which they are divided; nothing is divided where it is empty.

    Raises
    ------
    ConsumerError
        The run is no map of two axes, or has no such column.
    """
    grid = grid_of(spectra.start, spectra.descriptor)
    if grid is None or len(grid.shape) != 2:
        message = "the run is no map of two axes: its spectra are exported one for each point"
        raise ConsumerError(message)
    nodes = nodes_of(spectra.columns, grid)
    values = _placed(nodes, grid.shape, spectra.values)
    normalised = None
    if monitor:
        normalised = _placed(nodes, grid.shape, _divided(spectra, monitor))
    slow, fast = ((axis.source, np.array(axis.positions)) for axis in grid.axes)
    return Cube(values, normalised, slow, fast)


def _placed(nodes: NDArray[np.intp], shape: tuple[int, ...], values: Floats) -> Floats:
    cube = np.full((*shape, values.shape[1]), np.nan)
    inside = (nodes >= 0).all(axis=0)
    cube[tuple(nodes[:, inside])] = values[inside]
    return cube


def _divided(spectra: Spectra, monitor: str) -> Floats:
    by = spectra.columns.get(monitor)
    if by is None:
        there = ", ".join(sorted(spectra.columns))
        message = f"the run has no column {monitor} to normalise by; there are {there}"
        raise ConsumerError(message)
    good = np.where(np.isfinite(by) & (by > 0), by, np.nan)
    if np.isnan(good).all():
        message = f"{monitor} has counted nothing at any point: nothing can be normalised by it"
        raise ConsumerError(message)
    return spectra.values * (np.nanmean(good) / good)[:, np.newaxis]
