"""The velocity of an endless motion, as something that plans set (BL-56)."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from devices.errors import MoveError
from devices.finite import require_finite
from devices.status import DeadlineStatus

if TYPE_CHECKING:
    from devices.motors.motor import Motor

#: Seconds after which an endless motion of a plan is stopped all the same: a day.
ENDLESS = 86_400.0
#: Seconds for an axis to stand when it is told to end its motion.
STAND_DEADLINE = 120.0
#: Seconds in which an engine that has stopped it says that this is for a pause.
PAUSE_GRACE = 0.25


class Jogging:
    """Set a velocity and the axis moves on at it; set 0 and it stops.

    The status of a velocity but 0 ends when the motion does, that of 0 when the axis stands. A
    motion under way takes a new velocity; it stops in a pause of the engine, which stops all that
    moves, and goes on when that resumes.

    Parameters
    ----------
    motor
        What moves. It stands as ``reals``, so that it is locked and watched with this.

    Examples
    --------
    >>> from bluesky import plan_stubs as bps
    >>> def spin(seconds):  # doctest: +SKIP
    ...     yield from bps.abs_set(theta.jogging, 20.0)
    ...     yield from bps.sleep(seconds)
    ...     yield from bps.mv(theta.jogging, 0)
    """

    parent = None

    def __init__(self, motor: "Motor") -> None:
        self.name = f"{motor.name}_jogging"
        self.reals = {motor.name: motor}
        self._motor = motor
        self._turn = threading.RLock()
        self._velocity = 0.0
        self._reset_position: float | None = None
        self._whole: DeadlineStatus | None = None
        self._current: DeadlineStatus | None = None
        self._is_stopped = self._is_paused = self._is_ending = False
        self._asked = self._begun = 0  # how many velocities, and which of them the record has

    @property
    def connected(self) -> bool:
        """Whether the motor answers."""
        return self._motor.connected

    @property
    def status(self) -> DeadlineStatus | None:
        """That of the motion set last; None before the first."""
        return self._whole

    @property
    def is_going(self) -> bool:
        """Whether a motion of it is under way, or waits for the end of a pause."""
        return self._whole is not None and not self._whole.done

    @property
    def has_begun(self) -> bool:
        """Whether the record has the newest velocity."""
        return self._asked > 0 and self._begun == self._asked

    def check_value(self, velocity: float) -> None:
        """Refuse what is no velocity.

        Raises
        ------
        InvalidTargetError
            It is no finite number.
        """
        asked = f"the velocity at which {self._motor.name} jogs"
        require_finite(asked, velocity, f"a number in {self._motor.egu}/s")

    def set(self, velocity: float, *, reset_position: float | None = None) -> DeadlineStatus:
        """Begin, change or end a motion; nobody waits for the record here.

        Parameters
        ----------
        velocity
            User units per second; negative goes down, 0 stops.
        reset_position
            What the position is called where the axis comes to rest; None leaves it.
        """
        self.check_value(velocity)
        if velocity == 0:
            return self._ending()
        self._velocity, self._reset_position = float(velocity), reset_position
        self._asked += 1
        self._is_stopped = self._is_paused = self._is_ending = False
        if self._whole is None or self._whole.done:
            what = f"jogging {self._motor.name} at {velocity:g} {self._motor.egu}/s"
            self._whole, self._current = DeadlineStatus(what, ENDLESS, self._out_of_time), None
        self._begin(self._whole)
        return self._whole

    def _begin(self, whole: DeadlineStatus) -> None:
        """Have the motor go at the velocity of now, unless it is to stand by then."""

        def go() -> None:
            if self._is_stopped or whole.done:
                return
            asked = self._asked  # read before the velocity, which is then of this one or newer
            before, self._current = self._current, None  # its end, for this one, is no end
            try:
                going = self._motor.jog(self._velocity, ENDLESS)
            except Exception:
                if before is not None:
                    self._motor.stop()
                raise
            self._current, self._begun = going, asked
            if going is not before:
                going.add_callback(lambda ended: self._has_ended(ended, whole))
            elif going.done:
                self._has_ended(going, whole)

        self._in_thread(go, whole)

    def _in_thread(self, action: Callable[[], None], status: DeadlineStatus) -> None:
        """Do what waits for puts; the engine goes on meanwhile."""

        def act() -> None:
            try:
                with self._turn:
                    action()
            except Exception as error:  # whatever the motor refuses it with
                status.fail(error)

        threading.Thread(target=act, name=f"jog of {self._motor.name}", daemon=True).start()

    def _ending(self) -> DeadlineStatus:
        stands = DeadlineStatus(f"ending the jog of {self._motor.name}", STAND_DEADLINE)

        def end() -> None:
            self._is_ending = True
            self.stop(success=True)
            if self._whole is None:
                stands.finish()
            else:
                self._whole.add_callback(lambda _: stands.finish())

        self._in_thread(end, stands)
        return stands

    def _has_ended(self, ended: DeadlineStatus, whole: DeadlineStatus) -> None:
        if ended is not self._current:
            return
        error = ended.exception()
        if error is None and self._is_stopped and not self._is_ending:
            # the engine stops what moves, then says that it pauses
            settling = threading.Timer(PAUSE_GRACE, self._finish_unless_paused, [whole])
            settling.daemon = True
            settling.start()
        else:
            self._finish(whole, error)

    def _finish_unless_paused(self, whole: DeadlineStatus) -> None:
        if self._is_stopped and not self._is_paused:
            self._finish(whole, None)

    def _finish(self, whole: DeadlineStatus, error: Exception | None) -> None:
        if self._reset_position is None:
            whole.finish() if error is None else whole.fail(error)
            return

        def reset(position: float = self._reset_position) -> None:
            try:
                self._motor.set_position(position)
            finally:  # what has gone wrong first is told
                if error is not None:
                    whole.fail(error)
            whole.finish()

        self._in_thread(reset, whole)

    def _out_of_time(self) -> str:
        self.stop()
        return "it was stopped"

    def stop(self, *, success: bool = False) -> None:
        """End the motion; its status ends as `success` says once the axis stands."""
        self._is_stopped = True
        with self._turn:  # what is about to begin would come after the stop
            whole, was_paused, self._is_paused = self._whole, self._is_paused, False
            self._motor.stop(success=success)
            has_begun = self._current is not None
            if whole is None or whole.done or (has_begun and not was_paused):
                return
            failed = MoveError(f"{whole.what} failed: it was stopped before it went on")
            self._finish(whole, None if success else failed)

    def pause(self) -> None:
        """Note that the engine pauses, which has told it to stop."""
        self._is_paused = self.is_going

    def resume(self) -> None:
        """Go on at the velocity of before."""
        if self._is_paused and self._whole is not None:
            self._is_stopped = self._is_paused = False
            self._begin(self._whole)

    def __repr__(self) -> str:
        """Say what it is."""
        return f"Jogging({self._motor.name!r} in {self._motor.egu}/s)"
