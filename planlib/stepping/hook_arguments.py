"""What hooks are given: the scan, where it is, and the points (PS-91)."""

from typing import TYPE_CHECKING, Any

import numpy as np
from bluesky.protocols import Locatable
from bluesky.utils import Msg
from numpy.typing import NDArray

from planlib.messages import MsgGenerator
from planlib.stepping.hooks import Hook

if TYPE_CHECKING:
    from planlib.stepping.point import Points


def arguments_of(hook: Hook, points: "Points") -> MsgGenerator:
    """Give what a hook has asked for, by name."""
    given: dict[str, Any] = {}
    for name in hook.wants:
        match name:
            case "scan":
                given[name] = points.scan
            case "idx":
                given[name] = _indices(points)
            case "pos":
                given[name] = yield from _located(points)
            case _:
                given[name] = points
    return given


def _indices(points: "Points") -> list[int]:
    """Give the place of the point along the way of each axis; its number without axes.

    Axes that move together have the same; on a grid each counts its own positions.
    """
    trajectory = points.scan.trajectory
    if not points.scan.axes:
        return [points.index]
    if len(trajectory.shape) < 2:
        return [points.row] * len(points.scan.axes)
    if points.places is None:
        points.places = np.column_stack([_numbered(each) for each in trajectory.positions.T])
    return points.places[points.row].tolist()


def _numbered(positions: NDArray[np.float64]) -> NDArray[np.intp]:
    """Give positions numbers in the order in which each comes first."""
    _, first, which = np.unique(positions, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[which]


def _located(points: "Points") -> MsgGenerator:
    """Ask the axes where they are; where they were sent to if they do not tell."""
    found: list[float | None] = []
    for axis, target in zip(points.scan.axes, points.targets, strict=True):
        if isinstance(axis, Locatable):
            location = yield Msg("locate", axis)
            found.append(location["readback"] if location else target)
        else:
            found.append(getattr(axis, "position", target))
    return found
