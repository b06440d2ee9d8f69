"""An EPICS motor that is where it says."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import math
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from ophyd import Component, Device, EpicsSignal, EpicsSignalRO

from devices import channel_access
from devices.channel_access import MAJOR_ALARM, Sample
from devices.errors import (
    DeviceError,
    InvalidTargetError,
    MoveError,
    OutOfLimitsError,
)
from devices.status import DeadlineStatus
from devices.travel import move_deadline

Reading = dict[str, dict[str, Any]]

#: Smallest tolerance as a fraction of the target: what a double loses on its way to the IOC.
ROUNDING = 1e-9


def _field(suffix: str, **options: Any) -> Any:  # noqa: ANN401 - ophyd's descriptors are untyped
    return Component(EpicsSignal, suffix, auto_monitor=True, **{"kind": "omitted", **options})


class Motor(Device):
    """A motor record as a bluesky movable.

    A move is done only when the record says so, the connection has held since it was asked for,
    the readback is within `tolerance` of the target and without a major alarm, and nobody else has
    stopped or redirected it; otherwise it fails with a sentence (reliability, section 3).

    Parameters
    ----------
    prefix
        Name of the record, e.g. ``"BL:sample:x"``.
    name
        What users type, and the name of the column in the data.
    tolerance
        Largest distance from the target at the end of a move, in the record's units. Where it is
        not given: the larger of the record's retry deadband and motor resolution.
    unlimited
        Accept any finite position where the record has equal or inverted limits, which otherwise
        is an error (SC-12).

    Examples
    --------
    >>> from devices import Motor
    >>> x = Motor("BL:sample:x", name="x")  # doctest: +SKIP
    >>> RE(bps.mv(x, 1.5))  # doctest: +SKIP
    """

    user_readback = Component(EpicsSignalRO, ".RBV", auto_monitor=True, kind="hinted")
    user_setpoint = Component(EpicsSignal, ".VAL", auto_monitor=True, kind="normal")
    done_moving = Component(EpicsSignalRO, ".DMOV", auto_monitor=True, kind="omitted")
    stop_request = Component(EpicsSignal, ".STOP", kind="omitted")
    low_limit = _field(".LLM")
    high_limit = _field(".HLM")
    velocity = _field(".VELO", kind="config")
    acceleration = _field(".ACCL", kind="config")
    backlash = _field(".BDST", kind="config")
    offset = _field(".OFF", kind="config")
    deadband = _field(".RDBD")
    resolution = _field(".MRES")

    def __init__(
        self,
        prefix: str,
        *,
        name: str,
        tolerance: float | None = None,
        unlimited: bool = False,
        **kwargs: Any,  # noqa: ANN401 - what ophyd's Device takes
    ) -> None:
        super().__init__(prefix, name=name, **kwargs)
        self._tolerance = tolerance
        self._unlimited = unlimited
        self._move: _Move | None = None
        self._stopping: _Move | None = None
        self._known: dict[str, Sample] = {}
        self.user_readback.name = self.name
        self.user_setpoint.name = f"{self.name}_setpoint"
        self.done_moving.subscribe(self._done_changed, run=False)

    # what it can tell

    @property
    def position(self) -> float:
        """Where the axis is, in user units."""
        return self._newest(self.user_readback).value

    @property
    def egu(self) -> str:
        """The unit of positions."""
        return str(self.user_readback.metadata.get("units") or "")

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest position; infinite for an axis declared unlimited."""
        low = channel_access.latest(self.low_limit).value
        high = channel_access.latest(self.high_limit).value
        if low < high:
            return low, high
        if self._unlimited:
            return -math.inf, math.inf
        message = (
            f"{self.name} has limits {low:g} to {high:g}, between which nothing lies: set its soft "
            "limits, or declare it unlimited"
        )
        raise OutOfLimitsError(message)

    @property
    def tolerance(self) -> float:
        """Largest distance from the target at the end of a move, in user units."""
        if self._tolerance is not None:
            return self._tolerance
        fields = (self.deadband, self.resolution)
        return max(abs(channel_access.latest(field).value) for field in fields)

    @property
    def hints(self) -> dict[str, Any]:
        """The readback is what plots and tables show."""
        return {"fields": [self.name]}

    @property
    def moving(self) -> bool:
        """Whether the record says that it moves."""
        return not channel_access.latest(self.done_moving).value

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give readback and setpoint, never older than the end of the last move."""
        readback = self._newest(self.user_readback)
        setpoint = self._newest(self.user_setpoint)
        return OrderedDict(
            {
                self.name: {"value": readback.value, "timestamp": readback.timestamp},
                self.user_setpoint.name: {
                    "value": setpoint.value,
                    "timestamp": setpoint.timestamp,
                },
            }
        )

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe readback and setpoint: units, precision and the limits of now."""
        low, high = self.limits
        described = OrderedDict()
        for signal in (self.user_readback, self.user_setpoint):
            key = {
                "source": f"PV:{signal.pvname}",
                "dtype": "number",
                "shape": [],
                "units": self.egu,
                "precision": int(signal.metadata.get("precision") or 0),
            }
            if math.isfinite(low) and math.isfinite(high):
                key |= {"lower_ctrl_limit": low, "upper_ctrl_limit": high}
            described[signal.name] = key
        return described

    def locate(self) -> dict[str, float]:
        """Give setpoint and readback; relative scans start from and return to the setpoint."""
        return {
            "setpoint": self._newest(self.user_setpoint).value,
            "readback": self._newest(self.user_readback).value,
        }

    # what it can do

    def check_value(self, position: float) -> None:
        """Refuse a target that is no number or lies beyond the limits.

        Raises
        ------
        InvalidTargetError, OutOfLimitsError
            With axis, value, limits and unit.
        """
        self.check_values((position,))

    def check_values(self, positions: Sequence[float]) -> None:
        """Refuse the first of many targets that `check_value` would refuse."""
        low, high = self.limits
        for position in positions:
            if not _is_finite(position):
                message = f"{self.name} cannot go to {position!r}: that is no position"
                raise InvalidTargetError(message)
            if not low <= position <= high:
                message = (
                    f"{self.name} cannot go to {position:g} {self.egu}: its limits are "
                    f"{low:g} to {high:g} {self.egu}"
                )
                raise OutOfLimitsError(message)

    def set(self, position: float) -> DeadlineStatus:
        """Start a move; the status tells when, and whether, it arrived.

        Raises
        ------
        DeviceError
            The target is refused, the axis is not connected, or it still moves for us.
        """
        self.check_value(position)
        before = self._move
        if before is not None and not before.status.done and before.stop_means is None:
            message = f"{self.name} still moves to {before.target:g} {self.egu}; stop it first"
            raise MoveError(message)
        move = _Move(self, float(position))
        self._move = move
        if before is not None and not before.status.done:
            # the record forgets a target that it gets while it stops
            self._stopping = before
            before.status.add_callback(lambda _: move.start())
        else:
            move.start()
        return move.status

    def destroy(self) -> None:
        """Give up the channels."""
        channel_access.retire(walk.item for walk in self.walk_signals())
        super().destroy()

    def stop(self, *, success: bool = False) -> None:
        """Stop the axis; a move under way ends as `success` says once the axis stands."""
        if self._move is not None:
            self._move.stop_means = success
        channel_access.put(self.stop_request, 1)

    def set_limits(self, low: float, high: float) -> None:
        """Write the soft limits, in user units."""
        if not (_is_finite(low) and _is_finite(high) and low < high):
            message = f"{self.name}: limits run from low to high, not from {low!r} to {high!r}"
            raise InvalidTargetError(message)
        self.low_limit.put(low)
        self.high_limit.put(high)

    # what happens meanwhile

    def deadline_to(self, target: float) -> float:
        """Give the seconds after which a move from here to `target` must have ended."""
        velocity, acceleration, backlash = (
            channel_access.latest(field).value
            for field in (self.velocity, self.acceleration, self.backlash)
        )
        return move_deadline(target - self.position, velocity, acceleration, backlash)

    def remember(self, readback: Sample, setpoint: Sample) -> None:
        """Keep what was read at the end of a move: monitors may come later."""
        self._known = {".RBV": readback, ".VAL": setpoint}

    def _newest(self, signal: Any) -> Sample:  # noqa: ANN401 - ophyd's components are untyped
        monitored = channel_access.latest(signal)
        known = self._known.get(signal.pvname.removeprefix(self.prefix))
        if known is not None and known.timestamp > monitored.timestamp:
            return known
        return monitored

    def _done_changed(self, *, value: int, **_: object) -> None:
        for move in (self._stopping, self._move) if value else ():
            if move is not None:
                move.record_is_done()


