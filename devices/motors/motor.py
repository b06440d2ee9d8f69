"""An EPICS motor that is where it says."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from ophyd.signal import EpicsSignalBase

from devices import channel_access
from devices.channel_access import MAJOR_ALARM, Sample
from devices.errors import DeadlineError, InvalidTargetError, MoveError
from devices.finite import is_finite
from devices.motion_hooks import AskedMotion, HookedMotion, MotionHook
from devices.motors.jogging import Jogging
from devices.motors.motion import Jog, Motion, Move, Search
from devices.motors.motor_parameters import MotorParameters, check_settings
from devices.motors.motor_setup import PUT_DEADLINE, MotorSetup
from devices.motors.motor_state import PositionState
from devices.motors.soft_limits import SoftLimits
from devices.status import DeadlineStatus
from devices.travel import Floats, move_deadline, visit_times

#: Seconds that a jog, or a search for home or a limit switch, may take where nobody says.
SEARCH_DEADLINE = 600.0
_DIRECTIONS = {"forward": 1, "up": 1, "high": 1, "reverse": -1, "down": -1, "low": -1}


class Motor(MotorSetup):
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
    discrepancy
        Refuse to move an axis that stands further than this from where it was sent, until somebody
        has looked and called `sync` (BL-54); None asks nothing.
    encoder
        An independent readback in the same units, such as an ``EpicsSignalRO``: the move fails
        where it does not agree within `encoder_tolerance` at its end (BL-60).
    encoder_tolerance
        In the axis's units; `tolerance` where it is not given.
    hooks
        What must happen before and after every motion (BL-59).
    states
        Words in capitals that `state` has besides, such as
        ``{"PARKED": PositionState(-10, -9.5, "out of the beam")}`` (BL-55).

    Examples
    --------
    >>> from devices import Motor
    >>> x = Motor("BL:sample:x", name="x")  # doctest: +SKIP
    >>> RE(bps.mv(x, 1.5))  # doctest: +SKIP
    """

    def __init__(  # noqa: PLR0913 - all that the declaration of an axis may say
        self,
        prefix: str,
        *,
        name: str,
        tolerance: float | None = None,
        unlimited: bool = False,
        discrepancy: float | None = None,
        encoder: EpicsSignalBase | None = None,
        encoder_tolerance: float | None = None,
        hooks: Sequence[MotionHook] = (),
        states: Mapping[str, PositionState] | None = None,
        **kwargs: Any,  # noqa: ANN401 - what ophyd's Device takes
    ) -> None:
        super().__init__(prefix, name=name, unlimited=unlimited, states=states, **kwargs)
        #: Velocity, acceleration, backlash and others, by words (BL-50).
        self.parameters = MotorParameters(self)
        #: The velocity of a jog, which plans can set: ``bps.abs_set(x.jogging, 0.5)`` (BL-56).
        self.jogging = Jogging(self)
        self._tolerance = tolerance
        self.discrepancy = discrepancy
        self.encoder = encoder
        self._encoder_tolerance = encoder_tolerance
        self.hooks = list(hooks)
        self._soft_limits = SoftLimits(self)
        self._motion: Motion | None = None
        self._stopping: Motion | None = None
        self.done_moving.monitor.listen(self._done_changed)

    #: What its settings in a description cannot be.
    check_settings = staticmethod(check_settings)

    @property
    def tolerance(self) -> float:
        """Largest distance from the target at the end of a move, in user units."""
        return super().tolerance if self._tolerance is None else self._tolerance

    @property
    def pending_target(self) -> float | None:
        """Where a move under way is to end, in user units; None where there is none."""
        going = self._motion
        if isinstance(going, Move) and not going.status.done:
            return going.target
        return None

    # motions

    def set(self, position: float) -> DeadlineStatus:
        """Start a move; the status tells when, and whether, it arrived.

        Raises
        ------
        DeviceError
            The target is refused, the axis is not ready or not connected, or still moves for us.
        """
        return self._sent(position, self.hooks)

    def set_unhooked(self, position: float) -> DeadlineStatus:
        """Start a move as `set` does, for who calls its hooks together with those of others."""
        return self._sent(position, ())

    def _sent(self, position: float, hooks: Sequence[MotionHook]) -> DeadlineStatus:
        self.check_value(position)
        self.check_ready()
        self._require_free()
        return self._begin(Move(self, float(position)), float(position), hooks)

    def tweak(self, distance: float) -> DeadlineStatus:
        """Move by `distance` from where it was last sent."""
        return self.set(self.target + distance)

    def jog(
        self,
        velocity: float,
        deadline: float = SEARCH_DEADLINE,
        *,
        reset_position: float | None = None,
    ) -> DeadlineStatus:
        """Move on until `stop`, a limit, or `deadline` seconds; another call changes the velocity.

        The same way it goes on without a stop, and the status is that of the first call; the other
        way it stops in between, and the first status ends. In plans, set `jogging`.

        Parameters
        ----------
        velocity
            User units per second; negative goes down.
        reset_position
            What the position is called where it has come to rest, after the last of such calls
            (BL-56); None leaves it.

        Raises
        ------
        DeviceError
            The velocity is refused, a move or a search is under way, or a jog before does not end.
        """
        self._require_jog_velocity(velocity)
        if reset_position is not None:
            self._require_position(reset_position)
        going = self._motion
        if isinstance(going, Jog) and going.takes(velocity):
            channel_access.write(self.jog_velocity, abs(velocity), PUT_DEADLINE)
            going.reset_position = reset_position
            return going.whole
        if isinstance(going, Jog) and going.is_under_way:
            self._take_over(going)
        self.check_ready()
        self._require_free()
        self.require_mine()
        channel_access.write(self.jog_velocity, abs(velocity), PUT_DEADLINE)
        search = Jog(self, velocity, deadline, reset_position)
        return search.ended_with(self._begin(search, None, self.hooks))

    def _take_over(self, going: Jog) -> None:
        """Stop a jog for another one, and wait until it stands."""
        going.is_taken_over = True
        going.stop(success=True)
        try:
            going.status.exception(PUT_DEADLINE)
        except TimeoutError as error:
            message = f"{self.name} has not stopped within {PUT_DEADLINE:g} s: it does not turn"
            raise DeadlineError(message) from error

    def _require_jog_velocity(self, velocity: float) -> None:
        """Refuse what the record would quietly change to something else."""
        if not is_finite(velocity) or velocity == 0:
            message = f"{self.name} cannot jog at {velocity!r} {self.egu}/s: give a number but 0"
            raise InvalidTargetError(message)
        speeds = channel_access.fetch((self.lowest_velocity, self.highest_velocity))
        low, high = (sample.value for sample in speeds)
        if not low <= abs(velocity) <= (high or math.inf):
            message = (
                f"{self.name} jogs at {low:g} to {high:g} {self.egu}/s, up or down, not at "
                f"{velocity:g}"
            )
            raise InvalidTargetError(message)

    def home(self, direction: str = "forward", deadline: float = SEARCH_DEADLINE) -> DeadlineStatus:
        """Search the home position, ``"forward"`` or ``"reverse"`` first (PS-30)."""
        sign = self._sign_of(direction)
        self.check_ready()
        self._require_free()
        button = self.home_forward if sign > 0 else self.home_reverse
        what = f"searching the home of {self.name}"
        return self._begin(Search(self, what, deadline, button, "home"), None, self.hooks)

    def find_limit(self, direction: str, deadline: float = SEARCH_DEADLINE) -> DeadlineStatus:
        """Jog into the ``"low"`` or ``"high"`` limit switch (BL-57).

        The soft limits are off during the search and back after it; where they cannot be written
        then, the search fails and says what they were.
        """
        sign = self._sign_of(direction)
        self.check_ready()
        self._require_free()
        wanted = "high" if sign > 0 else "low"
        button = self.jog_forward if sign > 0 else self.jog_reverse
        what = f"searching the {wanted} limit switch of {self.name}"
        self.require_mine()
        self._soft_limits.switch_off()
        try:
            search = Search(self, what, deadline, button, wanted)
            searching = self._begin(search, None, self.hooks)
        except Exception:
            self._soft_limits.switch_on()
            raise
        return self._soft_limits.end_after(searching)

    def stop(self, *, success: bool = False) -> None:
        """Stop the axis; a motion under way ends as `success` says once the axis stands.

        The engine stops with `success` every axis that a plan has moved, at its end. One that has
        arrived is then left alone: the record would forget the setpoint for the readback.
        """
        motion = self._motion
        if success and motion is not None and motion.status.success and not self.moving:
            return
        if motion is None:
            self.halt()
        else:
            motion.stop(success=success)

    def halt(self) -> None:
        """Put a stop to the record; whatever waits for a motion judges that by itself."""
        channel_access.put(self.stop_request, 1)

    def guard_puts(self) -> list[tuple[EpicsSignalBase, float]]:
        """Give what stops it, for whoever must when this process has died: signal and value.

        During a search for a limit switch that switches the soft limits on again, too.
        """
        halt: tuple[EpicsSignalBase, float] = (self.stop_request, 1.0)
        return [halt, *self._soft_limits.due]

    def _sign_of(self, direction: str) -> int:
        if direction not in _DIRECTIONS:
            message = f"{self.name} goes {', '.join(_DIRECTIONS)}, not {direction!r}"
            raise InvalidTargetError(message)
        return _DIRECTIONS[direction]

    def _require_free(self) -> None:
        going = self._motion
        if going is not None and not going.status.done and going.stop_means is None:
            message = f"{going.status.what} has not ended; stop it first"
            raise MoveError(message)

    def _begin(
        self, motion: Motion, target: float | None, hooks: Sequence[MotionHook]
    ) -> DeadlineStatus:
        self.keep_until(motion.status, is_search=isinstance(motion, Search))
        before, self._motion = self._motion, motion
        start = motion.start
        if before is not None and not before.status.done:
            # the record forgets a target that it gets while it stops
            self._stopping = before

            def start() -> None:
                before.status.add_callback(lambda _: motion.start())

        if hooks:
            asked = {AskedMotion(self, target): hooks}
            return HookedMotion(asked, motion.status, start).begin()
        start()
        return motion.status

    # what motions ask

    def deadline_to(self, target: float) -> float:
        """Give the seconds after which a move from here to `target` must have ended."""
        told = (self.velocity, self.acceleration_time, self.backlash, self.settle_time)
        velocity, seconds, backlash, settle = (channel_access.latest(each).value for each in told)
        distance = target - self.position
        return move_deadline(distance, velocity, seconds, backlash, settle)

    def travel_times(self, positions: Sequence[float]) -> Floats:
        """Give the seconds of moves from here to the first position, and on from each to the next.

        Where the axis comes back by its backlash, at the velocity of the record's moves (VELO).
        """
        told = (self.velocity, self.acceleration_time, self.backlash, self.settle_time)
        velocity, seconds, backlash, settle = (channel_access.latest(each).value for each in told)
        return visit_times(
            self.position,
            np.asarray(positions, float),
            velocity,
            seconds,
            slack=self.sign * backlash,
            settle_time=settle,
        )

    @property
    def proofs(self) -> list[EpicsSignalBase]:
        """What is read besides at the end of a motion."""
        return [] if self.encoder is None else [self.encoder]

    def disproof(self, readback: Sample, proofs: list[Sample]) -> str | None:
        """Say how the encoder contradicts the readback, or why it cannot confirm it."""
        allowed = self.tolerance if self._encoder_tolerance is None else self._encoder_tolerance
        for proof in proofs:
            if proof.severity >= MAJOR_ALARM:
                return "its encoder has a major alarm, and proves nothing"
            if not abs(proof.value - readback.value) <= allowed:
                unit = self.egu
                return (
                    f"it says {readback.value:g} {unit}, but its encoder {proof.value:g} {unit}: "
                    f"more than {allowed:g} {unit} apart"
                )
        return None

    def _done_changed(self, done: Sample) -> None:
        for motion in (self._stopping, self._motion):
            if motion is not None:
                motion.record_is_done(done) if done.value else motion.record_moves()
