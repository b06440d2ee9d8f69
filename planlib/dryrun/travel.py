"""How long axes of any framework travel, as far as they tell."""

import inspect
import math
from typing import Any

import numpy as np

from planlib.reach.asynchronous import awaited
from planlib.reach.positions import Floats
from planlib.real_axes import parent_of

#: Seconds for a signal of a connected stock device.
_SIGNAL_DEADLINE = 0.5


def travel_seconds(axis: Any, positions: Floats) -> Floats | None:  # noqa: ANN401 - any axis
    """Give the seconds of moves from here to the first position, and on from each to the next.

    Ours tell by ``travel_times``; of stock motors it follows from their ``velocity`` and from the
    seconds to it: ``acceleration`` in ophyd, ``acceleration_time`` in ophyd-async. None where
    nobody knows.
    """
    tell = getattr(axis, "travel_times", None)
    try:
        if tell is not None:
            return np.asarray(tell(positions), float)
        if parent_of(axis) is not None:
            return None
        velocity = signal_value(axis, "velocity")
        if velocity is None or not velocity > 0:
            return None
        seconds = signal_value(axis, "acceleration_time") or signal_value(axis, "acceleration")
        start = float(getattr(axis, "position", positions[0]))
        return trapezoid_seconds(start, positions, velocity, seconds or 0.0)
    except Exception:  # a device of any framework; an estimate may do without it
        return None


def trapezoid_seconds(
    start: float, positions: Floats, velocity: float, acceleration_time: float
) -> Floats:
    """Give the seconds of trapezoidal moves from point to point (acquisition 10.5)."""
    paths = np.abs(np.diff(positions, prepend=start))
    if acceleration_time <= 0:
        return paths / velocity
    short = paths < velocity * acceleration_time
    briefly = 2 * np.sqrt(paths * acceleration_time / velocity)
    return np.where(short, briefly, paths / velocity + acceleration_time)


def signal_value(device: object, name: str) -> float | None:
    """Give the number of a signal of a stock device; None where it has none, or does not tell."""
    signal = getattr(device, name, None)
    return None if signal is None else number_of(signal)


def number_of(signal: Any) -> float | None:  # noqa: ANN401
    """Give the number that a stock signal holds; None where it does not tell.

    One of ophyd-async tells outside of the engine's event loop only.
    """
    if inspect.iscoroutinefunction(getattr(signal, "get_value", None)):
        value = awaited(signal.get_value())
        return float(value) if isinstance(value, int | float) else None
    if not hasattr(signal, "get") or not getattr(signal, "connected", True):
        return None
    try:
        value = float(_value_of(signal))
    except Exception:  # it is not connected, whatever its framework calls that, or holds no number
        return None
    return value if math.isfinite(value) else None


def _value_of(signal: Any) -> Any:  # noqa: ANN401
    try:
        return signal.get(timeout=_SIGNAL_DEADLINE)
    except TypeError:  # soft signals take no timeout
        return signal.get()
