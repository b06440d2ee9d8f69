"""What a run plots: columns, and expressions of them; pure."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from callbacks.run_columns import RunColumns
from reduction.expression import Expression, ExpressionError

Floats = NDArray[np.float64]

#: Tables of expressions that mean columns of the run here.
_TABLES = ("A", "C", "T")


def values_of(name: str, arrays: Mapping[str, Floats]) -> Floats | None:
    """Give a column or the value of an expression for every point; None where there is none."""
    if name in arrays:
        return arrays[name]
    try:
        found = Expression(name).evaluate(arrays, dict.fromkeys(_TABLES, arrays)).value
    except ExpressionError:
        return None
    points = arrays["time"].size if "time" in arrays else 0
    return np.broadcast_to(np.asarray(found, dtype=np.float64), (points,))


def names_in(wanted: object) -> Iterator[str]:
    """Yield the names in a text or a list of texts; whatever else is there is passed over."""
    if isinstance(wanted, str):
        yield wanted
    elif isinstance(wanted, Sequence):
        yield from (name for name in wanted if isinstance(name, str))


def plotted(
    columns: RunColumns, arrays: Mapping[str, Floats], asked: object = None
) -> tuple[str, ...]:
    """Give what stands against the axis of a run, the most important first.

    Parameters
    ----------
    arrays
        Its columns, as they are now.
    asked
        What is asked for in place of what the run itself asks for, as its start document has it:
        ``{"y": ["log(I0/It)"]}``.
    """
    plot = columns.plot
    if plot is None:
        return ()
    wanted = asked if asked is not None else columns.start.get("plot")
    names = names_in(wanted.get("y")) if isinstance(wanted, Mapping) else ()
    known = (name for name in dict.fromkeys(names) if values_of(name, arrays) is not None)
    return tuple(known) or plot.y
