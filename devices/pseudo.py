"""Axes computed from other axes."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from ophyd import Device

from devices.errors import InvalidTargetError, MoveError, OutOfLimitsError
from devices.motor import Motor
from devices.status import DeadlineStatus, all_of

Positions = NDArray[np.float64]


class AxisFormula(Protocol):
    """Where the real axes go for a pseudo position, and back; both take and give arrays."""

    def forward(self, pseudo: Positions) -> Mapping[str, Positions]:
        """Give the position of each real axis by name; NaN where there is none."""
        ...

    def inverse(self, reals: Mapping[str, float]) -> float:
        """Give the pseudo position at which the real axes stand."""
        ...


class PseudoAxis(Device):
    """An axis whose position is computed from real axes that all move together.

    If one of the real axes fails, the others are stopped, and the position is what the axes say.

    Parameters
    ----------
    reals
        The real axes by the names that the formula uses.
    formula
        The mathematics.
    egu
        Unit of the pseudo position.
    precision
        Decimals to show.

    Examples
    --------
    The opening of a slit, over its two blades:

    >>> class Opening:
    ...     def forward(self, pseudo):
    ...         return {"left": -pseudo / 2, "right": pseudo / 2}
    ...
    ...     def inverse(self, reals):
    ...         return reals["right"] - reals["left"]
    >>> reals = {"left": left, "right": right}  # doctest: +SKIP
    >>> opening = PseudoAxis(name="opening", reals=reals, formula=Opening(), egu="mm")
    ... # doctest: +SKIP
    """

    def __init__(
        self,
        *,
        name: str,
        reals: Mapping[str, Motor],
        formula: AxisFormula,
        egu: str,
        precision: int = 3,
    ) -> None:
        super().__init__("", name=name)
        self.reals = dict(reals)
        self.formula = formula
        self.egu = egu
        self.precision = precision
        self._setpoint: float | None = None
        self._targets: dict[str, float] = {}
        self._move: DeadlineStatus | None = None
        self._is_stopping = False

    @property
    def connected(self) -> bool:
        """Whether all real axes are connected."""
        return all(axis.connected for axis in self.reals.values())

    @property
    def position(self) -> float:
        """Where the axis is, from where the real axes are."""
        return float(
            self.formula.inverse({name: axis.position for name, axis in self.reals.items()})
        )

    @property
    def hints(self) -> dict[str, Any]:
        """The pseudo position is what plots and tables show."""
        return {"fields": [self.name]}

    def wait_for_connection(self, all_signals: bool = False, timeout: float = 2.0) -> None:
        """Wait for the real axes."""
        for axis in self.reals.values():
            axis.wait_for_connection(all_signals=all_signals, timeout=timeout)

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give the position, its setpoint and the readbacks of the real axes."""
        everything = {name: axis.read() for name, axis in self.reals.items()}
        readings = {name: everything[name][axis.name] for name, axis in self.reals.items()}
        stamp = max(reading["timestamp"] for reading in readings.values())
        position = self.formula.inverse({n: r["value"] for n, r in readings.items()})
        target = self._setpoint_over(
            {n: everything[n][axis.user_setpoint.name]["value"] for n, axis in self.reals.items()}
        )
        result = OrderedDict(
            {
                self.name: {"value": float(position), "timestamp": stamp},
                f"{self.name}_setpoint": {"value": float(target), "timestamp": stamp},
            }
        )
        for name, axis in self.reals.items():
            result[axis.name] = readings[name]
        return result

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe the position, its setpoint and the real axes."""
        described: OrderedDict[str, dict[str, Any]] = OrderedDict()
        for key in (self.name, f"{self.name}_setpoint"):
            described[key] = {
                "source": f"pseudo axis over {', '.join(a.name for a in self.reals.values())}",
                "dtype": "number",
                "shape": [],
                "units": self.egu,
                "precision": self.precision,
            }
        for axis in self.reals.values():
            described[axis.name] = axis.describe()[axis.name]
        return described

    def locate(self) -> dict[str, float]:
        """Give setpoint and readback."""
        located = {name: axis.locate() for name, axis in self.reals.items()}
        return {
            "setpoint": self._setpoint_over({n: each["setpoint"] for n, each in located.items()}),
            "readback": self.position,
        }

    def _setpoint_over(self, setpoints: Mapping[str, float]) -> float:
        """Give what was asked for, while all real axes are still set to it."""
        known = self._setpoint
        if known is not None and all(
            math.isclose(setpoints[name], target, rel_tol=1e-9, abs_tol=1e-9)
            for name, target in self._targets.items()
        ):
            return known
        return float(self.formula.inverse(setpoints))

    def check_value(self, position: float) -> None:
        """Refuse a target that has no real positions or lies beyond a real axis's limits."""
        self.check_values((position,))

    def check_values(self, positions: Sequence[float]) -> None:
        """Refuse the first of many targets that `check_value` would refuse; all at once.

        Raises
        ------
        InvalidTargetError, OutOfLimitsError
            With the pseudo position, and the real axis and its limits where one stands in the way.
        """
        targets = self._as_numbers(positions)
        for name, values in self.formula.forward(targets).items():
            axis = self.reals[name]
            low, high = axis.limits
            self._refuse(~np.isfinite(values), targets, f"{axis.name} has no position for it")
            beyond = ~((low <= values) & (values <= high))
            if beyond.any():
                wanted = values[beyond][0]
                reason = (
                    f"{axis.name} would have to go to {wanted:g} {axis.egu}, and its limits are "
                    f"{low:g} to {high:g} {axis.egu}"
                )
                self._refuse(beyond, targets, reason)

    def _as_numbers(self, positions: Sequence[float]) -> Positions:
        targets = np.asarray(positions)
        if targets.dtype.kind not in "iuf":
            wrong = next((each for each in positions if not _is_number(each)), positions)
            message = f"{self.name} cannot go to {wrong!r}: that is no position"
            raise InvalidTargetError(message)
        return targets.astype(np.float64)

    def _refuse(self, bad: NDArray[np.bool_], targets: Positions, reason: str) -> None:
        if not bad.any():
            return
        target = targets[bad][0]
        message = f"{self.name} cannot go to {target:g} {self.egu}: {reason}"
        raise (OutOfLimitsError if math.isfinite(target) else InvalidTargetError)(message)

    def set(self, position: float) -> DeadlineStatus:
        """Start all real axes together; the status tells whether they all arrived."""
        self.check_value(position)
        if self._move is not None and not self._move.done and not self._is_stopping:
            message = f"{self.name} still moves; stop it first"
            raise MoveError(message)
        wanted = self.formula.forward(np.asarray([position], float))
        self._targets = {name: float(values[0]) for name, values in wanted.items()}
        self._setpoint = float(position)
        self._is_stopping = False
        moves: list[DeadlineStatus] = []
        try:
            for name, target in self._targets.items():
                moves.append(self.reals[name].set(target))
        except Exception:
            self._abandon()
            raise
        what = f"moving {self.name} to {position:g} {self.egu}"
        self._move = all_of(what, moves, self._abandon)
        return self._move

    def _abandon(self) -> None:
        """One axis failed: stop the others, and claim no setpoint that was not reached."""
        self._setpoint = None
        self.stop()

    def stop(self, *, success: bool = False) -> None:
        """Stop the real axes."""
        self._is_stopping = True
        for axis in self.reals.values():
            axis.stop(success=success)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
