"""Keep numbers near the end of what a double holds where axes and colors can be computed; pure."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from callbacks.plot.views import Image, Line, Panel, View

#: Nothing is drawn further out: the product of two such numbers is still one.
FURTHEST = 1e150


def within(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put finite values that are too large at `FURTHEST`; infinite ones stay, and are not drawn."""
    return np.where(np.isfinite(values), np.clip(values, -FURTHEST, FURTHEST), values)


def drawable(view: View) -> View:
    """Give a view with everything in it where it can be drawn.

    Examples
    --------
    >>> image = Image(np.array([[1e308, -1.0]]), "camera")
    >>> float(drawable(image).values[0, 0])
    1e+150
    """
    if isinstance(view, Panel):
        curves = (tuple(map(_line, some)) for some in (view.left, view.right, view.earlier))
        left, right, earlier = curves
        return replace(view, left=left, right=right, earlier=earlier)
    if isinstance(view, Image):
        return replace(view, values=within(view.values))
    return replace(view, x=within(view.x), y=within(view.y), values=within(view.values))


def _line(line: Line) -> Line:
    return replace(line, x=within(line.x), y=within(line.y))
