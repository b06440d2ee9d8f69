"""Run a plan of moves such that Ctrl-C stops the axes at once (PS-12, PS-32)."""

import contextlib
import io
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from bluesky.utils import RunEngineInterrupted

from blueline.errors import BluelineError
from blueline.presses import PRESSES
from blueline.shell.axis_view import glance
from blueline.unplanned import stop_all
from planlib.messages import MsgGenerator

#: Seconds for axes that were stopped to stand.
STANDING_DEADLINE = 5.0
_POLL = 0.02


class InterruptedMoveError(BluelineError):
    """A move that Ctrl-C has ended; the axes stand where they were stopped."""


def run_moves(engine: Any, plan: MsgGenerator, axes: Sequence[Any]) -> Any:  # noqa: ANN401
    """Run a plan that moves axes and nothing else; one Ctrl-C stops them.

    A scan is interrupted between points; a move has none, so that there is nothing to wait for.

    Raises
    ------
    InterruptedMoveError
        Ctrl-C was pressed: with where the axes stand. Also where the move was just over: what comes
        after it, as the next move of a loop, is not wanted either.
    """
    pressed = threading.Event()
    with (
        contextlib.ExitStack() as quiet,
        _own_handlers(engine),
        _pausing_at_once(engine, quiet, pressed),
    ):
        try:
            result = engine(plan)
        except RunEngineInterrupted:
            pressed.set()  # or the plan has paused itself
            result = None
            engine.abort("Ctrl-C")
            # the engine stops what the plan has moved, not what it was still waiting for
            stop_all(axis for axis in axes if getattr(axis, "moving", False))
            _wait_until_they_stand(axes)
    if not pressed.is_set():
        return result
    stand = ", ".join(glance(axis).where for axis in axes) or "nothing was moving"
    message = f"the move was interrupted: {stand}"
    raise InterruptedMoveError(message)


@contextlib.contextmanager
def _own_handlers(engine: Any) -> Iterator[None]:  # noqa: ANN401 - bluesky's
    """Have the engine not handle Ctrl-C itself, which would wait for the end of the move."""
    before, engine.context_managers = engine.context_managers, []
    try:
        yield
    finally:
        engine.context_managers = before


@contextlib.contextmanager
def _pausing_at_once(
    engine: Any,  # noqa: ANN401 - bluesky's
    quiet: contextlib.ExitStack,
    pressed: threading.Event,
) -> Iterator[None]:
    """Pause at Ctrl-C; what bluesky then prints of scans is kept from the screen by `quiet`."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Ctrl-C is for the main thread
        return

    ended = threading.Event()
    pausing: list[threading.Thread] = []

    def pause() -> None:
        while not ended.is_set():
            try:
                engine.request_pause(defer=False)
            except RuntimeError:  # its TransitionError: it has not begun, or is about to end
                ended.wait(_POLL)
            else:
                return

    def press(*_: object) -> None:
        PRESSES.acted_upon()
        pressed.set()
        quiet.enter_context(contextlib.redirect_stdout(io.StringIO()))
        # the engine is asked from a thread: a handler must not wait
        pausing.append(threading.Thread(target=pause, name="Ctrl-C", daemon=True))
        pausing[-1].start()

    before = signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        ended.set()
        for thread in pausing:  # else it might pause what the engine does next
            thread.join(STANDING_DEADLINE)
        signal.signal(signal.SIGINT, before)


def _wait_until_they_stand(axes: Sequence[Any]) -> None:
    ends = time.monotonic() + STANDING_DEADLINE
    while any(getattr(axis, "moving", False) for axis in axes) and time.monotonic() < ends:
        time.sleep(_POLL)
