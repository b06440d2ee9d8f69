"""Decide the maps, clouds, spectra and images of a run; pure but for frames that are in files."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from callbacks.channels import channels_of
from callbacks.frames import FrameUnreadableError, newest_frame
from callbacks.grid import Axis, Grid, dimension_keys, grid_of
from callbacks.plot.arrange import reversals
from callbacks.plot.asked import Asked
from callbacks.plot.run_data import Arrays, Columns, Snapshot
from callbacks.plot.views import Image, Line, Map, Panel, Scatter
from callbacks.plotted import values_of
from reduction.run_plot import scanned_keys

Floats = NDArray[np.float64]

#: Times that an axis turns round in a list of places in the plane, at least.
_TO_AND_FRO = 2
#: Correlation of two axes above which they go along one line.
_ONE_LINE = 0.999
#: Maps and images in one picture, at most.
MOST_PLANES = 4


def maps_of(columns: Columns, asked: Asked) -> list[Map]:
    """Give a map for what is plotted of a scan on a grid; of three axes or more the newest slice.

    Where the run does not ask, its first counter alone is shown.
    """
    grid = None if columns.descriptor is None else grid_of(columns.start, columns.descriptor)
    if grid is None:
        return []
    arrays = columns.arrays()
    nodes = nodes_of(arrays, grid)
    return [_map(columns, grid, nodes, name) for name in planes_shown(columns, asked)]


def planes_shown(columns: Columns, asked: Asked) -> tuple[str, ...]:
    """Give what maps or clouds are drawn of: what the run asks for, or else its first counter."""
    if asked.maps:
        return asked.maps[:MOST_PLANES]
    wanted = columns.start.get("plot")
    asks = isinstance(wanted, Mapping) and any(key != "maps" for key in wanted)
    return asked.y[:MOST_PLANES] if asks else asked.y[:1]


def _map(columns: Columns, grid: Grid, nodes: NDArray[np.intp], name: str) -> Map:
    arrays = columns.arrays()
    values = values_of(name, arrays)
    image = gridded(nodes, grid, np.full(nodes.shape[1], np.nan) if values is None else values)
    slow, fast = grid.axes[-2:]
    inside = np.flatnonzero((nodes >= 0).all(axis=0))
    newest = tuple(nodes[:-2, inside[-1]]) if inside.size else (0,) * (len(grid.shape) - 2)
    where = [_place(columns, axis, int(i)) for axis, i in zip(grid.axes, newest, strict=False)]
    return Map(
        x=np.array(fast.positions),
        y=np.array(slow.positions),
        values=image[newest],
        x_label=columns.label(fast.source),
        y_label=columns.label(slow.source),
        label=", ".join([columns.label(name) if name in arrays else name, *where]),
        keys=(fast.source, slow.source),
        is_one_unit=_is_one_unit(columns, fast.source, slow.source),
    )


def _place(columns: Columns, axis: Axis, index: int) -> str:
    units = str(columns.described(axis.source).get("units") or "")
    return f"{axis.source} = {axis.positions[index]:.6g} {units}".rstrip()


def _is_one_unit(columns: Columns, one: str, other: str) -> bool:
    return columns.described(one).get("units") == columns.described(other).get("units")


def nodes_of(arrays: Mapping[str, Floats], grid: Grid) -> NDArray[np.intp]:
    """Give the node of each point, slowest axis first; -1 where it is off the grid.

    Shape (axes, points). A point counts for the node that it is nearest to, in whatever order
    the points came.
    """
    return np.stack([_nearest(arrays[axis.source], axis) for axis in grid.axes])


def _nearest(at: Floats, axis: Axis) -> NDArray[np.intp]:
    count, first, last = len(axis.positions), axis.positions[0], axis.positions[-1]
    finite = np.isfinite(at)
    if count == 1 or first == last:
        return np.where(finite, 0, -1).astype(np.intp)
    step = (last - first) / (count - 1)
    nearest = np.rint((np.where(finite, at, first) - first) / step)
    return np.where(finite & (nearest >= 0) & (nearest < count), nearest, -1).astype(np.intp)


def gridded(nodes: NDArray[np.intp], grid: Grid, values: Floats) -> Floats:
    """Put each point at its node; NaN where nothing was measured."""
    image = np.full(grid.shape, np.nan)
    inside = (nodes >= 0).all(axis=0)
    image[tuple(nodes[:, inside])] = values[inside]
    return image


def scatters_of(columns: Columns, asked: Asked) -> list[Scatter]:
    """Give what is plotted over the plane, where two axes cover one without a grid."""
    arrays = columns.arrays()
    places = _cloud_keys(columns, arrays)
    if places is None:
        return []
    return [_scatter(columns, places, name) for name in planes_shown(columns, asked)]


def _scatter(columns: Columns, places: tuple[str, str], name: str) -> Scatter:
    arrays, (x, y) = columns.arrays(), places
    values = values_of(name, arrays)
    return Scatter(
        x=arrays[x],
        y=arrays[y],
        values=np.full(arrays[x].shape, np.nan) if values is None else values,
        x_label=columns.label(x),
        y_label=columns.label(y),
        label=columns.label(name) if name in arrays else name,
        keys=places,
        is_one_unit=_is_one_unit(columns, x, y),
    )


def _cloud_keys(columns: Columns, arrays: Mapping[str, Floats]) -> tuple[str, str] | None:
    """Give the columns along and up a plane that was measured here and there; None for a line."""
    keys = dimension_keys(columns.start)
    if len(keys) == 2 and all(key in arrays for key in keys):
        return keys[1], keys[0]  # the fast axis lies across
    if len(keys) != 1 or columns.descriptor is None or _says_x(columns.start):
        return None
    together = [key for key in scanned_keys(columns.start, columns.descriptor) if key in arrays]
    if len(together) != 2 or not _are_spread(*(arrays[key] for key in together)):
        return None
    return together[0], together[1]


def _says_x(start: Mapping[str, object]) -> bool:
    asked = start.get("plot")
    return isinstance(asked, Mapping) and bool(asked.get("x"))


def _are_spread(x: Floats, y: Floats) -> bool:
    """Tell whether two axes that moved together went to and fro, and not along one line."""
    good = np.isfinite(x) & np.isfinite(y)
    if reversals(x[good]) < _TO_AND_FRO:
        return False
    spans = np.ptp(x[good]), np.ptp(y[good])
    if not all(0 < span < np.inf for span in spans):
        return False
    return bool(abs(np.corrcoef(x[good] / spans[0], y[good] / spans[1])[0, 1]) < _ONE_LINE)


def spectra_of(run: Snapshot) -> list[Panel]:
    """Give the newest spectrum of each analyser, and the mean of all so far."""
    found = [_spectrum(run, key, kept) for key, kept in run.arrays.items() if kept.newest.ndim == 1]
    return found[:MOST_PLANES]


def _spectrum(run: Snapshot, key: str, kept: Arrays) -> Panel:
    x, label = _energies(run, key, kept.newest.size)
    units = str(run.described.get(key, {}).get("units") or "")
    lines = [Line("newest", x, kept.newest)]
    if kept.count > 1:
        lines.append(Line(f"mean of {kept.count}", x, kept.total / kept.count))
    ordinate = f"{key} ({units})" if units else key
    return Panel(x_label=label, left=tuple(lines), left_label=ordinate, is_histogram=True)


def _energies(run: Snapshot, key: str, channels: int) -> tuple[Floats, str]:
    """Give what the configuration says the channels mean; their numbers where it does not."""
    meant = channels_of(run.columns.descriptor or {"data_keys": {}}, key)
    energies = meant.energies(channels)
    if energies is None:
        return meant.numbers(channels), "channel"
    return energies, f"energy ({meant.units})"


def images_of(run: Snapshot) -> tuple[list[Image], list[str]]:
    """Give the newest frame of each camera, and a sentence for each that cannot be read."""
    images = [
        Image(kept.newest, key, str(run.described.get(key, {}).get("units") or "counts"))
        for key, kept in run.arrays.items()
        if kept.newest.ndim == 2
    ]
    problems: list[str] = []
    for key, where in list(run.frames.items())[:MOST_PLANES]:
        try:
            frame = newest_frame(where)
        except FrameUnreadableError as error:
            problems.append(f"{key}: {error}")
        else:
            images.append(Image(frame, f"{key}, point {where.index + 1}"))
    return images[:MOST_PLANES], problems
