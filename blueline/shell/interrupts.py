"""What happens when a scan is paused at a terminal: three lines, and one key decides (SC-08).

bluesky pauses at the next point and leaves it to people to know what may be typed then. Here the
pause is explained and ``r`` resumes, ``s`` stops and saves, ``a`` aborts; any other key gives the
prompt back and leaves the scan paused. Where there is no terminal nobody is asked: a scan that
Ctrl-C has paused is stopped, and what was measured is saved.
"""

import contextlib
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TextIO

from blueline.errors import BluelineError
from blueline.presses import PRESSES
from blueline.shell.above import printed_above
from blueline.shell.live import moving_among, positions
from blueline.shell.waiting_line import WaitingLine
from callbacks.progress import RunProgress

#: What becomes of a paused scan is typed so.
FROM_A_PAUSE = "RE.resume() goes on, RE.stop() or RE.abort() ends it"
#: Seconds a question waits; then the scan stays paused and the prompt comes back.
QUESTION_DEADLINE = 3600.0
#: Seconds the question waits for the table to be complete above it.
TABLE_DEADLINE = 2.0
_POLL = 0.1
_CTRL_C = "\x03"


class Choice(Enum):
    """What becomes of a paused scan."""

    RESUME = "r"
    STOP = "s"
    ABORT = "a"
    #: The prompt comes back, the scan waits.
    WAIT = ""


class ScanEndedError(BluelineError):
    """A scan that was paused and then ended by hand; what would have come after it does not."""


def choice(key: str) -> Choice:
    r"""Give what a key means; Ctrl-C, which is the third one by now, aborts (P4).

    Examples
    --------
    >>> choice("R").name, choice("\x03").name, choice("x").name
    ('RESUME', 'ABORT', 'WAIT')
    """
    if key == _CTRL_C:
        return Choice.ABORT
    known = {each.value: each for each in Choice}
    return known.get(key.lower(), Choice.WAIT)


def standing(progress: RunProgress | None, doing: str = "") -> str:
    """Say what is paused.

    Parameters
    ----------
    progress
        Of the scan that is open; None where none is.
    doing
        What was waited for, as ``counting scaler for 10 s``.

    Examples
    --------
    >>> standing(None, "counting scaler for 10 s")
    'counting scaler for 10 s is paused; no scan is open, nothing is recorded'
    """
    if progress is None:
        return f"{doing or 'the plan'} is paused; no scan is open, nothing is recorded"
    of = "" if progress.points is None else f" of {progress.points}"
    where = "while it counts" if progress.points == 1 else f"after {progress.done}{of} points"
    return f"the scan is paused {where}; what was measured is saved"


def explanation(progress: RunProgress | None, doing: str = "") -> list[str]:
    """Give the three lines that explain a pause, and what may be typed now and later."""
    stop = "s to stop" if progress is None else "s to stop and save"
    return [
        standing(progress, doing),
        f"press r to resume, {stop}, a to abort; any other key gives the prompt",
        f"from the prompt {FROM_A_PAUSE}",
    ]


@dataclass
class Interruptions:
    """Asks what becomes of a scan that was paused; `install` has an engine use it.

    Parameters
    ----------
    engine
        The session's.
    screen
        Where people look.
    read_key
        Waits for one key and gives it, or nothing where nobody answers.
    is_attended
        Tells whether somebody can be asked: whether there is a terminal.
    progress
        Gives how far the scan is that is open; None where none is.
    settle
        Brings the table up to date before anything is written below it.
    doing
        Says what was waited for last.
    at_ctrl_c
        Gives what is done where Ctrl-C has paused it; None asks.
    quietly
        Keeps from the screen what the engine says of an end, which is said here.

    Examples
    --------
    >>> interruptions = Interruptions(session.RE, sys.stdout)  # doctest: +SKIP
    >>> interruptions.install()  # doctest: +SKIP
    """

    engine: Any
    screen: TextIO
    read_key: Callable[[], str | None] = field(default_factory=lambda: key_of_terminal)
    is_attended: Callable[[], bool] = field(default_factory=lambda: _stdin_is_terminal)
    progress: Callable[[], RunProgress | None] = lambda: None
    settle: Callable[[], object] = lambda: None
    doing: Callable[[], str] = lambda: ""
    at_ctrl_c: Callable[[], Choice | None] = lambda: None
    quietly: Callable[[], AbstractContextManager[object]] = contextlib.nullcontext
    _pressed: bool = False

    def install(self) -> None:
        """Have every call of the engine ask; who puts the engine's managers aside is not asked."""
        managers = self.engine.context_managers
        # the first one ends last, when Ctrl-C is the terminal's again; the last sees Ctrl-C first
        self.engine.context_managers = [self._asking, *managers, self._noting]

    @contextlib.contextmanager
    def _noting(self, _engine: object) -> Iterator[None]:
        """Note whether Ctrl-C is pressed, and have it do what it does."""
        self._pressed = False
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before: Any = signal.getsignal(signal.SIGINT)

        def pressed(number: int, frame: Any) -> None:  # noqa: ANN401 - signal's
            self._pressed = True
            if callable(before):
                before(number, frame)

        signal.signal(signal.SIGINT, pressed)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    @contextlib.contextmanager
    def _asking(self, _engine: object) -> Iterator[None]:
        yield  # not asked where the call has failed
        in_main = threading.current_thread() is threading.main_thread()
        if in_main and str(self.engine.state) == "paused":
            self.decide(self._ask())

    def _ask(self) -> Choice | None:
        """Give what somebody has chosen; None where a pause is nobody's wish to end the scan."""
        self.settle()
        if not self._can_ask():
            return Choice.STOP if self._pressed else None
        chosen = self.at_ctrl_c() if self._pressed else None
        if chosen is Choice.WAIT:
            self._tell(standing(self.progress(), self.doing()), FROM_A_PAUSE)
        if chosen is not None:
            return chosen
        self._tell(*explanation(self.progress(), self.doing()))
        key = self.read_key()
        if key == _CTRL_C:  # pressed in haste, as bluesky's second one for a pause at once
            self._tell("it is paused already: press r, s or a; Ctrl-C again aborts")
            key = self.read_key()
        return None if key is None else choice(key)

    def decide(self, chosen: Choice | None) -> None:
        """Do what was chosen with the paused scan; where that is nothing, nothing is done.

        Raises
        ------
        ScanEndedError
            The scan has ended by it.
        """
        has_run = self.progress() is not None
        what, saved = ("the scan", ", what was measured is saved") if has_run else ("the plan", "")
        if chosen is Choice.RESUME:
            self._tell(f"{what} goes on")
            self.engine.resume()
        elif chosen is Choice.STOP:
            with self.quietly():
                self.engine.stop()
            ended = f"{what} was stopped{saved}"
            raise ScanEndedError(ended)
        elif chosen is Choice.ABORT:
            with self.quietly():
                self.engine.abort("Ctrl-C")
            ended = f"{what} was aborted{saved}"
            raise ScanEndedError(ended)

    def may_leave(self) -> bool:
        """Tell whether the prompt may be left: a plan that is paused is aborted, if people agree.

        Where nobody can be asked it is aborted.
        """
        if str(self.engine.state) != "paused":
            return True
        self.settle()
        key = self.ask(
            standing(self.progress(), self.doing()),
            "leaving aborts it, with its clean-up: press y to leave, any other key stays",
        )
        if key is not None and key.lower() != "y":
            return False
        self._tell("aborting it, with its clean-up")
        try:
            self.engine.abort("the prompt was left")
        except Exception as error:  # whatever a clean-up raises, people have said that they leave
            self._tell(f"its clean-up has failed: {error}")
        return True

    def ask(self, what: str, keys: str) -> str | None:
        """Say what is under way, and have a key decide; None where nobody can be asked."""
        self._tell(what)
        if not self._can_ask():
            return None
        self._tell(keys)
        return self.read_key() or ""

    def _can_ask(self) -> bool:
        return self.is_attended() and self.screen.isatty()

    def _tell(self, *lines: str) -> None:
        self.screen.write("".join(f"{line}\n" for line in lines))
        self.screen.flush()


