"""Which plots a NeXus file offers; pure, without h5py."""

from collections.abc import Iterator

import numpy as np

from callbacks.grid import Grid, dimension_keys, grid_of
from callbacks.nexus_items import ELAPSED, Constant, Group, Item, Link, Map
from callbacks.nexus_readings import Readings, long_name, units_of
from reduction.run_plot import default_plot, hinted_keys


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
    planes = dimension_keys(readings.start)
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
