"""What NeXus files are made of: groups, fields, links; plain data, without h5py."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from callbacks.grid import Grid

#: Bytes kept of a text that is read at each point.
TEXT_LENGTH = 256
#: Names under which the times of the points are kept; not legal names of data keys.
EPOCH = "/epoch"
ELAPSED = "/elapsed_time"

#: What stands for a missing whole number, in the attribute ``_FillValue`` as netCDF has it.
MISSING: Mapping[str, int] = {"i8": -(1 << 63), "u8": (1 << 64) - 1}

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
    """A field that gets one element of `shape` per point, from the reading called `source`.

    What is missing is NaN; of whole numbers, `dtype` ``"i8"`` or ``"u8"``, it is `MISSING`.
    """

    path: str
    source: str
    shape: tuple[int, ...] = ()
    is_text: bool = False
    attributes: Attributes = field(default_factory=dict)
    dtype: str = "f8"


@dataclass(frozen=True)
class Map:
    """A field with one element per node of a regular grid, NaN until it is measured."""

    path: str
    source: str
    grid: Grid
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """A second name for the field at `target`."""

    path: str
    target: str


@dataclass(frozen=True)
class External:
    """A second name for what another file holds at `target`; `file` is relative to our own."""

    path: str
    file: str
    target: str


Item = Group | Constant | Series | Map | Link | External
