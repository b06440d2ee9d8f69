"""One motion of one motor: from the put to the proof of how it ended."""

import threading
from typing import TYPE_CHECKING, Any

from ophyd.signal import EpicsSignalBase

from devices import channel_access
from devices.channel_access import MAJOR_ALARM, Sample
from devices.errors import DeviceError, MoveError
from devices.motion_hooks import HOOK_DEADLINE
from devices.motors.motor_state import Msta, bits_of
from devices.motors.read_sample import MOST, is_a_time
from devices.put_and_read import put_and_read
from devices.status import HALT_PATIENCE, DeadlineStatus

if TYPE_CHECKING:
    from devices.motors.motor import Motor

#: Smallest tolerance as a fraction of the target: what a double loses on its way to the IOC.
ROUNDING = 1e-9
#: Seconds to redefine the position at the end of a jog.
RESET_DEADLINE = 5.0


class Motion:
    """Something that makes an axis move, and ends when it stands.

    It is judged when its put has completed and the record says that it is done, by values that are
    surely newer than that: read after it, or told with a proof. What was told can only be a reason
    to succeed; before a motion fails, all is read again, together.

    Parameters
    ----------
    what
        In words, e.g. ``"moving x to 3 mm"``.
    deadline
        Seconds until the axis is stopped and the motion fails; hooks have theirs besides.
    """

    def __init__(self, motor: "Motor", what: str, deadline: float) -> None:
        #: Whether a stop by us counts as success; None while nobody has asked for it.
        self.stop_means: bool | None = None
        self.motor = motor
        self._turn = threading.RLock()
        self._put_completed = False
        self._is_asking = False
        self._ask_again = False
        self._has_begun = False
        self._done: Sample | None = None
        hooks = HOOK_DEADLINE if motor.hooks else 0.0  # these are done before it begins
        self.status = DeadlineStatus(what, deadline + hooks, self._out_of_time)

    def start(self) -> None:
        """Begin, unless the motion has ended before it began."""
        with self.status.starting(), self._turn:
            if self.stop_means is None and not self.status.done:
                # what the record did for others before is no proof
                self._has_begun, self._done = False, None
                self._put()
                return
        if self.stop_means is not None:
            self._judge_stopped()

    def stop(self, *, success: bool) -> None:
        """Halt the axis, which ends as `success` says; what has not begun by then never does."""
        with self._turn:  # a target that came behind the halt would be gone to
            self.stop_means = success
            self.motor.halt()

    def _put(self) -> None:
        raise NotImplementedError

    def _judge_stopped(self) -> None:
        if self.stop_means:
            self.status.finish()
        else:
            self.status.fail(MoveError(f"{self.status.what} failed: it was stopped at its start"))

    # all that follows happens in libca's thread, one after the other

    def completed(self, refusal: str | None) -> None:
        """Put-completion came."""
        self._put_completed = True
        if refusal is not None:
            self.status.fail(channel_access.failed_move(self.status.what, refusal))
        elif not self._is_asking:
            self._ask(self._proven_readback())

    def read_behind(self, outcome: list[Sample] | None) -> None:
        """Take what was read behind the put; None where it was read before the end."""
        self._is_asking = False
        if self.status.done or not self._put_completed:
            return
        readback = self._proven_readback()
        if outcome is None or readback is None:
            self._ask(readback)
        else:
            self._confirm(readback, outcome)

    def record_moves(self) -> None:
        """DMOV went to 0."""
        self._has_begun, self._done = True, None

    def record_is_done(self, done: Sample) -> None:
        """DMOV went to 1; it is asked for where it was 0 when put-completion came."""
        self._done = done if self._has_begun else None
        if self._is_asking:
            self._ask_again = True
        elif self._put_completed and not self.status.done:
            self._ask(None)

    def _proven_readback(self) -> Sample | None:
        """Give the readback that was told, where it is surely that of the end of this motion.

        It is where the record has begun and ended a motion since the put, and the readback is not
        older than that end; both monitors forget what they know with the connection.
        """
        motor, done = self.motor, self._done
        readback = motor.user_readback.monitor.newest
        if done is None or readback is None or self.stop_means is not None:
            return None
        is_last = motor.done_moving.monitor.newest is done
        proves = is_a_time(done.timestamp) and 0 <= readback.timestamp - done.timestamp < MOST
        return readback if is_last and proves else None

    def _ask(self, readback: Sample | None) -> None:
        """Read what is needed to judge; all of it where the readback is not known."""
        self._is_asking, self._ask_again = True, False
        motor, asked = self.motor, self._always_asked
        if readback is None:
            asked += [motor.user_readback, motor.done_moving]
        try:
            channel_access.request(asked, lambda outcome: self._take(readback, outcome))
        except DeviceError as error:
            self.status.fail(error)

    @property
    def _always_asked(self) -> list[EpicsSignalBase]:
        return [self.motor.user_setpoint, self.motor.status_bits, *self.motor.proofs]

    def _take(self, known: Sample | None, outcome: list[Sample] | str) -> None:
        self._is_asking = False
        if self.status.done:
            return
        if isinstance(outcome, str):
            self.status.fail(channel_access.failed_move(self.status.what, outcome))
        elif known is not None:
            self._confirm(known, outcome)
        elif outcome[-1].value:
            self._judge(outcome[-2], outcome[:-2])
        elif self._ask_again:
            self._ask(None)
        # else record_is_done asks, or the deadline ends it

    def _confirm(self, readback: Sample, others: list[Sample]) -> None:
        """Succeed by what was told; whatever speaks against it is read again, all together."""
        is_quiet = max(sample.severity for sample in (readback, *others)) < MAJOR_ALARM
        if is_quiet and self.stop_means is None and self._verdict(readback, others) is None:
            self._finish(readback, others)
        else:
            self._ask(None)

    def _judge(self, readback: Sample, others: list[Sample]) -> None:
        complaint = self._verdict(readback, others)
        if complaint is None or self.stop_means:
            self._finish(readback, others)
        else:
            self.motor.remember(readback, others[0])
            self.status.fail(MoveError(f"{self.status.what} failed: {complaint}"))

    def _finish(self, readback: Sample, others: list[Sample]) -> None:
        self.motor.remember(readback, others[0])
        self.status.finish()

    def _verdict(self, readback: Sample, others: list[Sample]) -> str | None:
        setpoint, bits, *proofs = others
        try:
            end = End(self.motor, readback, setpoint, bits_of(bits.value))
            return self._complaint(end) or self.motor.disproof(readback, proofs)
        except DeviceError as error:  # the channels were lost or given up since
            return str(error)

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
        motor = self.motor
        if motor.proofs:
            # an encoder may have another server, whose replies are in no order with these
            channel_access.put(motor.user_setpoint, self.target, self.completed)
            return
        self._is_asking = True
        asked = self._always_asked
        put_and_read(motor.user_setpoint, self.target, asked, self.completed, self.read_behind)

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
        #: Another jog has begun in its place.
        self.is_taken_over = False
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