def settle(session: Any) -> None:  # noqa: ANN401 - see below
    """Have the table complete and no status line, so that neither disturbs what is written next."""
    ends = time.monotonic() + TABLE_DEADLINE
    for consumer in session.consumers.awaited:
        consumer.drain(max(0.0, ends - time.monotonic()))
    session.consumers.progress.hide()


def ask_when_paused(session: Any) -> Interruptions:  # noqa: ANN401 - a Session, or what has its parts
    """Have a session ask what becomes of a scan that is paused; see the module.

    Parameters
    ----------
    session
        A `blueline.session.Session`.
    """
    from blueline.shell.at_ctrl_c import at_ctrl_c

    def open_run() -> RunProgress | None:
        progress = session.progress
        return None if progress is None or progress.has_ended else progress

    line = WaitingLine(
        session.screen,
        lambda: "" if session.interrupts is None else session.interrupts.waiting_for(),
        held=lambda: session.RE.standstill.said,
        is_free=lambda: open_run() is None,
        factor=lambda: session.RE.md.get("time_factor") or 1.0,
        moving=lambda: positions(moving_among(session.RE.touched)),
    )
    made = Interruptions(
        session.RE,
        session.screen,
        progress=open_run,
        settle=lambda: settle(session),
        doing=lambda: line.last,
        at_ctrl_c=lambda: at_ctrl_c(session),
    )
    made.install()
    if session.screen.isatty():
        made.quietly = lambda: printed_above(session.screen)
        around = [line.around, lambda _engine: printed_above(session.screen)]
        session.RE.context_managers = [*session.RE.context_managers, *around]
    return made


def _stdin_is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def key_of_terminal(deadline: float = QUESTION_DEADLINE) -> str | None:
    """Wait for one key at the terminal; what was typed before the question is no answer.

    Parameters
    ----------
    deadline
        Seconds; then there was none.
    """
    import termios
    import tty

    where = sys.stdin.fileno()
    try:
        before = termios.tcgetattr(where)
    except termios.error:
        return None
    with _noted_presses() as pressed:
        try:
            tty.setcbreak(where, termios.TCSAFLUSH)
            return _key(where, deadline, pressed)
        finally:
            termios.tcsetattr(where, termios.TCSAFLUSH, before)


@contextlib.contextmanager
def _noted_presses() -> Iterator[list[int]]:
    """Give what is not empty once Ctrl-C was pressed in the block, which it does not interrupt."""
    pressed: list[int] = []

    def press(number: int, _frame: object) -> None:
        PRESSES.acted_upon()
        pressed.append(number)

    before: Any = signal.signal(signal.SIGINT, press)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _key(where: int, deadline: float, pressed: list[int]) -> str | None:
    ends = time.monotonic() + deadline
    while (left := ends - time.monotonic()) > 0:
        ready, _, _ = select.select([where], [], [], min(left, _POLL))
        if pressed:
            return _CTRL_C
        if ready:
            # keys such as the arrows send several characters at once
            return os.read(where, 32).decode(errors="replace")[:1]
    return None
