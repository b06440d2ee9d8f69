"""Which plots a NeXus file offers; pure, without h5py."""

from collections.abc import Iterator

import numpy as np

from callbacks.nexus_items import ELAPSED, Axis, Constant, Grid, Group, Item, Link, Map
from callbacks.nexus_readings import Readings, long_name, units_of
from callbacks.routing import Document
from callbacks.run_readings import default_plot, hinted_keys


def plot_layout(readings: Readings) -> Iterator[Item]:
    """Decide the plots: one group for each plotted, derived or hinted quantity."""
    start, primary = readings.start, readings.primary
    plot = default_plot(start, primary)
    names = dict.fromkeys([*plot.y, *(start.get("derived") or {}), *hinted_keys(start, primary)])
    plotted = [name for name in names if name in readings.paths]
    if not plotted:
        return
    yield Group(readings.entry, "NXentry", {"default": f"plot_{plotted[0]}"})
    grid = grid_of(start, primary)
    for name in plotted:
        group = f"{readings.entry}/plot_{name}"
        yield from _map(readings, group, name, grid) if grid else _curve(readings, group, name)


def _curve(readings: Readings, group: str, name: str) -> Iterator[Item]:
    """Decide a curve, or a cloud where two motors cover a plane without a grid."""
    x = default_plot(readings.start, readings.primary).x
    axes = [x if x in readings.paths else ELAPSED]
    planes = _dimension_keys(readings.start)
    if len(planes) == 2 and all(key in readings.paths for key in planes):
        axes = planes[::-1]
    labels = [axis.strip("/") for axis in axes]
    yield Group(group, "NXdata", {"signal": name, "axes": labels})
    for source, label in zip(axes, labels, strict=True):
        if label != name:
            yield Link(f"{group}/{label}", readings.paths[source])
    yield Link(f"{group}/{name}", readings.paths[name])


def _map(readings: Readings, group: str, name: str, grid: Grid) -> Iterator[Item]:
    labels = [axis.source for axis in grid.axes]
    yield Group(group, "NXdata", {"signal": name, "axes": labels})
    for axis in grid.axes:
        described = readings.primary["data_keys"].get(axis.source, {})
        attributes = {**units_of(described), "long_name": long_name(axis.source, described)}
        yield Constant(f"{group}/{axis.source}", np.array(axis.positions), attributes)
    yield Map(f"{group}/{name}", name, grid, readings.attributes[name])


def grid_of(start: Document, primary: Document) -> Grid | None:
    """Give the grid of a map, None for every other scan."""
    shape, extents = start.get("shape") or (), start.get("extents") or ()
    keys = _dimension_keys(start)
    if len(shape) < 2 or not len(shape) == len(extents) == len(keys):
        return None
    if any(key not in primary["data_keys"] for key in keys) or not np.isfinite(extents).all():
        return None
    if start.get("hints", {}).get("gridding", "rectilinear") != "rectilinear":
        return None
    ends: list[tuple[float, float]] = [(float(a), float(b)) for a, b in extents]
    lines = (np.linspace(a, b, n) for (a, b), n in zip(ends, shape, strict=True))
    axes = (Axis(key, tuple(line.tolist())) for key, line in zip(keys, lines, strict=True))
    return Grid(tuple(axes))


def _dimension_keys(start: Document) -> list[str]:
    """Give the first key of each dimension, slowest first."""
    dimensions = start.get("hints", {}).get("dimensions", ())
    return [keys[0] for keys, stream in dimensions if keys and stream == "primary"]
