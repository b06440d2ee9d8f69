"""Draw maps, clouds and images, each with its color bar."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from callbacks.plot.labels import plain
from callbacks.plot.views import Image, Map, Scatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

#: What a map shows where nothing was measured.
_NOT_MEASURED = "0.88"
#: Lengths are drawn to scale unless that makes a picture as thin as this.
_THIN = 4.0
#: So many hot or dead pixels do not decide the colors of an image, and this part of a small one.
_ODD_PIXELS, _ODD_PART = 12, 0.001
#: Pixels of an image that are drawn at most, each way.
_MOST_PIXELS = 1024
_TITLE_SIZE = 9
#: Area of a point of a cloud in square points: so much for one, shared by many, not less.
_LARGEST, _SHARED, _SMALLEST = 60.0, 12000.0, 4.0


def draw_map(axes: "Axes", view: Map) -> None:
    """Draw a map; what was not measured is grey."""
    axes.set_facecolor(_NOT_MEASURED)
    shown = axes.pcolormesh(edges(view.x), edges(view.y), np.ma.masked_invalid(view.values))
    missing = "   grey: not measured" if np.isnan(view.values).any() else ""
    _finish(axes, view, shown, missing)


def draw_scatter(axes: "Axes", view: Scatter) -> None:
    """Draw points in the plane; those without a value are hollow."""
    known = np.isfinite(view.values)
    size = min(_LARGEST, max(_SHARED / max(view.x.size, 1), _SMALLEST))
    axes.scatter(view.x[~known], view.y[~known], s=size, facecolors="none", edgecolors="0.5")
    shown = axes.scatter(view.x[known], view.y[known], c=view.values[known], s=size)
    axes.grid(alpha=0.3)
    axes.set_axisbelow(True)
    _finish(axes, view, shown)


def draw_image(axes: "Axes", view: Image) -> None:
    """Draw a frame, its first row on top; large ones coarser, with their pixels' numbers."""
    rows, columns = view.values.shape
    coarse = view.values[:: -(-rows // _MOST_PIXELS), :: -(-columns // _MOST_PIXELS)]
    finite = coarse[np.isfinite(coarse)]
    low, high = _shown_between(finite)
    shown = axes.imshow(
        coarse,
        extent=(-0.5, columns - 0.5, rows - 0.5, -0.5),
        vmin=low,
        vmax=high if high > low else low + 1,
        cmap="inferno",
        interpolation="nearest",
        aspect="equal" if max(rows, columns) < _THIN * min(rows, columns) else "auto",
    )
    _bar(axes, shown, f"{view.title} ({view.label})" if view.label else view.title)
    axes.set_xlabel("column (pixel)")
    axes.set_ylabel("row (pixel)")


def _shown_between(finite: Floats) -> tuple[float, float]:
    """Give the values between which an image has colors: a spot of few pixels has them all."""
    if not finite.size:
        return 0.0, 1.0
    odd = min(_ODD_PIXELS / finite.size, _ODD_PART)
    low, high = np.quantile(finite, [odd, 1 - odd])
    return float(low), float(high)


def edges(centers: Floats) -> Floats:
    """Give the borders of the cells around evenly spaced centers."""
    step = (centers[-1] - centers[0]) / (centers.size - 1) if centers.size > 1 else 1.0
    step = step or 1.0
    return np.append(centers - step / 2, centers[-1] + step / 2)


def _finish(
    axes: "Axes",
    view: Map | Scatter,
    shown: Any,  # noqa: ANN401 - a mappable
    remark: str = "",
) -> None:
    _bar(axes, shown, view.label + remark)
    axes.set_xlabel(plain(view.x_label))
    axes.set_ylabel(plain(view.y_label))
    if view.is_one_unit and _is_drawable_to_scale(view.x, view.y):
        axes.set_aspect("equal", adjustable="box")


def _is_drawable_to_scale(x: Floats, y: Floats) -> bool:
    width, height = (float(np.nanmax(at) - np.nanmin(at)) for at in (x, y))
    return width < _THIN * height and height < _THIN * width


def _bar(axes: "Axes", shown: Any, label: str) -> None:  # noqa: ANN401 - a mappable
    """Draw what the colors mean; what they show is said above, where long names have room."""
    beside = axes.inset_axes((1.03, 0.0, 0.04, 1.0))  # as high as the axes, whatever their shape
    axes.figure.colorbar(shown, cax=beside)
    axes.set_title(plain(label), fontsize=_TITLE_SIZE, loc="left")
