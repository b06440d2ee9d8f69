"""What was asked of a move: which axis goes where, checked before anything moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from blueline.errors import BluelineError
from blueline.shell.axis_view import from_dial
from blueline.shell.desk import is_axis
from planlib.checks import require_number
from planlib.reach.positions import target_of

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: How the numbers are meant: user positions, distances, dial positions, distances on the dial.
Meaning = Literal["user", "relative", "dial", "dial relative"]


@dataclass(frozen=True)
class Target:
    """Where an axis, or a device with states such as a shutter, is sent."""

    axis: Any
    value: Any

    @property
    def is_number(self) -> bool:
        """Whether it is an axis that is sent to a number."""
        return is_axis(self.axis)


def targets(
    desk: "Desk",
    command: str,
    arguments: Sequence[object],
    named: Mapping[str, object],
    meaning: Meaning = "user",
) -> list[Target]:
    """Give the targets that ``command(x, 1, y, 2)`` or ``command(x=1, y=2)`` means.

    Raises
    ------
    BluelineError
        These are no pairs, something is no axis or has no dial, or an axis is named twice.
    PlanError
        A position is no finite number.
    """
    if len(arguments) % 2 or not (arguments or named):
        message = (
            f"{command} takes axes and positions in turn, such as {command}(x, 1.5): "
            "an axis or a position is missing"
        )
        raise BluelineError(message)
    pairs = [*zip(arguments[::2], arguments[1::2], strict=True), *named.items()]
    found = [_target(desk, command, axis, value, meaning) for axis, value in pairs]
    names = [target.axis.name for target in found]
    for name in names:
        if names.count(name) > 1:
            message = f"{command} was given {name} twice: name each axis once"
            raise BluelineError(message)
    return found


def _target(desk: "Desk", command: str, wanted: object, value: object, meaning: Meaning) -> Target:
    device = _movable(desk, command, wanted)
    desk.require_connected([device])
    if meaning == "user" and not is_axis(device):
        return Target(device, _state(value))
    axis = desk.axis(device)
    number = require_number(f"the position of {axis.name}", value)
    return Target(axis, meant(axis, number, meaning))


def _state(value: object) -> object:
    """Give the name of a state; ``mv shutter open`` names Python's own function `open`."""
    return "open" if value is open else value


def _movable(desk: "Desk", command: str, wanted: object) -> Any:  # noqa: ANN401 - any device
    """Give a device that can be set; one that is told by name may be no axis."""
    device = wanted
    if isinstance(wanted, str):
        device = desk.session.devices.get(wanted) or desk.axis(wanted)
    if not callable(getattr(device, "set", None)) or not hasattr(device, "name"):
        message = (
            f"{command} takes axes and positions in turn, {command}(x, 1.5), not {wanted!r:.60}"
        )
        raise BluelineError(message)
    return device


def meant(axis: Any, number: float, meaning: Meaning) -> float:  # noqa: ANN401 - any axis
    """Give the user position that a number means.

    Distances count from where the axis was sent last, so that they do not add up what it missed.

    Raises
    ------
    BluelineError
        The axis has no dial.
    """
    if meaning == "user":
        return number
    if meaning == "relative":
        return target_of(axis) + number
    if not hasattr(axis, "to_dial"):
        message = f"{axis.name} has no dial: give user positions, umv({axis.name}, ...)"
        raise BluelineError(message)
    if meaning == "dial":
        return from_dial(axis, number)
    return target_of(axis) + axis.sign * number
