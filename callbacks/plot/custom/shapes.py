"""What people may draw into a plot for a script; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from callbacks.errors import ConsumerError

#: What can be selected, and how a person does it.
HOW = {
    "point": "click",
    "hline": "click at its height",
    "vline": "click at its place",
    "line": "drag from one end to the other",
    "rectangle": "drag from corner to corner",
    "polygon": "click its corners, then Enter or the right button",
}

Place = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """What somebody has selected in a plot, in the units of its axes.

    Parameters
    ----------
    kind
        One of `HOW`.
    points
        The place; the two ends or corners; the corners of a polygon.
    axis
        Number of the axis in its plot, from 1.

    Examples
    --------
    >>> rectangle = Shape("rectangle", ((4.0, 1.0), (1.0, 3.0)))
    >>> rectangle.x, rectangle.y
    ((1.0, 4.0), (1.0, 3.0))
    >>> int(rectangle.mask(rows=5, columns=5).sum())
    12
    """

    kind: str
    points: tuple[Place, ...]
    axis: int = 1

    @property
    def x(self) -> Place:
        """From where to where it goes along the abscissa."""
        return _range([x for x, _ in self.points])

    @property
    def y(self) -> Place:
        """From where to where it goes along the ordinate."""
        return _range([y for _, y in self.points])

    def mask(self, rows: int, columns: int) -> NDArray[np.bool_]:
        """Tell for each pixel of an image, rows first, whether its center is within.

        Raises
        ------
        ConsumerError
            It is neither a rectangle nor a polygon.
        """
        if self.kind == "rectangle":
            row, column = np.ogrid[:rows, :columns]
            (left, right), (low, high) = self.x, self.y
            return (left <= column) & (column <= right) & (low <= row) & (row <= high)
        if self.kind == "polygon":
            return _within(self.points, rows, columns)
        message = f"a {self.kind} covers no pixels: select a rectangle or a polygon for a mask"
        raise ConsumerError(message)


def mask_of(shapes: Sequence[Shape], rows: int, columns: int) -> NDArray[np.bool_]:
    """Tell for each pixel of an image whether it is in one of the shapes."""
    found = np.zeros((rows, columns), dtype=bool)
    for shape in shapes:
        found |= shape.mask(rows, columns)
    return found


def known_kind(kind: str) -> str:
    """Refuse a kind of shape that there is not.

    Raises
    ------
    ConsumerError
        There is none of that name.
    """
    if kind not in HOW:
        message = f"no shape {kind!r}; there are {', '.join(HOW)}"
        raise ConsumerError(message)
    return kind


def _range(values: Sequence[float]) -> Place:
    return min(values), max(values)


def _within(corners: Sequence[Place], rows: int, columns: int) -> NDArray[np.bool_]:
    """Count how often a line from each pixel to the right crosses an edge: inside it is odd."""
    row, column = np.ogrid[:rows, :columns]
    inside = np.zeros((rows, columns), dtype=bool)
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if y1 == y2:
            continue
        crosses = (y1 > row) != (y2 > row)
        at = x1 + (row - y1) * (x2 - x1) / (y2 - y1)
        inside ^= crosses & (column < at)
    return inside
