"""A trajectory as a picture."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from planlib.trajectories.trajectory import Trajectory

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Above this number of points they are drawn as a line only.
_MOST_MARKED = 2000


def draw(trajectory: Trajectory, names: Sequence[str] = (), units: Sequence[str] = ()) -> "Figure":
    """Draw where the axes go: two as a path in their plane, others against the point.

    Count times, where they differ, stand below; breakpoints are dashed lines.

    Parameters
    ----------
    trajectory
        What is drawn.
    names, units
        Of the axes.

    Examples
    --------
    >>> from planlib.trajectories import line
    >>> draw(line([(0, 5)], 10), ["x"], ["mm"]).savefig("path.png")  # doctest: +SKIP
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - takes 0.3 s

    timed = trajectory.count_times is not None
    figure = Figure(figsize=(6, 5 if timed else 4), layout="constrained")
    panels: Any = figure.subplots(1 + timed, squeeze=False, height_ratios=[3, 1] if timed else [1])[
        :, 0
    ]
    labels = _labels(trajectory, names, units)
    if len(labels) == 2:
        _draw_path(panels[0], trajectory, labels)
    else:
        _draw_columns(panels[0], trajectory, labels)
    if trajectory.count_times is not None:
        panels[1].step(np.arange(len(trajectory)), trajectory.count_times, where="mid")
        panels[1].set(xlabel="point", ylabel="count time (s)")
    panels[0].set_title(f"{len(trajectory)} points")
    return figure


def _draw_path(panel: Any, trajectory: Trajectory, labels: Sequence[str]) -> None:  # noqa: ANN401
    x, y = trajectory.positions.T
    panel.plot(x, y, color="0.7", linewidth=0.8, zorder=1)
    if len(trajectory) <= _MOST_MARKED:
        panel.scatter(x, y, c=np.arange(len(x)), s=12, zorder=2)
    panel.plot(x[:1], y[:1], "o", color="tab:green", label="start")
    panel.plot(x[-1:], y[-1:], "s", color="tab:red", label="end")
    panel.set(xlabel=labels[0], ylabel=labels[1])
    panel.legend(loc="best", fontsize="small")


def _draw_columns(panel: Any, trajectory: Trajectory, labels: Sequence[str]) -> None:  # noqa: ANN401
    marker = "." if len(trajectory) <= _MOST_MARKED else ""
    for column, label in zip(trajectory.positions.T, labels, strict=True):
        panel.plot(column, marker=marker, linewidth=0.8, label=label)
    for index in trajectory.breakpoints:
        panel.axvline(index + 0.5, color="0.7", linestyle="--", linewidth=0.8)
    panel.set(xlabel="point", ylabel=labels[0] if len(labels) == 1 else "position")
    if len(labels) > 1:
        panel.legend(loc="best", fontsize="small")


def _labels(trajectory: Trajectory, names: Sequence[str], units: Sequence[str]) -> list[str]:
    columns = range(trajectory.positions.shape[1])
    found = [names[column] if column < len(names) else f"axis {column + 1}" for column in columns]
    return [
        f"{name} ({units[column]})" if column < len(units) and units[column] else name
        for column, name in enumerate(found)
    ]
