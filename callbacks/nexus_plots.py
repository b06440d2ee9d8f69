"""Which plots a NeXus file offers; pure, without h5py."""

from collections.abc import Iterator

import numpy as np

from callbacks.channels import channels_of
from callbacks.grid import Grid, dimension_keys, grid_of
from callbacks.nexus_errors import ERRORS
from callbacks.nexus_items import ELAPSED, Constant, External, Group, Item, Link, Map
from callbacks.nexus_metadata import units_of
from callbacks.nexus_readings import Readings, long_name
from reduction.run_plot import default_plot, hinted_keys


def plot_layout(readings: Readings) -> Iterator[Item]:
    """Decide the plots: one group for each plotted, derived or hinted quantity and each array.

    The first of them is the default; spectra and images come last.
    """
    start, primary = readings.start, readings.primary
    plot = default_plot(start, primary)
    names = dict.fromkeys([*plot.y, *(start.get("derived") or {}), *hinted_keys(start, primary)])
    plotted = [n for n in names if n in readings.paths and n not in readings.spectra]
    offered = [*plotted, *readings.spectra, *readings.images]
    if offered:
        yield Group(readings.entry, "NXentry", {"default": f"plot_{offered[0]}"})
    grid = grid_of(start, primary)
    for name in plotted:
        group = f"{readings.entry}/plot_{name}"
        yield from _map(readings, group, name, grid) if grid else _curve(readings, group, name)
    for name in readings.spectra:
        yield from _spectra(readings, f"{readings.entry}/plot_{name}", name)
    for name, link in readings.images.items():
        group = f"{readings.entry}/plot_{name}"
        yield Group(group, "NXdata", {"signal": "data"})
        yield External(f"{group}/data", link.file, link.target)


def _curve(readings: Readings, group: str, name: str) -> Iterator[Item]:
    """Decide a curve, or a cloud where two motors cover a plane without a grid."""
    axes = [_abscissa(readings)]
    planes = dimension_keys(readings.start)
    if len(planes) == 2 and all(key in readings.paths for key in planes):
        axes = planes[::-1]
    labels = [axis.strip("/") for axis in axes]
    yield Group(group, "NXdata", {"signal": name, "axes": labels})
    for source, label in zip(axes, labels, strict=True):
        if label != name:
            yield Link(f"{group}/{label}", readings.paths[source])
    yield Link(f"{group}/{name}", readings.paths[name])
    if f"{name}{ERRORS}" in readings.paths:
        yield Link(f"{group}/{name}_errors", readings.paths[f"{name}{ERRORS}"])


def _abscissa(readings: Readings) -> str:
    x = default_plot(readings.start, readings.primary).x
    is_drawable = x in readings.paths and x not in readings.spectra
    return x if is_drawable else ELAPSED


def _map(readings: Readings, group: str, name: str, grid: Grid) -> Iterator[Item]:
    labels = [axis.source for axis in grid.axes]
    yield Group(group, "NXdata", {"signal": name, "axes": labels})
    for axis in grid.axes:
        described = readings.primary["data_keys"].get(axis.source, {})
        attributes = {**units_of(described), "long_name": long_name(axis.source, described)}
        yield Constant(f"{group}/{axis.source}", np.array(axis.positions), attributes)
    for source, label in ((name, name), (f"{name}{ERRORS}", f"{name}_errors")):
        if source in readings.paths:
            yield Map(f"{group}/{label}", source, grid, readings.attributes[source])


def _spectra(readings: Readings, group: str, name: str) -> Iterator[Item]:
    """Decide a stack of spectra over the points, with energies where the device is calibrated."""
    x = _abscissa(readings).strip("/")
    channels, attributes = _channels(readings, name)
    label = "energy" if attributes else "channel"
    label = label if label not in (name, x) else f"{name}_{label}"
    yield Group(group, "NXdata", {"signal": name, "axes": [x, label]})
    yield Link(f"{group}/{x}", readings.paths[_abscissa(readings)])
    yield Constant(f"{group}/{label}", channels, attributes)
    yield Link(f"{group}/{name}", readings.paths[name])


def _channels(readings: Readings, name: str) -> tuple[np.ndarray, dict[str, object]]:
    """Give the middle of each channel in the unit of the calibration, or else its number."""
    channels = channels_of(readings.primary, name)
    energies = channels.energies(readings.spectra[name])
    if energies is None:
        return channels.numbers(readings.spectra[name]), {}
    return energies, {"units": channels.units, "long_name": f"energy ({channels.units})"}