class _Move:
    """One move of one motor, from the put to the proof that it has arrived."""

    def __init__(self, motor: Motor, target: float) -> None:
        self.target = target
        self.stop_means: bool | None = None
        self._motor = motor
        self._put_completed = False
        self.status = DeadlineStatus(
            f"moving {motor.name} to {target:g} {motor.egu}",
            motor.deadline_to(target),
            self._out_of_time,
        )

    def start(self) -> None:
        """Send the target, unless the move has ended before it began."""
        if self.stop_means is not None:
            self._judge_stopped()
        if self.status.done:
            return
        with self.status.starting():
            channel_access.put(self._motor.user_setpoint, self.target, self.completed)

    def _judge_stopped(self) -> None:
        if self.stop_means:
            self.status.finish()
        else:
            self.status.fail(MoveError(f"{self.status.what} failed: it was stopped at its start"))

    def completed(self, refusal: str | None) -> None:
        """Put-completion came; in libca's thread."""
        self._put_completed = True
        if refusal is not None:
            self.status.fail(MoveError(f"{self.status.what} failed: {refusal}"))
        else:
            self._ask()

    def record_is_done(self) -> None:
        """DMOV went to 1; of interest only where put-completion came before."""
        if self._put_completed and not self.status.done:
            self._ask()

    def _ask(self) -> None:
        motor = self._motor
        try:
            signals = (motor.user_readback, motor.user_setpoint, motor.done_moving)
            channel_access.request(signals, self._judge)
        except DeviceError as error:
            self.status.fail(error)

    def _judge(self, outcome: list[Sample] | str) -> None:
        if isinstance(outcome, str):
            self.status.fail(MoveError(f"{self.status.what} failed: {outcome}"))
            return
        readback, setpoint, done = outcome
        if not done.value:
            return  # record_is_done asks again, or the deadline ends it
        if self.status.done:
            return
        self._motor.remember(readback, setpoint)
        try:
            complaint = self._complaint(readback, setpoint)
        except DeviceError as error:  # the channels were lost or given up since
            complaint = str(error)
        if complaint is None or self.stop_means:
            self.status.finish()
        else:
            self.status.fail(MoveError(f"{self.status.what} failed: {complaint}"))

    def _complaint(self, readback: Sample, setpoint: Sample) -> str | None:
        unit = self._motor.egu
        if self.stop_means is not None:
            return f"it was stopped at {readback.value:g} {unit}"
        slack = ROUNDING * max(1.0, abs(self.target))
        if abs(setpoint.value - self.target) > slack:
            return (
                f"it was stopped or redirected elsewhere: it stands at {readback.value:g} {unit} "
                f"and is set to {setpoint.value:g} {unit}"
            )
        if readback.severity >= MAJOR_ALARM:
            return f"it stands at {readback.value:g} {unit} with a major alarm"
        tolerance = self._motor.tolerance + slack
        if not abs(readback.value - self.target) <= tolerance:
            return f"it stands at {readback.value:g} {unit}, more than {tolerance:.3g} {unit} away"
        return None

    def _out_of_time(self) -> str:
        try:
            self._motor.stop()
            return f"it was stopped at about {self._motor.position:g} {self._motor.egu}"
        except DeviceError as error:
            return f"it could not be stopped: {error}"


def _is_finite(value: object) -> bool:
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        return False
    return math.isfinite(float(value))  # pyright: ignore[reportArgumentType]
