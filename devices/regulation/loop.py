"""Regulation: a loop holds an input at its setpoint by an output, and is an axis."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import logging
import math
import threading
import time
from collections import OrderedDict
from typing import Any

from ophyd import Device

from devices.channel_access import MAJOR_ALARM
from devices.data_keys import number_key
from devices.errors import InvalidTargetError, MoveError, OutOfLimitsError
from devices.finite import is_finite, is_number, require_finite
from devices.keeper import Kept
from devices.regulation.looks import Looks
from devices.regulation.loop_ends import require_finite_value
from devices.regulation.settling import Deadband, Ramp
from devices.status import DeadlineStatus

log = logging.getLogger(__name__)

#: Seconds for the input to settle after the ramp has ended.
SETTLE_DEADLINE = 600.0
#: Failures in a row of input or output that end the regulation where nobody says (BL-135).
ATTEMPTS = 3
_SECONDS = "a number of seconds"


class RegulationLoop(Kept, Device):
    """The axis of a loop: setting it ramps the setpoint and is done when the input has settled.

    A subclass says how often it looks and what it does then, by `period` and `_regulate`.

    Parameters
    ----------
    low, high
        Allowed setpoints.
    ramp_rate
        Units per minute; 0 steps.
    deadband
        When the input has settled.
    wait_for
        ``"deadband"``: done when settled; ``"ramp"``: done when the ramp has ended (BL-133).
    settle_deadline
        Seconds for that after the end of the ramp.
    attempts
        Failures in a row of input or output that end the regulation (BL-135).
    """

    #: What is monitored, as of stock positioners: the input.
    SUB_READBACK = "readback"
    _default_sub = SUB_READBACK
    #: Seconds between two looks.
    period = 0.1

    def __init__(  # noqa: PLR0913 - all that the declaration of a loop may say
        self,
        *,
        name: str,
        egu: str = "",
        low: float = -math.inf,
        high: float = math.inf,
        ramp_rate: float = 0.0,
        deadband: Deadband | None = None,
        wait_for: str = "deadband",
        settle_deadline: float = SETTLE_DEADLINE,
        attempts: int = ATTEMPTS,
        **kwargs: Any,  # noqa: ANN401 - what ophyd's Device takes
    ) -> None:
        kwargs.setdefault("prefix", "")
        super().__init__(name=name, **kwargs)
        if wait_for not in {"deadband", "ramp"}:
            message = f"{name} waits for 'deadband' or 'ramp', not {wait_for!r}"
            raise InvalidTargetError(message)
        self.egu = egu
        self.limits = _checked_limits(name, low, high)
        self.deadband = deadband or Deadband()
        self.wait_for = wait_for
        seconds = require_finite(f"the settle_deadline of {name}", settle_deadline, _SECONDS)
        self._settle_deadline = seconds
        if isinstance(attempts, bool) or not isinstance(attempts, int) or attempts < 1:
            message = f"{name} gives up after 1 or more failures, not after {attempts!r}"
            raise InvalidTargetError(message)
        self.attempts = attempts
        self._lock = threading.RLock()
        self._ramp: Ramp | None = None
        self._ramp_rate = self._checked_rate(ramp_rate)
        self._move: DeadlineStatus | None = None
        self._looks: Looks | None = None
        self._failure: str | None = None

    # --- what a subclass does

    def measure(self) -> float:
        """Give the input now; may raise, and may take a moment."""
        raise NotImplementedError

    def _regulate(self, setpoint: float, measured: float, seconds: float) -> None:
        """Act on what was measured `seconds` after the last time."""
        raise NotImplementedError

    def _released(self) -> None:
        """Leave the output as it is safe: nobody regulates any more."""

    # --- the axis

    @property
    def position(self) -> float:
        """The input, now."""
        return self.measure()

    @property
    def setpoint(self) -> float:
        """Where the input is to be now; on a ramp, not yet the target."""
        return math.nan if self._ramp is None else self._ramp.value

    @property
    def target(self) -> float:
        """Where the setpoint goes."""
        return math.nan if self._ramp is None else self._ramp.target

    @property
    def moving(self) -> bool:
        """Whether a move of ours is under way."""
        return self._move is not None and not self._move.done

    @property
    def ramp_rate(self) -> float:
        """Units per minute; 0 steps. A change acts on a ramp under way."""
        return self._ramp_rate

    @ramp_rate.setter
    def ramp_rate(self, rate: float) -> None:
        rate = self._checked_rate(rate)
        self.require_mine()
        with self._lock:
            self._ramp_rate = rate
            if self._ramp is not None:
                self._ramp.rate = rate

    def _checked_rate(self, rate: float) -> float:
        if not (is_finite(rate) and rate >= 0):
            message = f"{self.name} ramps at 0 or more {self.egu}/min, not at {rate!r}"
            raise InvalidTargetError(message)
        return float(rate)

    @property
    def is_regulating(self) -> bool:
        """Whether somebody looks after the output."""
        return self._looks is not None and self._looks.go_on

    @property
    def failure(self) -> str | None:
        """Why it regulates no more; None where it does, or where it was switched off."""
        return self._failure

    @property
    def is_suspended(self) -> bool:
        """Whether it looks, but is not allowed to act just now."""
        return False

    def check_value(self, position: float) -> None:
        """Refuse a setpoint that is no number or lies beyond the limits.

        Raises
        ------
        InvalidTargetError, OutOfLimitsError
            With the setpoint and what is allowed.
        """
        low, high = self.limits
        if not is_finite(position):
            message = (
                f"{self.name} cannot be set to {position!r}: it takes a number from {low:g} to "
                f"{high:g} {self.egu}"
            )
            raise InvalidTargetError(message.rstrip())
        if not low <= position <= high:
            message = (
                f"{self.name} cannot be set to {position:g} {self.egu}: its limits are {low:g} to "
                f"{high:g} {self.egu}"
            )
            raise OutOfLimitsError(message)

    def set(self, position: float) -> DeadlineStatus:
        """Ramp to a new setpoint; starts to regulate if nobody does.

        A call during a ramp redirects it: the status of before fails.

        Raises
        ------
        InvalidTargetError, OutOfLimitsError
            As `check_value` does.
        DeviceError
            The input, where the ramp would begin, is no number.
        """
        self.check_value(position)
        self.require_mine()
        with self._lock:
            self._begin(float(position))
            move = self._replace_move(position)
            self.keep_until(move)
            self.deadband.restart()
            self._start()
            return move

    def _begin(self, position: float) -> None:
        """Have the setpoint go to `position`, from the input where nobody regulated before."""
        if self._ramp is None or not self.is_regulating:
            self._ramp = Ramp(self._measured(), self._ramp_rate)
        self._ramp.go(position)

    def _measured(self) -> float:
        return require_finite_value(f"the input of {self.name} reads", self.measure())

    def _advance(self, seconds: float) -> float:
        """Give the setpoint `seconds` after the last time."""
        assert self._ramp is not None  # noqa: S101 - made before the thread
        return self._ramp.advance(seconds)

    def _replace_move(self, position: float) -> DeadlineStatus:
        assert self._ramp is not None  # noqa: S101 - made by set
        before = self._move
        what = f"ramping {self.name} to {position:g} {self.egu}"
        seconds = 60 * self._ramp.minutes_to(position) + self._settle_deadline
        self._move = move = DeadlineStatus(what, seconds, self._hold)
        if before is not None:
            before.fail(MoveError(f"{before.what} failed: it was sent to {position:g} {self.egu}"))
        return move

    def stop(self, *, success: bool = False) -> None:
        """Hold the setpoint where its ramp is now, and go on regulating.

        The engine stops with `success` every axis that a plan has moved, at its end. One that has
        arrived keeps what it was set to, which a controller may show rounded.
        """
        move = self._move
        if success and move is not None and move.success:
            return
        self._hold()
        if move is not None and success:
            move.finish()
        elif move is not None:
            move.fail(MoveError(f"{move.what} failed: it was stopped at {self.setpoint:g}"))

    def _hold(self) -> str:
        with self._lock:
            if self._ramp is not None:
                self._ramp.hold()
        return f"the setpoint is held at {self.setpoint:g} {self.egu}"

    def off(self) -> None:
        """End the regulation; the output is left as it is safe."""
        move = self._move
        self._end()
        if self._looks is not None:
            self._looks.wait()
        if move is not None:
            move.fail(MoveError(f"{move.what} failed: the regulation was switched off"))

    def destroy(self) -> None:
        """End the regulation."""
        self.off()
        super().destroy()

    # --- the loop

    def _start(self) -> None:
        if self.is_regulating:
            return
        self._failure = None
        name = f"regulation of {self.name}"
        before = self._looks
        looks = Looks(name, self._cycle, self._fail, self._released, attempts=self.attempts)
        self._looks = looks
        looks.start(self.period, before)

    def _end(self) -> None:
        """Have the regulation end, without waiting for that."""
        if self._looks is not None:
            self._looks.end()

    def _cycle(self, now: float, seconds: float) -> None:
        measured = self._measured()
        with self._lock:  # what is found is of this move: another one may begin behind it
            setpoint = self._advance(seconds)
            move, has_arrived = self._move, self._has_arrived(now, measured)
        self._regulate(setpoint, measured, seconds)
        self._tell(measured)
        if move is not None and has_arrived:
            move.finish()

    def _has_arrived(self, now: float, measured: float) -> bool:
        ramp = self._ramp
        assert ramp is not None  # noqa: S101 - made before the thread
        has_settled = ramp.is_done and self.deadband.settled(now, measured, ramp.target)
        return ramp.is_done and (self.wait_for == "ramp" or has_settled)

    def _tell(self, measured: float) -> None:
        """Tell those who monitor it what was measured, for as long as it regulates."""
        self._run_subs(sub_type=self.SUB_READBACK, value=measured, timestamp=time.time())

    def _fail(self, reason: str) -> None:
        """End for a reason; whoever sets it then begins anew."""
        with self._lock:
            move = self._move
            self._gave_up(reason)
            self._end()
        if move is not None:
            move.fail(MoveError(f"{move.what} failed: {reason}"))

    def _gave_up(self, reason: str) -> None:
        """Tell and remember why nobody regulates; the move has perhaps ended long ago."""
        self._failure = reason
        log.error("%s regulates no more: %s", self.name, reason)

    # --- what goes into the data

    @property
    def hints(self) -> dict[str, Any]:
        """The input is what plots and tables show."""
        return {"fields": [self.name]}

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give input and setpoint; this is flagged where it is held no more."""
        stamp = time.time()
        values = {self.name: self.measure(), f"{self.name}_setpoint": self.setpoint}
        given = OrderedDict((key, {"value": v, "timestamp": stamp}) for key, v in values.items())
        if self._failure is not None:
            flag = {
                "alarm_severity": MAJOR_ALARM,
                "message": f"it regulates no more: {self._failure}",
            }
            given[f"{self.name}_setpoint"] |= flag
        return given

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe them."""
        key = number_key(f"loop {self.name}", self.egu)
        low, high = self.limits
        if math.isfinite(low) and math.isfinite(high):
            key |= {"lower_ctrl_limit": low, "upper_ctrl_limit": high}
        return OrderedDict({self.name: key, f"{self.name}_setpoint": dict(key)})

    def locate(self) -> dict[str, float]:
        """Give target and input."""
        measured = self.measure()
        return {"setpoint": measured if self._ramp is None else self.target, "readback": measured}

    def info(self) -> str:
        """Give a line for people."""
        return (
            f"{self.name}: {self._doing()}, {self._shown_input()}, setpoint {self.setpoint:g}, "
            f"target {self.target:g}, ramp {self.ramp_rate:g} {self.egu}/min"
        )

    def _doing(self) -> str:
        if self.is_regulating:
            return "suspended" if self.is_suspended else "regulating"
        return "off" if self._failure is None else f"off ({self._failure})"

    def _shown_input(self) -> str:
        try:
            return f"{self.measure():g} {self.egu}"
        except Exception as error:  # of whatever a site's input raises: the rest is to be seen
            return f"input unknown ({error})"


def _checked_limits(name: str, low: float, high: float) -> tuple[float, float]:
    """Give limits as numbers; they may be infinite."""
    if not (is_number(low) and is_number(high) and low < high):
        message = f"{name}: limits run from low to high, not from {low!r} to {high!r}"
        raise InvalidTargetError(message)
    return float(low), float(high)
