"""Many axes as one: where they stand is kept, and restored all together."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

from collections import OrderedDict
from collections.abc import Collection, Mapping
from typing import Any

from devices.axes.together import abandon, start_together, stop_all
from devices.errors import DeviceError, InvalidTargetError, OutOfLimitsError
from devices.status import DeadlineStatus

Positions = Mapping[str, float]


class PositionSet:
    """Axes that are moved together to positions by name; limits are checked before any moves.

    Parameters
    ----------
    axes
        Motors, pseudo axes or whatever has `set`, `stop`, `locate` and `check_value`, by name.

    Examples
    --------
    >>> stage = PositionSet("stage", {"x": x, "y": y})  # doctest: +SKIP
    >>> aligned = stage.positions()  # doctest: +SKIP
    >>> RE(bps.mv(stage, aligned))  # doctest: +SKIP
    >>> stage.restore(aligned, exclude=["y"]).wait()  # doctest: +SKIP
    """

    def __init__(self, name: str, axes: Mapping[str, Any]) -> None:
        self.name = name
        self.parent = None
        self.axes = dict(axes)
        self._last: dict[str, object] = {}

    def positions(self) -> dict[str, float]:
        """Give where all axes are set to now; what `set` takes."""
        return {name: axis.locate()["setpoint"] for name, axis in self.axes.items()}

    def check_value(self, positions: Positions) -> None:
        """Refuse positions that cannot be reached, all of them in one sentence.

        Raises
        ------
        InvalidTargetError
            An axis is not one of these.
        OutOfLimitsError
            With every axis that cannot go there.
        """
        unknown = sorted(set(positions) - set(self.axes))
        if unknown or not positions:
            known = ", ".join(self.axes)
            message = f"{self.name} has the axes {known}, not {', '.join(unknown) or 'none'}"
            raise InvalidTargetError(message)
        refusals: list[str] = []
        for name, position in positions.items():
            try:
                self.axes[name].check_value(position)
            except DeviceError as error:
                refusals.append(str(error))
        if refusals:
            raise OutOfLimitsError("; ".join(refusals))

    def set(self, positions: Positions) -> DeadlineStatus:
        """Start these axes together; if one fails the others of them are stopped."""
        self.check_value(positions)
        words = ", ".join(f"{name} {position:g}" for name, position in positions.items())
        targets = [(self.axes[name], position) for name, position in positions.items()]
        move = object()
        self._last |= dict.fromkeys(positions, move)

        def failed() -> None:
            # an axis that was stopped and sent elsewhere since is not part of this any more
            abandon(self.axes[name] for name in positions if self._last[name] is move)

        return start_together(
            f"moving {self.name} to {words}", targets, lambda axis, at: axis.set(at), failed
        )

    def restore(self, positions: Positions, exclude: Collection[str] = ()) -> DeadlineStatus:
        """Go back to kept positions, except those of the axes in `exclude`."""
        unknown = sorted(set(exclude) - set(self.axes))
        if unknown:
            message = f"{self.name} has no axes {', '.join(unknown)} to leave out"
            raise InvalidTargetError(message)
        return self.set({name: p for name, p in positions.items() if name not in exclude})

    def stop(self, *, success: bool = False) -> None:
        """Stop all axes.

        Raises
        ------
        Exception
            What the first one that cannot be stopped raises; the others are.
        """
        errors = stop_all(self.axes.values(), success=success)
        if errors:
            raise errors[0]

    def locate(self) -> dict[str, dict[str, float]]:
        """Give where all are set to and where they are."""
        located = {name: axis.locate() for name, axis in self.axes.items()}
        return {
            side: {name: each[side] for name, each in located.items()}
            for side in ("setpoint", "readback")
        }

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give what all axes read."""
        return OrderedDict(pair for axis in self.axes.values() for pair in axis.read().items())

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe what all axes read."""
        return OrderedDict(pair for axis in self.axes.values() for pair in axis.describe().items())

    def __repr__(self) -> str:
        return f"PositionSet({self.name!r}, {', '.join(self.axes)})"
