"""One motion of one motor: from the put to the proof of how it ended."""

from typing import TYPE_CHECKING, Any

from devices import channel_access
from devices.channel_access import MAJOR_ALARM, Sample
from devices.errors import DeviceError, MoveError
from devices.motors.motor_record import Msta
from devices.status import DeadlineStatus

if TYPE_CHECKING:
    from devices.motors.motor import Motor

#: Smallest tolerance as a fraction of the target: what a double loses on its way to the IOC.
ROUNDING = 1e-9


class Motion:
    """Something that makes an axis move, and ends when it stands.

    It is judged when its put has completed and the record says that it is done, by values that were
    read together after that.

    Parameters
    ----------
    what
        In words, e.g. ``"moving x to 3 mm"``.
    deadline
        Seconds until the axis is stopped and the motion fails.
    """

    def __init__(self, motor: "Motor", what: str, deadline: float) -> None:
        #: Whether a stop by us counts as success; None while nobody has asked for it.
        self.stop_means: bool | None = None
        self.motor = motor
        self._put_completed = False
        self.status = DeadlineStatus(what, deadline, self._out_of_time)

    def start(self) -> None:
        """Begin, unless the motion has ended before it began."""
        if self.stop_means is not None:
            self._judge_stopped()
        if self.status.done:
            return
        with self.status.starting():
            self._put()

    def _put(self) -> None:
        raise NotImplementedError

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
        motor = self.motor
        signals = [
            motor.user_readback,
            motor.user_setpoint,
            motor.done_moving,
            motor.status_bits,
            *motor.proofs,
        ]
        try:
            channel_access.request(signals, self._judge)
        except DeviceError as error:
            self.status.fail(error)

    def _judge(self, outcome: list[Sample] | str) -> None:
        if isinstance(outcome, str):
            self.status.fail(MoveError(f"{self.status.what} failed: {outcome}"))
            return
        readback, setpoint, done, bits, *proofs = outcome
        if not done.value:
            return  # record_is_done asks again, or the deadline ends it
        if self.status.done:
            return
        self.motor.remember(readback, setpoint)
        try:
            end = End(self.motor, readback, setpoint, Msta(int(bits.value)))
            complaint = self._complaint(end) or self.motor.disproof(readback, proofs)
        except DeviceError as error:  # the channels were lost or given up since
            complaint = str(error)
        if complaint is None or self.stop_means:
            self.status.finish()
        else:
            self.status.fail(MoveError(f"{self.status.what} failed: {complaint}"))

    def _complaint(self, end: "End") -> str | None:
        """Say what is wrong with where, or how, the axis has come to rest."""
        where = f"{end.readback.value:g} {self.motor.egu}"
        if self.stop_means is not None:
            return f"it was stopped at {where}"
        fault = end.fault()
        return None if fault is None else f"{fault}; it stands at {where}"

    def _out_of_time(self) -> str:
        try:
            self.motor.stop()
            return f"it was stopped at about {self.motor.position:g} {self.motor.egu}"
        except DeviceError as error:
            return f"it could not be stopped: {error}"


class End:
    """What was read when the axis had come to rest."""

    def __init__(self, motor: "Motor", readback: Sample, setpoint: Sample, bits: Msta) -> None:
        self.readback = readback
        self.setpoint = setpoint
        self.bits = bits
        self.at_low, self.at_high = motor.switches_of(bits)

    def switch(self) -> str | None:
        """Name the limit switch that the axis stands on (PS-29)."""
        if self.at_high:
            return "it reached its HIGH limit switch"
        return "it reached its LOW limit switch" if self.at_low else None

    def fault(self) -> str | None:
        """Say what the record or its controller complains about."""
        if self.bits & Msta.COMMUNICATION_ERROR:
            return "its controller does not answer"
        if self.bits & Msta.SLIP_STALL:
            return "it slipped or stalled"
        if self.bits & Msta.PROBLEM:
            return "its controller reports a problem"
        return "it has a major alarm" if self.readback.severity >= MAJOR_ALARM else None


class Move(Motion):
    """Go to a position."""

    def __init__(self, motor: "Motor", target: float) -> None:
        self.target = target
        super().__init__(
            motor, f"moving {motor.name} to {target:g} {motor.egu}", motor.deadline_to(target)
        )

    def _put(self) -> None:
        channel_access.put(self.motor.user_setpoint, self.target, self.completed)

    def _complaint(self, end: End) -> str | None:
        unit, here = self.motor.egu, end.readback.value
        switch = end.switch()
        if self.stop_means is None and switch is not None and self._is_away(here):
            return f"{switch} at {here:g} {unit}"
        complaint = super()._complaint(end)
        if complaint is not None:
            return complaint
        if abs(end.setpoint.value - self.target) > self._rounding:
            return (
                f"it was stopped or redirected elsewhere: it stands at {here:g} {unit} "
                f"and is set to {end.setpoint.value:g} {unit}"
            )
        if self._is_away(here):
            return f"it stands at {here:g} {unit}, more than {self._tolerance:.3g} {unit} away"
        return None

    @property
    def _rounding(self) -> float:
        return ROUNDING * max(1.0, abs(self.target))

    @property
    def _tolerance(self) -> float:
        return self.motor.tolerance + self._rounding

    def _is_away(self, here: float) -> bool:
        return not abs(here - self.target) <= self._tolerance


class Search(Motion):
    """Press a button of the record: jog, or home; `found` says whether the end is what was meant.

    Parameters
    ----------
    button
        The signal to put 1 to.
    wanted
        ``"home"``, ``"low"``, ``"high"``, or None where any end but a fault will do.
    """

    def __init__(
        self,
        motor: "Motor",
        what: str,
        deadline: float,
        button: Any,  # noqa: ANN401 - ophyd's components are untyped
        wanted: str | None = None,
    ) -> None:
        super().__init__(motor, what, deadline)
        self._button = button
        self._wanted = wanted

    def _put(self) -> None:
        channel_access.put(self._button, 1, self.completed)

    def _complaint(self, end: End) -> str | None:
        if self._wanted in {"low", "high"} and self.stop_means is None:
            if (end.at_low, end.at_high)[self._wanted == "high"]:
                return None
            where = f"{end.readback.value:g} {self.motor.egu}"
            return f"it stands at {where}, where there is no such switch"
        complaint = super()._complaint(end)
        if complaint is None and self._wanted is None:
            return None
        if complaint is None and not end.bits & (Msta.HOMED | Msta.AT_HOME):
            return "the controller does not say that it has found its home"
        return complaint
