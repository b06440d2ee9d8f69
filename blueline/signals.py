"""What Ctrl-C, SIGTERM, SIGHUP and the end of a script do to a plan: it ends with a stop document.

bluesky's own handler gives up at the eleventh Ctrl-C and leaves a run without an end, and of other
signals the process dies (reliability, section 2.5; P2 to P5). Handlers here only put what has come
into a queue: a thread acts on it, as the thread that is interrupted may hold any lock.
"""

import atexit
import contextlib
import os
import queue
import signal
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from blueline.ending import ENDING, abort_in_thread, end_plan, give_up_cleaning, stop_plan
from blueline.presses import APART, PRESSES

if TYPE_CHECKING:
    from bluesky import RunEngine

#: Seconds after which a process that was told to end does, whatever it is at.
EXIT_DEADLINE = 9.8
#: Seconds between two reminders for a prompt that swallows the end of its process, as IPython's.
REMIND = 1.0
#: Presses of Ctrl-C: pause after the point, pause now, abort, and no longer wait for the clean-up.
AFTER_POINT, NOW, ABORT, GIVE_UP = 1, 2, 3, 10
_ENDING = (signal.SIGTERM, signal.SIGHUP)
_INTERRUPTED = "ended by Ctrl-C"
#: Seconds for an engine that has been called to begin, so that it can be asked to pause.
_BEGINS = 1.0
_POLL = 0.01

Tell = Callable[[str], object]
Handler = Callable[[int, FrameType | None], Any] | int | None
#: In the queue: when Ctrl-C was pressed, or the signal that ends the process.
Event = float | signal.Signals


def has_prompt() -> bool:
    """Tell whether somebody types at a prompt of Python or IPython, who can resume a plan."""
    return hasattr(sys, "ps1")


