"""What a plot of a script consists of, and how it changes when something is said of it; pure."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbacks.plot.custom.packed import unpack

Numbers = NDArray[Any]

#: Kinds of axes, and the dimensions of what they show.
KINDS: Mapping[str, int] = {
    "curve": 1,
    "time-curve": 1,
    "scatter": 1,
    "image": 2,
    "curve-stack": 2,
    "stack": 3,
}
#: Those that others can be laid over, and those with one layer after the other.
OVERLAID = frozenset({"curve", "time-curve", "scatter"})
STACKED = frozenset({"stack", "curve-stack"})
#: Values of a curve over time that are kept, at most.
LONGEST = 10_000


@dataclass(frozen=True)
class Layer:
    """One curve, cloud or image: what `createAxis` makes.

    Parameters
    ----------
    x, y
        Places of its points.
    values
        Of the points of a cloud, of the pixels of an image or of a stack.
    """

    label: str = ""
    style: str = "-"
    marker: str = ""
    color: str = ""
    x: Numbers | None = None
    y: Numbers | None = None
    values: Numbers | None = None


@dataclass(frozen=True)
class Cell:
    """One part of a figure: axes with their layers."""

    kind: str = "curve"
    title: str = ""
    x_label: str = ""
    y_label: str = ""
    has_grid: bool = True
    layers: tuple[Layer, ...] = ()

    @property
    def depth(self) -> int:
        """How many images or curves lie behind each other; 0 where nothing is stacked."""
        values = self.layers[0].values if self.layers else None
        return len(values) if self.kind in STACKED and values is not None else 0


@dataclass(frozen=True)
class CustomFigure:
    """A plot of a script as it is now.

    Parameters
    ----------
    path
        Its picture, where there is no screen.
    places
        Cell and layer of each axis, in the order in which they were created.
    version
        Grows with each change.
    shows
        How often it was asked to be seen, which brings a closed window back.
    """

    name: str
    title: str = ""
    path: str = ""
    cells: tuple[Cell, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    version: int = 0
    shows: int = 0
    remarks: tuple[str, ...] = field(default=())

    @property
    def depth(self) -> int:
        """The deepest stack in it."""
        return max((cell.depth for cell in self.cells), default=0)


def changed(figure: CustomFigure, said: Mapping[str, Any]) -> CustomFigure:
    """Give a figure after one thing was said of it.

    Raises
    ------
    LookupError
        Nobody says that, or there is no such axis.

    Examples
    --------
    >>> figure = changed(CustomFigure("a"), {"do": "axis", "label": "I0", "kind": "curve"})
    >>> figure.cells[0].layers[0].label
    'I0'
    """
    return replace(_CHANGES[said["do"]](figure, said), version=figure.version + 1)


def _open(figure: CustomFigure, said: Mapping[str, Any]) -> CustomFigure:
    fresh = CustomFigure(figure.name, said["title"], said["path"], version=figure.version)
    return replace(fresh, shows=figure.shows + 1)


def _axis(figure: CustomFigure, said: Mapping[str, Any]) -> CustomFigure:
    layer = Layer(
        **{key: said[key] for key in ("label", "style", "marker", "color") if key in said}
    )
    parent = said.get("parent")
    if parent is not None:
        at = figure.places[parent - 1][0]
        cell = figure.cells[at]
        cells = _put(figure.cells, at, replace(cell, layers=(*cell.layers, layer)))
        return replace(figure, cells=cells, places=(*figure.places, (at, len(cell.layers))))
    words = ("kind", "title", "x_label", "y_label", "has_grid")
    cell = Cell(**{key: said[key] for key in words if key in said}, layers=(layer,))
    places = (*figure.places, (len(figure.cells), 0))
    return replace(figure, cells=(*figure.cells, cell), places=places)


def _data(figure: CustomFigure, said: Mapping[str, Any]) -> CustomFigure:
    given = {key: unpack(said[key]) for key in ("x", "y", "values") if said.get(key) is not None}

    def put(layer: Layer) -> Layer:
        return replace(replace(layer, x=None, y=None, values=None), **given)

    return _with_layer(figure, said["axis"], put)


def _append(figure: CustomFigure, said: Mapping[str, Any]) -> CustomFigure:
    at, value = float(said["x"]), float(said["y"])

    def put(layer: Layer) -> Layer:
        return replace(layer, x=_grown(layer.x, at), y=_grown(layer.y, value))

    return _with_layer(figure, said["axis"], put)


def _grown(values: Numbers | None, more: float) -> Numbers:
    return np.append(np.empty(0) if values is None else values[-LONGEST + 1 :], more)


def _clear(figure: CustomFigure, said: Mapping[str, Any]) -> CustomFigure:
    axes = range(1, len(figure.places) + 1) if said.get("axis") is None else (said["axis"],)
    for axis in axes:
        figure = _with_layer(figure, axis, lambda each: replace(each, x=None, y=None, values=None))
    return figure


def _label(figure: CustomFigure, said: Mapping[str, Any]) -> CustomFigure:
    return _with_layer(figure, said["axis"], lambda layer: replace(layer, label=said["text"]))


def _title(figure: CustomFigure, said: Mapping[str, Any]) -> CustomFigure:
    if said.get("axis") is None:
        return replace(figure, title=said["text"])
    at, _ = figure.places[said["axis"] - 1]
    cells = _put(figure.cells, at, replace(figure.cells[at], title=said["text"]))
    return replace(figure, cells=cells)


def _show(figure: CustomFigure, _said: Mapping[str, Any]) -> CustomFigure:
    return replace(figure, shows=figure.shows + 1)


def _with_layer(figure: CustomFigure, axis: int, put: Callable[[Layer], Layer]) -> CustomFigure:
    at, which = figure.places[axis - 1]
    cell = figure.cells[at]
    layers = (*cell.layers[:which], put(cell.layers[which]), *cell.layers[which + 1 :])
    return replace(figure, cells=_put(figure.cells, at, replace(cell, layers=layers)))


def _put(cells: tuple[Cell, ...], at: int, cell: Cell) -> tuple[Cell, ...]:
    return (*cells[:at], cell, *cells[at + 1 :])


_CHANGES: Mapping[str, Callable[[CustomFigure, Mapping[str, Any]], CustomFigure]] = {
    "open": _open,
    "axis": _axis,
    "data": _data,
    "append": _append,
    "clear": _clear,
    "label": _label,
    "title": _title,
    "show": _show,
}


def columns_for(cells: int) -> int:
    """Give the columns in which so many cells stand.

    Examples
    --------
    >>> [columns_for(cells) for cells in (1, 2, 3, 4, 5, 9)]
    [1, 1, 2, 2, 3, 3]
    """
    return 1 if cells <= 2 else math.ceil(math.sqrt(cells))
