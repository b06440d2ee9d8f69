"""What a picture consists of, before anything is drawn; pure."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reduction.fits import FitResult
from reduction.peaks import PeakResult

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """One curve; NaN is a gap."""

    label: str
    x: Floats
    y: Floats


@dataclass(frozen=True)
class Marks:
    """What was found in a curve, in the units of its x.

    `edge` is its energy and the error of it, where an absorption edge was scanned.
    """

    peak: PeakResult
    fit: FitResult | None = None
    edge: tuple[float, float] | None = None
    units: str = ""


@dataclass(frozen=True)
class Panel:
    """Curves over one abscissa.

    Parameters
    ----------
    marks, is_right_marked
        What was found in the first curve on the left, or on the right.
    keys
        The scanned motor of the abscissa, where a click on it means a position.
    earlier
        Curves of earlier scans, newest first.
    is_histogram
        Drawn in steps on a logarithmic ordinate: a spectrum.
    """

    x_label: str
    left: tuple[Line, ...]
    left_label: str = ""
    right: tuple[Line, ...] = ()
    right_label: str = ""
    earlier: tuple[Line, ...] = ()
    marks: Marks | None = None
    is_right_marked: bool = False
    keys: tuple[str, ...] = ()
    is_histogram: bool = False


@dataclass(frozen=True)
class _Plane:
    """Values over two axes."""

    x: Floats
    y: Floats
    values: Floats
    x_label: str
    y_label: str
    label: str
    keys: tuple[str, ...] = ()
    is_one_unit: bool = False


class Map(_Plane):
    """Values on a regular grid; rows are along y, NaN is not measured."""


class Scatter(_Plane):
    """Values at free places."""


@dataclass(frozen=True)
class Image:
    """A frame of a camera: rows from the top, in pixels counted from 0."""

    values: Floats
    title: str
    label: str = "counts"


View = Panel | Map | Scatter | Image


@dataclass(frozen=True)
class Sheet:
    """One picture: two columns of views under a title.

    `notes` say what is not shown, and why; `remarks` what else could be.
    """

    title: tuple[str, ...]
    main: tuple[View, ...]
    beside: tuple[View, ...] = ()
    notes: tuple[str, ...] = field(default=())
    remarks: tuple[str, ...] = field(default=())
