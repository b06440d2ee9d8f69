"""Show some numbers, whatever they are: ``plot(data)``."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from callbacks.errors import ConsumerError
from callbacks.plot.custom.packed import Numbers, numbers
from callbacks.plot.plotter import Plotter

#: Kinds by the dimensions of what is given alone.
_BY_DIMENSION = {1: "curve", 2: "image", 3: "stack"}

Data = ArrayLike | Mapping[str, ArrayLike]


def filled(
    make: Callable[[], Plotter],
    data: Data,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    kind: str = "",
    **look: str,
) -> Plotter:
    """Make a plot, and show data in it as their shape says.

    Parameters
    ----------
    make
        Makes the plot, when all else is known to be right.
    data
        Numbers of one dimension are a curve, of two an image, of three a stack of images; at places
        `x` and `y` they are a cloud. A mapping is one curve for each name.
    x
        Abscissa of the curves.
    kind
        Where it is not that which follows from the data: ``"curve-stack"``, ``"time-curve"``.
    look
        Labels and title, as `Plotter.createAxis` takes them.

    Raises
    ------
    ConsumerError
        They cannot be shown; no plot is made.
    """
    if isinstance(data, Mapping):
        curves = {str(name): numbers(values, str(name)) for name, values in data.items()}
    else:
        curves = {look.pop("label", ""): numbers(data)}
    if not curves:
        message = "there is nothing to plot: the mapping is empty"
        raise ConsumerError(message)
    first = next(iter(curves.values()))
    wanted = kind or ("scatter" if y is not None else _kind_of(first.ndim))
    _require_fitting(curves, wanted, x)
    plotter = make()
    try:
        _fill(plotter, curves, (x, y), {"kind": wanted, **look})
    except ConsumerError:
        plotter.close()
        raise
    return plotter


def _fill(
    plotter: Plotter,
    curves: Mapping[str, Numbers],
    places: tuple[ArrayLike | None, ArrayLike | None],
    look: Mapping[str, Any],
) -> None:
    parent = None
    for name, values in curves.items():
        axis = plotter.createAxis(label=name, parent=parent, **look)
        parent = axis if parent is None else parent
        if look["kind"] in ("curve", "time-curve"):
            plotter.plot(np.arange(values.size) if places[0] is None else places[0], values, axis)
        else:
            plotter.show_values(values, *places, axis)


def _kind_of(dimensions: int) -> str:
    if dimensions not in _BY_DIMENSION:
        message = f"data of {dimensions} dimensions cannot be plotted: one, two or three can"
        raise ConsumerError(message)
    return _BY_DIMENSION[dimensions]


def _require_fitting(curves: Mapping[str, Numbers], kind: str, x: ArrayLike | None) -> None:
    for name, values in curves.items():
        if len(curves) > 1 and values.ndim != 1:
            message = f"several {kind}s have a plot each: {name} has {values.ndim} dimensions"
            raise ConsumerError(message)
        if kind == "curve" and x is not None and np.shape(x) != values.shape:
            message = f"x has the shape {np.shape(x)}, and {name or 'the data'} {values.shape}"
            raise ConsumerError(message)
