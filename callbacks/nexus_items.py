"""What NeXus files are made of: groups, fields, links; plain data, without h5py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real

import numpy as np

#: Bytes kept of a text that is read at each point.
TEXT_LENGTH = 256
#: Names under which the times of the points are kept; not legal names of data keys.
EPOCH = "/epoch"
ELAPSED = "/elapsed_time"

Attributes = Mapping[str, object]


@dataclass(frozen=True)
class Group:
    """A group of class `nx_class`."""

    path: str
    nx_class: str
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Constant:
    """A field whose value is known now; a text with `length` keeps that many bytes for later."""

    path: str
    value: object
    attributes: Attributes = field(default_factory=dict)
    length: int = 0


@dataclass(frozen=True)
class Series:
    """A field that gets one element of `shape` per point, from the reading called `source`."""

    path: str
    source: str
    shape: tuple[int, ...] = ()
    is_text: bool = False
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Map:
    """A field with one element per node of a regular grid, NaN until it is measured."""

    path: str
    source: str
    grid: "Grid"
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """A second name for the field at `target`."""

    path: str
    target: str


Item = Group | Constant | Series | Map | Link


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
