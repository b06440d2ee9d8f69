"""Axes that turn round and round (BL-64)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from devices.axes.axis import Axis, Positions, Value
from devices.axes.kinematics import folded, nearest_turn
from devices.axes.pseudo import PseudoAxis
from devices.axes.target_check import Limits
from devices.errors import InvalidTargetError
from devices.finite import is_finite, require_finite
from devices.status import DeadlineStatus


class ModuloAxis(PseudoAxis):
    """An axis whose positions repeat, such as a rotation after 360°.

    It goes to the turn of the target that is nearest to where it is and within the limits of the
    axis under it. Every number is a target: 370 is 10, so that relative scans may pass zero.

    Parameters
    ----------
    name
        What users type, and the name of the column in the data.
    axis
        The axis that turns.
    period
        After which positions repeat, in the units of `axis`.
    origin
        The lowest position that is shown; the highest is just below one period more.
    options
        `precision`, `description`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from devices import ModuloAxis, SoftAxis
    >>> stage = SimpleNamespace(turned=725.0)
    >>> phi = ModuloAxis(name="phi", axis=SoftAxis(stage, "turned", name="turned", egu="deg"))
    >>> phi.position
    5.0
    >>> phi.set(-10).wait(10)
    >>> stage.turned, phi.position
    (710.0, 350.0)
    """

    def __init__(
        self,
        *,
        name: str,
        axis: Axis,
        period: float = 360.0,
        origin: float = 0.0,
        **options: Any,  # noqa: ANN401 - those of DerivedAxis
    ) -> None:
        if not (is_finite(period) and period > 0):
            message = f"{name}: positions repeat after a positive number, not after {period!r}"
            raise InvalidTargetError(message)
        require_finite(f"the origin of {name}", origin, "a number")
        self.period = period
        self.origin = origin
        turns = _Turns(axis, period, origin)
        super().__init__(name=name, reals={axis.name: axis}, formula=turns, egu=axis.egu, **options)

    @property
    def limits(self) -> Limits:
        """None: every position is some turn's."""
        return float("-inf"), float("inf")

    def set(self, position: float) -> DeadlineStatus:
        """Turn to the nearest position that is `position` up to whole periods."""
        self.check_value(position)
        return super().set(float(folded(position, self.period, self.origin)))


class _Turns:
    """Fold the position of an axis; unfold a target to the turn that is nearest to where it is."""

    def __init__(self, axis: Axis, period: float, origin: float) -> None:
        self._axis = axis
        self._period = period
        self._origin = origin

    def forward(self, pseudo: Positions) -> Mapping[str, Positions]:
        here, limits = self._axis.position, self._axis.limits
        return {self._axis.name: np.asarray(nearest_turn(pseudo, here, self._period, limits))}

    def inverse(self, reals: Mapping[str, Value]) -> Value:
        return folded(reals[self._axis.name], self._period, self._origin)