class Interrupts:
    """Ctrl-C while an engine runs, and the signals that end the process.

    Ctrl-C pauses the plan after the point it is at, and says what that waits for; the second time
    it pauses at once; the third time it aborts, with clean-up; the tenth time the clean-up is cut
    off. Whatever comes, each run gets its stop document. Where there is no prompt, nobody could
    resume: a plan that Ctrl-C has paused is then stopped, one that it has paused at once aborted,
    before the engine's call ends. A plan that ends before it can pause, as a move without a
    checkpoint, raises `KeyboardInterrupt`.

    SIGTERM and SIGHUP abort the plan, then raise `SystemExit` in the main thread, so that ``with``
    blocks close what they have opened. A process that takes too long is ended by the kernel.

    Parameters
    ----------
    engine
        Gets this as its only context manager.
    tell
        Shows a sentence.
    has_prompt
        Tells whether somebody can resume a plan that is paused.

    Attributes
    ----------
    ending
        The signal that has told the process to end; None while none has.

    Examples
    --------
    >>> from blueline.engine import Engine
    >>> from planlib.context import NoSession
    >>> engine = Engine(NoSession())
    >>> interrupts = Interrupts(engine, tell=print)
    >>> engine.context_managers == [interrupts]
    True
    >>> interrupts.close()
    >>> engine.close()
    """

    def __init__(
        self, engine: "RunEngine", tell: Tell, has_prompt: Callable[[], bool] = has_prompt
    ) -> None:
        self._engine = engine
        self._tell = tell
        self._has_prompt = has_prompt
        self.ending: signal.Signals | None = None
        self._come: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._awaited: Iterable[Any] = ()
        self._last_press = 0.0
        self._presses = 0
        #: Whether Ctrl-C was pressed in this call of the engine, acted upon or not yet.
        self._is_pressed = False
        #: Whether it was said how a clean-up is cut off.
        self._is_told_how = False
        self._depth = self._shields = 0
        self._before: dict[int, Handler] = {}
        self._outer: Handler = None
        self._at_exit: list[Callable[[], object]] = []
        self._is_closed = False
        self._reminding = threading.Lock()
        engine.context_managers = [self]
        if engine.waiting_hook is None:
            setattr(engine, "waiting_hook", self._waits)  # noqa: B010 - declared as None for ever
        self._catch()
        self._thread = threading.Thread(target=self._act, name="interrupts", daemon=True)
        self._thread.start()

    # --- around each call of the engine

    def __call__(self, _engine: object) -> Self:
        """Give what the engine enters."""
        return self

    def __enter__(self) -> Self:
        """Take Ctrl-C over; in another than the main thread nothing can be."""
        if _is_main():
            if self._depth == 0:
                self._presses = 0
                self._is_pressed = self._is_told_how = False
                self._outer = signal.signal(signal.SIGINT, self._pressed)
            self._depth += 1
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give Ctrl-C back; end what nobody could resume, and the process where it must end."""
        if not _is_main():
            return
        if self._depth == 1 and self._engine.state == "paused" and self._is_left_alone():
            self._end_paused()
        self._depth -= 1
        if self._depth == 0:
            signal.signal(signal.SIGINT, self._outer or signal.default_int_handler)
            self._end()
            if kind is None and self._is_unheeded():
                raise KeyboardInterrupt

    def _end_paused(self) -> None:
        """End what nobody could resume: as a success where Ctrl-C has come once."""
        if self.ending is None and self._presses == AFTER_POINT:
            stop_plan(self._engine, _INTERRUPTED)
        else:
            end_plan(self._engine, _INTERRUPTED)

    def _is_unheeded(self) -> bool:
        """Tell whether nobody else tells the caller of Ctrl-C: the plan came to its end meanwhile.

        One without a checkpoint, as a move, has no place to pause at.
        """
        # bluesky raises after this where it has been interrupted, and says so nowhere else
        is_told = getattr(self._engine, "_interrupted", False)
        return self._is_pressed and self._engine.state == "idle" and not is_told

    def _is_left_alone(self) -> bool:
        return self.ending is not None or (self._presses > 0 and not self._has_prompt())

    @contextlib.contextmanager
    def shielded(self) -> Iterator[None]:
        """Let nothing interrupt the block; what has come is raised at its end."""
        if not _is_main():
            yield
            return
        pressed: list[int] = []

        def press(number: int, _frame: FrameType | None) -> None:
            pressed.append(number)

        before = signal.signal(signal.SIGINT, press)
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1
            signal.signal(signal.SIGINT, before or signal.default_int_handler)
        self._end()
        if pressed:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def undisturbed(self) -> Iterator[list[int]]:
        """Let Ctrl-C interrupt nothing of the block, which ends a plan; the presses count.

        Gives what is not empty once it was pressed.
        """
        pressed: list[int] = []
        if not _is_main():
            yield pressed
            return

        def press(number: int, frame: FrameType | None) -> None:
            pressed.append(number)
            self._pressed(number, frame)

        before = signal.signal(signal.SIGINT, press)
        try:
            yield pressed
        finally:
            signal.signal(signal.SIGINT, before or signal.default_int_handler)

    def _end(self) -> None:
        if self.ending is not None and not self._shields:
            raise SystemExit(128 + self.ending)

    # --- handlers: nothing here may wait

    def _catch(self) -> None:
        if not _is_main():
            return
        for number in _ENDING:
            if signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
                self._before[number] = signal.signal(number, self._told_to_end)

    def _pressed(self, _number: int, _frame: FrameType | None) -> None:
        self._is_pressed = True
        PRESSES.acted_upon()
        self._come.put(time.monotonic())

    def _told_to_end(self, number: int, _frame: FrameType | None) -> None:
        if self.ending is None:
            self.ending = signal.Signals(number)
            # the kernel's own clock: it needs nothing that may hang
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, EXIT_DEADLINE)
            _leave_dead_terminal()
            self._come.put(self.ending)
        if self._depth == 0:
            self._end()

    # --- what is done about it, in a thread

    def _act(self) -> None:
        while (come := self._come.get()) is not None:
            if isinstance(come, signal.Signals):
                self._end_plan(come)
            elif come - self._last_press >= APART and self._depth:
                self._presses += 1
                self._press(self._presses)
                self._last_press = come
            else:
                self._last_press = come

    def _press(self, number: int) -> None:
        state = self._engine.state
        if state == "paused":  # whoever is asked about the pause decides
            return
        if number == GIVE_UP:
            self._say("Ctrl-C: cutting the clean-up off")
            give_up_cleaning(self._engine)
        elif state in ENDING:
            self._say_how_to_give_up(number)
        elif number == AFTER_POINT:
            self._say(self._first_sentence() if state == "running" else "")
            self._pause(defer=True)
        elif number == NOW:
            can_resume = self._has_prompt()
            what = "pausing now; once more aborts the plan" if can_resume else "aborting the plan"
            self._say(f"Ctrl-C: {what}")
            self._pause(defer=False)
        elif number == ABORT:
            self._say("Ctrl-C: aborting the plan, with its clean-up")
            abort_in_thread(self._engine, _INTERRUPTED)

    def _say_how_to_give_up(self, number: int) -> None:
        left = GIVE_UP - number
        if left > 0 and not self._is_told_how:
            self._is_told_how = True
            self._say(f"the plan is being cleaned up: {left} times more cut that off")

    def _first_sentence(self) -> str:
        waiting = self.waiting_for()
        when = f"when {waiting} is done" if waiting else "at the next point"
        if self._has_prompt():
            return f"Ctrl-C: pausing {when}; again: at once"
        return f"Ctrl-C: stopping the plan {when}; again: aborting it at once"

    def _pause(self, *, defer: bool) -> None:
        """Ask for a pause; one that is about to begin can be asked when it has."""
        ends = time.monotonic() + _BEGINS
        while self._depth and self._engine.state == "idle" and time.monotonic() < ends:
            time.sleep(_POLL)
        # it may have ended meanwhile, or be pausing already
        with contextlib.suppress(Exception):
            self._engine.request_pause(defer=defer)

    def _end_plan(self, number: signal.Signals) -> None:
        if self._depth:
            self._say(f"{number.name}: ending the plan, then the process")
            end_plan(self._engine, f"the process was told to end by {number.name}")
        while self._has_prompt() and not self._is_closed:
            time.sleep(REMIND)
            self._remind(number)

    def _remind(self, number: signal.Signals) -> None:
        # not once the handlers are given back: the process would die of it before it has closed
        with self._reminding:
            if not (self._is_closed or self._depth or self._shields):
                os.kill(os.getpid(), number)

    def _say(self, sentence: str) -> None:
        with contextlib.suppress(Exception):  # a terminal that is gone must not keep us
            if sentence:
                self._tell(sentence)

    def _waits(self, statuses: Iterable[Any] | None) -> None:
        self._awaited = statuses or ()

    def waiting_for(self) -> str:
        """Say what the engine waits for now, as ``counting scaler for 10 s``; maybe nothing."""
        with contextlib.suppress(RuntimeError):  # it changes while we look
            words = (_words_of(status) for status in list(self._awaited) if not status.done)
            return ", ".join(sorted(filter(None, words)))
        return ""

    def at_exit(self, function: Callable[[], object]) -> None:
        """Call a function when the interpreter ends, unless this is closed before."""
        self._at_exit.append(function)
        atexit.register(function)

    def close(self) -> None:
        """Give the signals back to who had them; may be repeated."""
        self._come.put(None)
        with self._reminding:
            self._is_closed = True
        for function in self._at_exit:
            atexit.unregister(function)
        for number, handler in self._before.items():
            if _is_main() and signal.getsignal(number) == self._told_to_end:
                signal.signal(number, handler or signal.SIG_DFL)
        self._before.clear()


def _words_of(status: object) -> str:
    device = getattr(status, "device", None) or getattr(status, "obj", None)
    return str(getattr(status, "what", "") or getattr(device, "name", ""))


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


def _leave_dead_terminal() -> None:
    """Write nowhere where the terminal is gone: bluesky prints before it aborts, and would fail."""
    for descriptor in (0, 1, 2):
        with contextlib.suppress(OSError):
            kind = os.fstat(descriptor).st_mode
            if stat.S_ISCHR(kind) and not os.isatty(descriptor):
                nowhere = os.open(os.devnull, os.O_RDWR)
                os.dup2(nowhere, descriptor)
                os.close(nowhere)
