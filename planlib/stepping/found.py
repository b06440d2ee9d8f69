"""What a scan along a line has found, in a sentence for whoever has typed it."""

from typing import Any

import numpy as np

from planlib.context import LastScan
from planlib.finding import find_along_axes

#: What has a highest or lowest point; an edge has its center alone.
_HUMPS = frozenset({"peak", "dip"})


def found_in(last: LastScan | None) -> str:
    """Say where the plotted counter of a scan has its peak, and how wide that is.

    Empty for maps, for scans that plot nothing, and where nothing stands out of the noise.

    Parameters
    ----------
    last
        The scan, with all that it has measured.

    Raises
    ------
    NotFoundError
        Nothing stands out of the noise.
    KeyError
        It has no such column.

    Examples
    --------
    >>> found_in(None)
    ''
    """
    if last is None or not last.axes or len(last.shape) > 1 or not last.plotted():
        return ""
    field = last.plotted()
    columns, values = [last.column(name) for name in last.set_points()], last.column(field)
    centers = find_along_axes("cen", columns, values, last.shape)
    kind = centers[0].kind
    if kind not in _HUMPS:
        where = "; ".join(
            f"{axis.name} {_with_unit(axis, at.at)}"
            for axis, at in zip(last.axes, centers, strict=True)
        )
        return f"{kind} in {field} at {where}"
    peaks = find_along_axes("peak", columns, values, last.shape)
    told = (
        f"{axis.name} {_with_unit(axis, peak.at)}, center {_with_unit(axis, center.at)}"
        f"{_width(axis, center.fwhm)}"
        for axis, peak, center in zip(last.axes, peaks, centers, strict=True)
    )
    return f"{kind} in {field} at {'; '.join(told)}"


def _with_unit(axis: Any, number: float) -> str:  # noqa: ANN401 - any device
    unit = getattr(axis, "egu", "")
    return f"{number:.6g} {unit if isinstance(unit, str) else ''}".rstrip()


def _width(axis: Any, fwhm: float) -> str:  # noqa: ANN401 - any device
    return f", FWHM {_with_unit(axis, fwhm)}" if np.isfinite(fwhm) else ""
