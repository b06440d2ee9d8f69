"""The regular grid of a map: which node a point belongs to; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real

import numpy as np

from callbacks.routing import Document


@dataclass(frozen=True)
class Axis:
    """Nominal positions of one motor of a grid."""

    source: str
    positions: tuple[float, ...]

    def index(self, position: object) -> int | None:
        """Give the node nearest to a position, or None where it is more than half a step off."""
        if not isinstance(position, Real) or not np.isfinite(float(position)):
            return None
        first, last = self.positions[0], self.positions[-1]
        if len(self.positions) == 1 or first == last:
            return 0
        step = (last - first) / (len(self.positions) - 1)
        nearest = round((float(position) - first) / step)
        return nearest if 0 <= nearest < len(self.positions) else None


@dataclass(frozen=True)
class Grid:
    """A regular grid, slowest axis first."""

    axes: tuple[Axis, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Numbers of nodes, slowest axis first."""
        return tuple(len(axis.positions) for axis in self.axes)

    def index(self, readings: Mapping[str, object]) -> tuple[int, ...] | None:
        """Give the node of a point, or None where it lies outside the grid."""
        found = [axis.index(readings.get(axis.source)) for axis in self.axes]
        return None if None in found else tuple(i for i in found if i is not None)


def grid_of(start: Document, primary: Document) -> Grid | None:
    """Give the grid of a map, None for every other scan."""
    shape, extents = start.get("shape") or (), start.get("extents") or ()
    keys = dimension_keys(start)
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


def dimension_keys(start: Document) -> list[str]:
    """Give the first key of each dimension, slowest first."""
    dimensions = start.get("hints", {}).get("dimensions", ())
    return [keys[0] for keys, stream in dimensions if keys and stream == "primary"]
