"""What a run asks to have shown, told from its documents; pure.

The start document of a run may have, every part optional::

    {"plot": {"x": "th", "y": ["log(I0/It)"], "right": ["It"], "below": [["If"], ["I0"]],
              "filters": ["monitor:I0", "derivative"], "overlay": 3, "maps": ["If"]}}
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbacks.plot.run_data import Columns
from callbacks.plotted import names_in, values_of
from reduction.run_plot import default_plot, scanned_keys

Floats = NDArray[np.float64]

#: Earlier scans that may be drawn beside the newest.
MOST_EARLIER = 10


@dataclass(frozen=True)
class Asked:
    """What to plot: names of columns, or expressions of them.

    Parameters
    ----------
    x
        A column; ``"time"`` for none.
    y, right, below
        On the left axis, on the right axis, in more plots below.
    filters
        As `reduction.curve_filters` writes them, for all curves but those on the right.
    overlay
        How many earlier scans of the same axis to show.
    is_arranged
        Whether the run says itself which curves share an axis.
    maps
        What maps and clouds show instead of `y`.
    missing
        What it asked for in vain.
    """

    x: str
    y: tuple[str, ...]
    right: tuple[str, ...] = ()
    below: tuple[tuple[str, ...], ...] = ()
    filters: tuple[str, ...] = ()
    overlay: int | None = None
    is_arranged: bool = False
    maps: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def asked_of(columns: Columns) -> Asked:
    """Give what to plot of a run; what is asked for and is not there is passed over (SC-18)."""
    asked = columns.start.get("plot")
    wanted: Mapping[str, Any] = asked if isinstance(asked, Mapping) else {}
    descriptor = columns.descriptor
    if descriptor is None:
        return Asked("time", ())
    default = default_plot({**columns.start, "plot": {"x": _text(wanted.get("x"))}}, descriptor)
    arrays = columns.arrays()
    missing: list[str] = []
    y, right, maps = (_known(wanted.get(k), arrays, missing) for k in ("y", "right", "maps"))
    below = tuple(_known(names, arrays, missing) for names in _each(wanted.get("below")))
    return Asked(
        x=default.x,
        y=y or default.y or _all_numbers(columns),
        right=right,
        below=tuple(names for names in below if names),
        filters=tuple(names_in(wanted.get("filters"))),
        overlay=_count(wanted.get("overlay")),
        is_arranged=bool(right or below),
        maps=maps,
        missing=tuple(missing),
    )


def _known(wanted: object, arrays: Mapping[str, Floats], missing: list[str]) -> tuple[str, ...]:
    names = list(dict.fromkeys(names_in(wanted)))
    known = [name for name in names if values_of(name, arrays) is not None]
    missing.extend(name for name in names if name not in known)
    return tuple(known)


def _each(wanted: object) -> Iterator[object]:
    if isinstance(wanted, Sequence):
        yield from ([wanted] if isinstance(wanted, str) else wanted)


def _text(wanted: object) -> str:
    return wanted if isinstance(wanted, str) else ""


def _count(wanted: object) -> int | None:
    if isinstance(wanted, bool) or not isinstance(wanted, int):
        return None
    return min(max(wanted, 0), MOST_EARLIER)


def _all_numbers(columns: Columns) -> tuple[str, ...]:
    """Give every number of a run that hints none, but set points and what is scanned."""
    descriptor = columns.descriptor or {"data_keys": {}}
    left_out = {"time", *scanned_keys(columns.start, descriptor)}
    return tuple(
        name for name in columns.arrays() if name not in left_out and not name.endswith("_setpoint")
    )
