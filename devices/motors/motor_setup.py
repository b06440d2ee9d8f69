"""What is set up on a motor record: where it may go, what its numbers mean."""

# ophyd annotates more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import math
from collections.abc import Sequence

import numpy as np
from ophyd.signal import EpicsSignal

from devices import channel_access
from devices.backlash import is_within, overshoots
from devices.catch_up import catch_up
from devices.errors import DiscrepancyError, InvalidTargetError, MoveError, OutOfLimitsError
from devices.finite import is_finite
from devices.keeper import Kept
from devices.motors.motor_record import MotorRecord
from devices.motors.motor_state import SPMG

#: Seconds for a put that moves nothing.
PUT_DEADLINE = 5.0


class MotorSetup(Kept, MotorRecord):
    """Check targets; redefine positions and limits."""

    #: Largest difference between setpoint and readback at rest with which a motion may begin.
    discrepancy: float | None = None

    # where it may go

    def check_value(self, position: float) -> None:
        """Refuse a target that is no number, or that the axis cannot reach from where it is.

        Raises
        ------
        InvalidTargetError, OutOfLimitsError
            With axis, value, limits and unit.
        """
        self.check_values((position,))

    def check_values(self, positions: Sequence[float]) -> None:
        """Refuse the first of many targets, visited in this order, that cannot be reached.

        Where the axis approaches from one side only, the overshoot for its backlash counts too
        (PS-28, BL-52).

        Raises
        ------
        InvalidTargetError, OutOfLimitsError
            With axis, value, limits and unit.
        MoveError
            It does not say where it stands.
        """
        low, high = self.limits
        targets = self._as_numbers(positions)
        here = self._known_position(targets[0])
        # the record keeps it in the direction of the dial
        slack = self.sign * channel_access.latest(self.backlash).value
        beyond = overshoots(here, targets, slack)
        bad = ~(is_within(targets, low, high) & is_within(beyond, low, high))
        if bad.any():
            first = int(np.argmax(bad))
            raise OutOfLimitsError(self._refusal(targets[first], beyond[first], low, high))
        self._check_switches(here, float(targets[0]))

    def _as_numbers(self, positions: Sequence[float]) -> np.ndarray:
        for position in positions:
            if not is_finite(position):
                message = f"{self.name} cannot go to {position!r}: that is no position"
                raise InvalidTargetError(message)
        return np.asarray([float(position) for position in positions])

    def _known_position(self, target: float) -> float:
        here = self.position
        if not math.isfinite(here):
            message = (
                f"{self.name} cannot go to {target:g} {self.egu}: it does not say where it stands, "
                f"its readback is {here:g}"
            )
            raise MoveError(message)
        return here

    def _refusal(self, target: float, overshoot: float, low: float, high: float) -> str:
        unit = self.egu
        limits = f"its limits are {low:g} to {high:g} {unit}"
        if low <= target <= high:
            limits = f"for its backlash it would overshoot to {overshoot:g} {unit}, and {limits}"
        return f"{self.name} cannot go to {target:g} {unit}: {limits}"

    def _check_switches(self, here: float, target: float) -> None:
        """Refuse to go further into a limit switch that is closed already (PS-27)."""
        at_low, at_high = self.switches
        if (at_high and target > here) or (at_low and target < here):
            which, way = ("high", "up") if target > here else ("low", "down")
            message = (
                f"{self.name} cannot go to {target:g} {self.egu}: it stands on its {which} limit "
                f"switch at {here:g} {self.egu} and can go no further {way}"
            )
            raise OutOfLimitsError(message)

    def check_ready(self) -> None:
        """Refuse a motion that the record would not begin, or whose start is not known.

        Raises
        ------
        MoveError
            The record is switched to Stop or Pause.
        DiscrepancyError
            Setpoint and readback differ by more than `discrepancy`: `sync` is needed (BL-54).
        """
        mode = SPMG[int(channel_access.latest(self.mode).value)]
        if mode in {"Stop", "Pause"}:
            message = f"{self.name} does not move: it is switched to {mode} (.SPMG); set it to Go"
            raise MoveError(message)
        if self.discrepancy is None or self.moving:
            return
        if not abs(self.position - self.target) <= self.discrepancy:
            message = (
                f"{self.name} stands at {self.position:g} {self.egu} but was sent to "
                f"{self.target:g} {self.egu}: check it, then take where it stands by "
                f"{self.name}.sync()"
            )
            raise DiscrepancyError(message)

    # what its numbers mean

    def set_position(self, position: float) -> None:
        """Call where it stands `position`: the offset changes, the dial does not (PS-25).

        Raises
        ------
        MoveError
            It moves, or its offset is frozen.
        """
        self._require_redefinable(position)
        if channel_access.fetch([self.offset_frozen])[0].value:
            message = f"{self.name} has its offset frozen: redefine its dial, or thaw .FOFF"
            raise MoveError(message)
        self._write(self.offset, position - self.sign * self.dial_position)

    def set_dial(self, dial: float) -> None:
        """Call the dial position where it stands `dial`; the user position stays (PS-24)."""
        self._require_redefinable(dial)
        self._write(self.use_or_set, 1)
        try:
            self._write(self.dial_setpoint, dial)
        finally:
            self._write(self.use_or_set, 0)

    def set_limits(self, low: float, high: float) -> None:
        """Write the soft limits, in user units."""
        self._write_limits(low, high, self.low_limit, self.high_limit)

    def set_dial_limits(self, low: float, high: float) -> None:
        """Write the soft limits, in dial units."""
        self._write_limits(low, high, self.dial_low_limit, self.dial_high_limit)

    def sync(self) -> None:
        """Take where it stands as its setpoint."""
        self._require_redefinable(0.0)
        self._write(self.synchronize, 1)

    # its power

    def enable(self) -> None:
        """Switch its power on."""
        self._write(self.torque, 1)

    def disable(self) -> None:
        """Switch its power off; it then moves nowhere.

        Raises
        ------
        MoveError
            It moves.
        """
        if self.moving:
            message = f"{self.name} moves: stop it before its power goes"
            raise MoveError(message)
        self._write(self.torque, 0)

    def _write_limits(
        self, low: float, high: float, low_limit: EpicsSignal, high_limit: EpicsSignal
    ) -> None:
        if not (is_finite(low) and is_finite(high) and low < high):
            message = f"{self.name}: limits run from low to high, not from {low!r} to {high!r}"
            raise InvalidTargetError(message)
        self._write(low_limit, low)
        self._write(high_limit, high)

    def _require_position(self, position: float) -> None:
        if not is_finite(position):
            message = f"{self.name} cannot stand at {position!r}: that is no position"
            raise InvalidTargetError(message)

    def _require_redefinable(self, position: float) -> None:
        self._require_position(position)
        if self.moving:
            message = f"{self.name} moves: its positions can be redefined when it stands"
            raise MoveError(message)

    def _write(self, signal: EpicsSignal, value: float) -> None:
        """Write, then see to it that what depends on it is up to date here."""
        self.require_mine()
        channel_access.write(signal, value, PUT_DEADLINE)
        catch_up((self.offset, self.direction, self.low_limit, self.high_limit))
        self.remember(*channel_access.fetch((self.user_readback, self.user_setpoint)))