class Jog(Search):
    """Go on at a velocity until somebody stops it.

    Parameters
    ----------
    velocity
        User units per second, negative down.
    reset_position
        What the position is called at its end, whatever that is; None leaves it.
    """

    #: What its caller was given, which ends with it, or with what is done after it.
    whole: DeadlineStatus

    def __init__(
        self, motor: "Motor", velocity: float, deadline: float, reset_position: float | None
    ) -> None:
        button = motor.jog_forward if velocity > 0 else motor.jog_reverse
        what = f"jogging {motor.name} at {velocity:g} {motor.egu}/s"
        super().__init__(motor, what, deadline, button)
        self.reset_position = reset_position
        self._is_upwards = velocity > 0

    @property
    def is_under_way(self) -> bool:
        """Whether nothing has ended it, and nobody has asked for that."""
        return not self.status.done and self.stop_means is None

    def takes(self, velocity: float) -> bool:
        """Whether it can go on at another velocity without a stop."""
        return self.is_under_way and self._is_upwards == (velocity > 0)

    def ended_with(self, jogging: DeadlineStatus) -> DeadlineStatus:
        """Give the status of it all, `jogging` being that of the motion and its hooks."""
        ends = jogging.deadline + HALT_PATIENCE + RESET_DEADLINE
        whole = self.whole = DeadlineStatus(jogging.what, ends)

        def reset(position: float) -> None:
            error = jogging.exception()
            try:
                self.motor.set_position(position)
            except DeviceError as failure:
                error = error or failure
            whole.finish() if error is None else whole.fail(error)

        def ended(_: DeadlineStatus) -> None:
            error, position = jogging.exception(), self.reset_position
            if self.is_taken_over:
                whole.finish()
            elif position is not None:  # puts are waited for, and this is libca's thread
                name = f"reset of {self.motor.name}"
                threading.Thread(target=reset, args=(position,), name=name, daemon=True).start()
            else:
                whole.finish() if error is None else whole.fail(error)

        jogging.add_callback(ended)
        return whole
