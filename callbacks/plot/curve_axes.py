"""Draw curves, and what was found in them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from callbacks.plot.arrange import reversals
from callbacks.plot.extremes import within
from callbacks.plot.labels import measured, placed, plain
from callbacks.plot.views import Line, Marks, Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from numpy.typing import NDArray

#: Fewer points than this are drawn as dots on their line.
_FEW_POINTS = 200
#: An axis that turns round more often than a loop of hysteresis does was sent to and fro: lines
#: between its points would say nothing.
_MOST_TURNS = 2
#: Numbers along an abscissa, at most: energies of a spectrum are long.
_MOST_TICKS = 8
_FOUND = "tab:red"
#: Curves, without the color of what was found in them; the newest spectrum and the mean.
_COLORS: tuple[str, ...] = ("C0", "C1", "C2", "C4", "C5", "C6", "C8", "C9", "C7", "k") * 10
_SPECTRA: tuple[str, ...] = ("0.7", "C0")
#: Powers of ten between which numbers are written out.
_PLAIN_POWERS = (-4, 7)
_LEGEND_SIZE = 8
#: Characters of legend in one row above a plot, and of those what a sample of a line takes.
_LEGEND_WIDTH, _HANDLE = 104, 8
_MOST_COLUMNS = 5
#: Curves of earlier scans, from the newest to the oldest.
_NEWEST_GREY, _OLDEST_GREY = 0.45, 0.85
#: A spectrum is drawn logarithmically where its highest channel has more than this.
_STEEP = 100.0


def draw_panel(axes: "Axes", panel: Panel) -> None:
    """Draw one plot with its legend above it."""
    handles = _earlier(axes, panel.earlier)
    curves = list(zip(panel.left, _colors_of(panel), strict=False))
    handles += [_curve(axes, line, color, panel.is_histogram) for line, color in curves]
    axes.set_xlabel(plain(panel.x_label))
    axes.set_ylabel(plain(panel.left_label))
    axes.grid(alpha=0.3)
    tidy(axes)
    if panel.is_histogram:
        _steep(axes, panel)
    right = axes
    if panel.right:
        right, lines = _right(axes, panel)
        handles += lines
    if panel.marks is not None and panel.is_right_marked:
        handles += _marks(right, panel.right[0], panel.marks)
    elif panel.marks is not None:
        handles += _marks(axes, curves[0][0], panel.marks)
    if len(handles) > 1:
        _legend(axes, handles)


def tidy(axes: "Axes") -> None:
    """Leave room beside the curves, and write numbers out that can be read."""
    axes.margins(x=0.02)
    axes.locator_params(axis="x", nbins=_MOST_TICKS)
    _ticks(axes)


def _colors_of(panel: Panel) -> Sequence[str]:
    return _SPECTRA if panel.is_histogram and len(panel.left) > 1 else _COLORS


def _ticks(axes: "Axes") -> None:
    """Write numbers out, unless they are very large or small."""
    axes.ticklabel_format(axis="both", useOffset=False, scilimits=_PLAIN_POWERS)


def _curve(axes: "Axes", line: Line, color: str, is_histogram: bool) -> "Line2D":
    is_joined = is_histogram or reversals(line.x) <= _MOST_TURNS
    are_dots = line.x.size <= _FEW_POINTS or not is_joined
    (drawn,) = axes.plot(
        line.x,
        line.y,
        marker="" if is_histogram else ".",
        markevery=None if are_dots else alone(line.y),
        linestyle="-" if is_joined else "",
        markersize=5,
        color=color,
        linewidth=1,
        drawstyle="steps-mid" if is_histogram else "default",
        label=plain(line.label),
    )
    return drawn


def alone(values: "NDArray[np.float64]") -> list[int]:
    """Give the points between two gaps, of which a line shows nothing."""
    missing = np.pad(np.isnan(values), 1, constant_values=True)
    return np.flatnonzero(~missing[1:-1] & missing[:-2] & missing[2:]).tolist()


def _earlier(axes: "Axes", lines: tuple[Line, ...]) -> "list[Line2D]":
    drawn: list[Line2D] = []
    for index, line in enumerate(lines):
        part = index / max(len(lines) - 1, 1)
        grey = _NEWEST_GREY + part * (_OLDEST_GREY - _NEWEST_GREY)
        (curve,) = axes.plot(
            line.x, line.y, color=str(grey), linewidth=1, label=plain(line.label), zorder=1
        )
        drawn.append(curve)
    return drawn


def _right(axes: "Axes", panel: Panel) -> "tuple[Axes, list[Line2D]]":
    """Draw the right axis, each axis in the color of its curve where it has one only."""
    right = axes.twinx()
    colors = _COLORS[len(panel.left) :]
    curves = zip(panel.right, colors, strict=False)
    lines = [_curve(right, line, color, is_histogram=False) for line, color in curves]
    right.set_ylabel(plain(panel.right_label))
    _ticks(right)
    both = ((axes, panel.left, _COLORS[0]), (right, panel.right, colors[0]))
    for side, some, color in both:
        if len(some) == 1:
            side.yaxis.label.set_color(color)
            side.tick_params(axis="y", colors=color)
    axes.set_zorder(right.get_zorder() + 1)  # clicks, and what was found, belong to the left
    axes.patch.set_visible(False)
    return right, lines


def _steep(axes: "Axes", panel: Panel) -> None:
    highest = max((float(np.nanmax(line.y, initial=0.0)) for line in panel.left), default=0.0)
    if highest > _STEEP:
        axes.set_yscale("symlog", linthresh=1)
        axes.set_ylim(bottom=0)


def _marks(axes: "Axes", line: Line, marks: Marks) -> "list[Line2D]":
    if marks.peak.kind == "edge":
        return _edge(axes, line, marks)
    handles = _fit(axes, line, marks)
    peak, span = marks.peak, float(np.nanmax(line.x) - np.nanmin(line.x))
    is_peak = peak.kind == "peak"
    top_at, top = (peak.peak_at, peak.peak) if is_peak else (peak.minimum_at, peak.minimum)
    word, marker = ("peak", "v") if is_peak else ("lowest", "^")
    found = [(top_at, top, marker, word)]
    if is_peak:  # the center of mass is that of what is above the minimum
        found.append((peak.com, _foot(axes), "|", "com"))
    for at, height, shape, name in found:
        if np.isfinite(at):
            text = f"{name} {placed(at, span, marks.units)}"
            place = within(np.array([[at], [height]]))
            handles += axes.plot(
                *place, shape, color=_FOUND, markersize=7, label=plain(text), zorder=4
            )
    if np.isfinite(peak.center):
        width = placed(peak.fwhm, span, marks.units) if np.isfinite(peak.fwhm) else ""
        text = f"cen {placed(peak.center, span, marks.units)}"
        handles.append(_vertical(axes, peak.center, f"{text}\nFWHM {width}" if width else text))
    return handles


def _foot(axes: "Axes") -> float:
    low, high = axes.get_ylim()
    return low + 0.04 * (high - low)


def _fit(axes: "Axes", line: Line, marks: Marks) -> "list[Line2D]":
    fit = marks.fit
    if fit is None or not fit.success:
        return []
    fine = np.linspace(float(np.nanmin(line.x)), float(np.nanmax(line.x)), 500)
    text = (
        f"Gaussian fit: center {measured(fit.center, fit.center_error, marks.units)}\n"
        f"FWHM {measured(fit.fwhm, fit.fwhm_error, marks.units)}, "
        f"height {measured(fit.amplitude, fit.amplitude_error)}"
    )
    return axes.plot(fine, within(fit.curve(fine)), color=_FOUND, linewidth=1.2, label=plain(text))


def _edge(axes: "Axes", line: Line, marks: Marks) -> "list[Line2D]":
    if marks.edge is not None:
        return [_vertical(axes, marks.edge[0], f"edge at {measured(*marks.edge, marks.units)}")]
    center = marks.peak.center
    if not np.isfinite(center):
        return []
    span = float(np.nanmax(line.x) - np.nanmin(line.x))
    return [_vertical(axes, center, f"edge at {placed(center, span, marks.units)}")]


def _vertical(axes: "Axes", at: float, text: str) -> "Line2D":
    return axes.axvline(at, color=_FOUND, linewidth=1, linestyle=":", label=plain(text))


def _legend(axes: "Axes", handles: "list[Line2D]") -> None:
    """Put the legend above the plot, where it covers no data, in as many columns as fit."""
    labels = [str(handle.get_label()) for handle in handles]
    axes.legend(
        handles=handles,
        fontsize=_LEGEND_SIZE,
        ncols=columns_for(labels),
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        borderaxespad=0.2,
        frameon=False,
        handlelength=1.6,
    )


def columns_for(labels: Sequence[str]) -> int:
    """Give the number of columns, filled one after the other, that fit above a plot."""
    widths = [max(map(len, label.split("\n"))) + _HANDLE for label in labels]
    for columns in range(min(len(labels), _MOST_COLUMNS), 1, -1):
        if sum(part.max() for part in np.array_split(widths, columns)) <= _LEGEND_WIDTH:
            return columns
    return 1
