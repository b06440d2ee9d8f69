"""Whether the devices of an instrument can go where they are sent, alone and together."""

import inspect
from collections.abc import Generator, Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from blueline.positions.errors import PositionError

if TYPE_CHECKING:
    from bluesky.utils import Msg


def require_reachable(what: str, devices: Mapping[str, Any], positions: Mapping[str, Any]) -> None:
    """Refuse positions, by the names of the devices, that cannot be reached.

    Axes of ophyd-async can be asked within a plan only: `require_reachable_in_plan`.

    Raises
    ------
    PositionError
        With every device that cannot go there.
    """
    from devices import PositionSet
    from planlib.reach.positions import require_reachable as require_rows

    asked = {name: devices[name] for name in positions if _can_be_asked(devices[name])}
    numbers = _numbers(devices, positions)
    try:
        if asked:
            PositionSet(what, asked).check_value({name: positions[name] for name in asked})
        axes = [devices[name] for name in numbers]
        require_rows(axes, np.array([list(numbers.values())]))
    except Exception as error:  # whatever a device of any framework raises
        message = f"{what} cannot be reached: {error}"
        raise PositionError(message) from error


def require_reachable_in_plan(
    what: str, devices: Mapping[str, Any], positions: Mapping[str, Any]
) -> "Generator[Msg, Any, None]":
    """Do the same within a plan, in which a device of any framework can be asked."""
    from planlib.reach.asynchronous import require_places

    require_reachable(what, devices, positions)
    for name, at in positions.items():
        yield from require_places(devices[name], [at])


def _can_be_asked(device: object) -> bool:
    check = getattr(device, "check_value", None)
    return check is not None and not inspect.iscoroutinefunction(check)


def _numbers(devices: Mapping[str, Any], positions: Mapping[str, Any]) -> dict[str, float]:
    """Give the positions of what is an axis."""
    from planlib.dryrun.rehearsal import is_axis

    return {
        name: float(at)
        for name, at in positions.items()
        if isinstance(at, Real) and not isinstance(at, bool) and is_axis(devices[name])
    }
