"""The guard, as the engine's process has it: a child process that is told what is moved."""

import contextlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from blueline.guard.puts import BUSY, BYE, HELD, IDLE, LEFT, MOVED, SHUTTER, STAY, Line, Put

log = logging.getLogger(__name__)

#: Seconds for the child to end when it has been told to: it does in a hundredth.
END_DEADLINE = 2.0
#: What is told when the watch is gone.
_GONE = "nobody watches this process any more: should it die, motors move on ({why})"


class Guard:
    """A child process that stops what the engine has moved when the engine's process dies.

    It costs next to nothing: a device is told to it when a plan moves it for the first time, and
    never again in that plan. Nothing here waits for it, and nothing here can fail a plan. What the
    process regulates by itself, a device that tells ``is_regulating``, stays known after the plan.

    Parameters
    ----------
    log_file
        Where the child says what it has done.
    shutters
        What shuts the shutters; see `blueline.guard.stoppable.shutters`.
    stops
        Gives what stops a device; see `blueline.guard.stoppable.stops`.
    tell
        Shows a sentence when nobody watches any more.
    """

    def __init__(
        self,
        log_file: Path,
        shutters: Iterable[Put],
        stops: Callable[[Any], list[Put]],
        tell: Callable[[str], object],
    ) -> None:
        self._command = [sys.executable, "-S", "-P", "-m", "blueline.guard.watch"]
        self._command += [str(os.getpid()), str(log_file)]
        self._shutters = list(shutters)
        self._stops = stops
        self._tell = tell
        self._moved: dict[Any, list[Put]] = {}
        #: What was moved in plans before, and goes on by this process.
        self._held: dict[Any, list[Put]] = {}
        #: How many plans, and moves without one.
        self._under_way = 0
        self._is_closed = False
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._start()

    @property
    def pid(self) -> int | None:
        """Process id of the child; None where there is none."""
        return None if self._process is None else self._process.pid

    @property
    def is_watching(self) -> bool:
        """Whether the child lives."""
        return self._process is not None and self._process.poll() is None

    def begins(self) -> None:
        """Take note that a plan begins, or a move without one; they may overlap.

        Before the first a child that has died is replaced.
        """
        with self._lock:
            self._under_way += 1
            if self._under_way > 1:
                return
            if not self.is_watching and not self._is_closed:
                self._lose()
                self._start()
            self._turn(BUSY)

    def moves(self, device: Any, *, anew: bool = False) -> None:  # noqa: ANN401 - what may move
        """Take note that a plan moves a device.

        Parameters
        ----------
        anew
            Ask what stops it although it is known already: a search for a limit has more to undo.
        """
        if device in self._moved and not anew:
            return
        try:
            puts = self._stops(device)
        except Exception:  # whatever a device does when it is asked, its move must go on
            log.exception("how %s is stopped cannot be told", device)
            puts = []
        with self._lock:
            self._moved[device] = puts
            self._send(*(Line(MOVED, put) for put in puts))

    def ended(self) -> None:
        """Take note that one has ended; after the last, what is held alone is made safe."""
        with self._lock:
            self._under_way = max(0, self._under_way - 1)
            if self._under_way:
                return
            self._turn(IDLE)

    def _turn(self, word: str) -> None:
        """Say that plans begin or have ended, and what goes on by this process meanwhile."""
        known = self._held | self._moved
        self._held = {device: puts for device, puts in known.items() if _goes_on(device)}
        self._moved.clear()
        held = [put for puts in self._held.values() for put in puts]
        self._send(Line(word), *(Line(HELD, put) for put in held))

    def close(self, *, shut: bool = True) -> None:
        """Take leave, and wait for the end of the child; may be repeated.

        What is still under way by then is stopped by the child, as at a death.

        Parameters
        ----------
        shut
            Whether the shutters are shut then, too.
        """
        with self._lock:
            self._is_closed = True
            if not self._under_way:
                self._send(Line(BYE))
            else:
                self._send(*([] if shut else [Line(STAY)]), Line(LEFT))
            process, self._process = self._process, None
            if process is None:
                return
            _close_pipe(process)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(END_DEADLINE)
                return
            if not self._under_way:
                process.kill()
                process.wait()

    def _start(self) -> None:
        # what is imported here is imported there, and nothing else: no path hooks, no packages
        here = Path(__file__).parents[2]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # neither Ctrl-C nor the end of our group is for it
                env=os.environ | {"PYTHONPATH": str(here)},
            )
        except OSError as error:
            self._tell(_GONE.format(why=error))
            return
        os.set_blocking(self._pipe(self._process), False)
        self._send(*(Line(SHUTTER, put) for put in self._shutters))

    def _send(self, *lines: Line) -> None:
        """Write each line whole or not at all: they are shorter than what a pipe splits."""
        if self._process is None:
            return
        try:
            for line in lines:
                os.write(self._pipe(self._process), line.text())
        except OSError as error:  # it has died, or does not read
            self._lose()
            log.warning("the guard is gone: %s", error)
            self._tell(_GONE.format(why=error.strerror))

    def _lose(self) -> None:
        """Let go of a child that does not hear; it must not take that for our death later."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            _close_pipe(process)
            process.wait()

    @staticmethod
    def _pipe(process: "subprocess.Popen[bytes]") -> int:
        assert process.stdin is not None  # noqa: S101 - asked for in _start
        return process.stdin.fileno()


def _goes_on(device: Any) -> bool:  # noqa: ANN401
    try:
        return bool(getattr(device, "is_regulating", False))
    except Exception:  # as above
        log.exception("whether %s regulates cannot be told", device)
        return False


def _close_pipe(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None  # noqa: S101 - asked for in Guard._start
    with contextlib.suppress(OSError):
        process.stdin.close()
