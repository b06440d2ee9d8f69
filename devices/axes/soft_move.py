"""One move of a soft axis, whatever moves it."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from devices.errors import MoveError
from devices.motion_hooks import HOOK_DEADLINE
from devices.status import DeadlineStatus

if TYPE_CHECKING:
    from devices.axes.soft_axis import SoftAxis


#: Seconds without work after which a worker's thread ends.
IDLE_SECONDS = 10.0


class Worker:
    """Do one thing after the other in a thread, which ends when there is nothing left to do."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tasks: deque[Callable[[], None]] = deque()
        self._is_running = False
        self._changed = threading.Condition()

    def do(self, task: Callable[[], None]) -> None:
        """Do it after all that came before; it must not raise."""
        with self._changed:
            self._tasks.append(task)
            self._changed.notify()
            if self._is_running:
                return
            self._is_running = True
        threading.Thread(target=self._run, name=f"moves of {self._name}", daemon=True).start()

    def _run(self) -> None:
        while (task := self._next()) is not None:
            task()

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            if self._changed.wait_for(lambda: self._tasks, IDLE_SECONDS):
                return self._tasks.popleft()
            self._is_running = False
            return None


class SoftMove:
    """From the call that begins it to the proof that it has arrived.

    Parameters
    ----------
    axis
        What moves.
    legs
        Where to, the target last.
    go
        Begins a leg; returns a bluesky status, or when it has arrived.
    worker
        Does what may take time.
    """

    def __init__(
        self, axis: "SoftAxis", legs: Sequence[float], go: Callable[[float], Any], worker: Worker
    ) -> None:
        self.target = target = legs[-1]
        self.was_stopped = False
        self._axis = axis
        self._go = go
        self._worker = worker
        self._legs = deque(legs)
        self._halt: Callable[[], object] | None = None
        self._stop_means = False
        self._interrupted = threading.Event()
        self._has_begun = False
        self._goes_on = True
        self.status = DeadlineStatus(
            f"moving {axis.name} to {target:g} {axis.egu}".rstrip(),
            len(legs) * axis.deadline + axis.settle_time + (HOOK_DEADLINE if axis.hooks else 0.0),
            self._out_of_time,
        )

    def start_here(self) -> None:
        """Begin in the caller's thread; what is refused is raised here."""
        self._has_begun = True
        if self.was_stopped:
            self._worker.do(self._end)
            return
        with self.status.starting():
            answer = self._go(self._legs.popleft())
        self._follow(answer)

    def start_in_worker(self) -> None:
        """Begin when the move before has returned."""
        self._worker.do(self._begin)

    def stop(self, halt: Callable[[], object] | None, *, success: bool) -> None:
        """Stop, by `halt` where there is such a thing.

        Raises
        ------
        MoveError
            It cannot be stopped.
        """
        self._stop_means, self._halt = success, halt
        self.was_stopped = True
        self._interrupted.set()
        if not self._goes_on:
            return
        try:
            if halt is None:
                message = "it knows no way to stop"
                raise MoveError(message)
            halt()
        except Exception as error:  # whatever the object raises
            message = f"{self.status.what} could not be stopped: {_said(error)}"
            failure = MoveError(message)
            self.status.fail(failure)
            raise failure from error

    def _begin(self) -> None:
        self._has_begun = True
        if not self.status.done:
            self._next_leg()

    def _next_leg(self) -> None:
        if self.was_stopped:
            self._end()
            return
        try:
            answer = self._go(self._legs.popleft())
            if self.was_stopped and self._halt is not None and _is_status(answer):
                self._halt()  # the stop may have come before this leg
        except Exception as error:  # whatever the object raises
            self._fail(_said(error), error)
        else:
            self._follow(answer)

    def _follow(self, answer: Any) -> None:  # noqa: ANN401 - a status of any kind, or nothing
        if _is_status(answer):
            answer.add_callback(lambda *_: self._worker.do(lambda: self._answered(answer)))
        else:
            self._worker.do(self._arrived)

    def _answered(self, answer: Any) -> None:  # noqa: ANN401
        if answer.success or self.was_stopped:
            self._arrived()
            return
        error = answer.exception(0)
        self._fail(_said(error) if error is not None else "its status says no more", error)

    def _arrived(self) -> None:
        """Go on to the next leg, or end."""
        if self._legs and not self.status.done:
            self._next_leg()
        else:
            self._end()

    def _end(self) -> None:
        self._goes_on = False
        self._interrupted.wait(self._axis.settle_time)
        try:
            self._judge(self._axis.position)
        except Exception as error:  # whatever the object raises
            self._fail(_said(error), error)

    def _judge(self, position: float) -> None:
        unit, allowed = self._axis.egu, self._axis.tolerance_at(self.target)
        if self.was_stopped and self._stop_means:
            self.status.finish()
        elif self.was_stopped:
            self._fail(f"it was stopped at {position:g} {unit}")
        elif not abs(position - self.target) <= allowed:
            self._fail(f"it stands at {position:g} {unit}, more than {allowed:.3g} {unit} away")
        else:
            self.status.finish()

    def _fail(self, complaint: str, cause: BaseException | None = None) -> None:
        error = MoveError(f"{self.status.what} failed: {complaint}".rstrip())
        error.__cause__ = cause
        self.status.fail(error)

    def _out_of_time(self) -> str:
        self.was_stopped = True
        self._interrupted.set()
        if not self._has_begun:
            return "the move before has not returned yet"
        return self._axis.end_late_move()


def _is_status(answer: object) -> bool:
    return hasattr(answer, "add_callback")


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__
