"""Whether axes of any framework can go where a plan sends them.

Our axes check many positions at once (``check_values``), the real axes behind them and their
backlash included. On ophyd's a position is asked for at a time (``check_value``), which for its
pseudo positioners includes the real axes. ophyd-async's are asked in the engine's event loop, where
there is one (see `planlib.reach.asynchronous`).
"""

import inspect
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planlib.errors import PlanError
from planlib.real_axes import parent_of

Floats = NDArray[np.float64]

#: Positions of a pseudo positioner of ophyd that are asked for one by one; each costs tens of µs.
MOST_ASKED = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Where an axis may go; `remark` says why nobody knows, where that is so."""

    low: float = -math.inf
    high: float = math.inf
    remark: str = ""


def limits_of(axis: Any) -> Limits:  # noqa: ANN401 - any axis of any framework
    """Give the limits of an axis, as far as it tells them without asking hardware."""
    try:
        found = axis.limits
        low, high = float(found[0]), float(found[1])
    except Exception as error:  # whatever an axis of any framework raises
        is_silent = isinstance(error, AttributeError | TypeError)
        return Limits(remark="limits unknown" if is_silent else str(error))
    if low < high:
        return Limits(low, high)
    return Limits(remark=f"its limits are {low:g} to {high:g}, which limits nothing")


def target_of(axis: object) -> float:
    """Give where an axis is set to, or is; NaN where it does not tell."""
    for name in ("target", "position"):
        value = getattr(axis, name, None)
        if isinstance(value, int | float):
            return float(value)
    return math.nan


def require_positions(axis: Any, positions: Floats) -> None:  # noqa: ANN401
    """Refuse the first of the positions of an axis, in this order, that it cannot go to.

    Raises
    ------
    PlanError
        One is no finite number.
    Exception
        What the axis raises.
    """
    require_finite(axis, positions)
    if not len(positions):
        return
    if hasattr(axis, "check_values"):
        axis.check_values(positions)
        return
    check = getattr(axis, "check_value", None)
    if check is not None and not inspect.iscoroutinefunction(check):
        _ask(check, positions, is_pseudo=parent_of(axis) is not None)


def require_finite(axis: Any, positions: Floats) -> None:  # noqa: ANN401
    """Refuse the first position that is no finite number.

    Raises
    ------
    PlanError
        With the axis and which of its positions it is.
    """
    bad = ~np.isfinite(positions)
    if bad.any():
        row = int(np.argmax(bad))
        message = (
            f"{axis.name} cannot go to {positions[row]:g}, its position {row + 1} of "
            f"{len(positions)}: give finite numbers"
        )
        raise PlanError(message)


def _ask(check: Callable[[float], object], positions: Floats, *, is_pseudo: bool) -> None:
    """Ask for the ends of a range, or for all positions where the ends do not tell enough."""
    for position in telling(positions, MOST_ASKED if is_pseudo else 2):
        check(position)


def telling(positions: Floats, most: int) -> list[float]:
    """Give so many of the positions at the most, the ends among them, in rising order.

    Examples
    --------
    >>> telling(np.array([3.0, 1.0, 2.0, 1.0]), 2)
    [1.0, 3.0]
    """
    found = np.unique(positions)
    if len(found) > most:
        found = found[np.linspace(0, len(found) - 1, most).astype(int)]
    return found.tolist()


def telling_states(states: Floats, most: int) -> list[list[float]]:
    """Give so many of the states, shape (states, axes), at the most, and the corners besides.

    What cannot be reached is mostly at a corner, and seldom alone.

    Examples
    --------
    >>> telling_states(np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), 2)[:2]
    [[0.0, 0.0], [1.0, 1.0]]
    """
    found = np.unique(states, axis=0)
    if len(found) <= most:
        return found.tolist()
    spread = found[np.linspace(0, len(found) - 1, most).astype(int)]
    return [*spread.tolist(), *_corners(found).tolist()]


def _corners(states: Floats) -> Floats:
    """Give of states those farthest in each direction that is a diagonal of the axes."""
    width = np.ptp(states, axis=0)
    centered = (states - states.mean(axis=0)) / np.where(width > 0, width, 1.0)
    chosen = {
        int(np.argmax(centered @ np.array(signs)))
        for signs in itertools.product((-1.0, 1.0), repeat=states.shape[1])
    }
    return states[sorted(chosen)]


# --- several axes over the same real ones


def require_rows(axes: Sequence[Any], rows: Floats, here: Sequence[float]) -> None:
    """Refuse positions that axes, alone or over the same real axes, cannot go to.

    This one asks nothing of an engine, see `planlib.reach.asynchronous.require_places`.

    The engine sends one axis after the other, so that each of those that share real axes is checked
    against where the ones behind it still are, as it will be.

    Parameters
    ----------
    rows
        Positions, shape (points, axes).
    here
        Where the axes are set to, one per axis; NaN where that is not known, or not yet.

    Raises
    ------
    PlanError
        One of the axes is moved by another one.
    Exception
        What the axes raise.
    """
    _require_independent(axes)
    related = families(axes)
    for column, axis in enumerate(axes):
        is_related = any(column in columns for columns in related)
        (require_finite if is_related else require_positions)(axis, rows[:, column])
    for columns in related:
        chosen = [axes[column] for column in columns]
        states = partial_states([here[column] for column in columns], rows[:, columns])
        require_states(chosen, states[np.isfinite(states).all(axis=1)])


def require_reachable(axes: Sequence[Any], rows: Floats) -> None:
    """Refuse positions, shape (points, axes), before a plan knows where its axes are.

    Raises
    ------
    Exception
        See `require_rows`, which says the rest when the axes were located.
    """
    require_rows(axes, rows, [math.nan] * len(axes))


def require_states(axes: Sequence[Any], states: Floats) -> None:
    """Refuse the first of the states, shape (states, axes), that related axes cannot have."""
    together = getattr(axes[0], "check_together", None)
    if together is not None:
        together({axis: states[:, column] for column, axis in enumerate(axes)})
        return
    parent = parent_of(axes[0])
    if parent is None:
        return
    names = [axis.attr_name for axis in axes]
    fixed = {pseudo.attr_name: pseudo.position for pseudo in parent.pseudo_positioners}
    for state in telling_states(states, MOST_ASKED):
        parent.check_value(tuple((fixed | dict(zip(names, state, strict=True))).values()))


def partial_states(here: Sequence[float], rows: Floats) -> Floats:
    """Give all states on the way through `rows` where one column changes after the other.

    Examples
    --------
    >>> partial_states([0.0, 0.0], np.array([[1.0, 2.0]])).tolist()
    [[1.0, 0.0], [1.0, 2.0]]
    """
    before = np.vstack([np.asarray(here, float), rows[:-1]])
    number = rows.shape[1]
    states = np.stack(
        [
            np.where(np.arange(number) <= column, rows, before)  # columns behind are not there yet
            for column in range(number)
        ],
        axis=1,
    )
    return states.reshape(-1, number)


def families(axes: Sequence[Any]) -> list[list[int]]:
    """Give the columns of axes that share real axes, for each group of two or more."""
    return [columns for columns in _groups(axes) if len(columns) > 1]


def _groups(axes: Sequence[Any]) -> Iterator[list[int]]:
    under = [_under(axis) for axis in axes]
    left = [column for column, found in enumerate(under) if found]
    while left:
        family, left = [left[0]], left[1:]
        shared = set(under[family[0]])
        for column in list(left):
            if shared & under[column].keys():
                family.append(column)
                left.remove(column)
                shared |= under[column].keys()
        yield family


def _require_independent(axes: Sequence[Any]) -> None:
    for axis in axes:
        moved = _under(axis)
        for other in axes:
            if other is not axis and id(other) in moved:
                message = f"{axis.name} moves {other.name}: a scan can move one of them"
                raise PlanError(message)


def _under(axis: Any) -> Mapping[int, Any]:  # noqa: ANN401
    """Give the axes that move with an axis, by identity; none for a real axis."""
    parent = parent_of(axis)
    if parent is not None:
        return {id(real): real for real in parent.real_positioners}
    found: dict[int, Any] = {}
    reals = getattr(axis, "reals", None)
    for real in reals.values() if isinstance(reals, Mapping) else ():
        found[id(real)] = real
        found |= _under(real)
    return found
