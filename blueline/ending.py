"""The end of a plan, whatever it is at: it is ended, and its run gets a stop document."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bluesky import RunEngine

#: States of an engine whose plan is given up.
ENDING = frozenset({"aborting", "stopping", "halting"})
#: Seconds that the clean-up of a plan may take once the process has been told to end.
CLEAN_UP = 4.0
_POLL = 0.01


def end_plan(engine: "RunEngine", reason: str, seconds: float = CLEAN_UP) -> bool:
    """Abort what an engine does, paused or not, and wait until it is idle.

    Parameters
    ----------
    engine
        One that is idle is left alone.
    reason
        Goes into the stop document.
    seconds
        That the clean-up may take; after that it is cut off, and the run still gets its stop
        document.

    Returns
    -------
    is_idle
        Whether the engine is idle now. A second after the clean-up was cut off it is not waited
        for any more.
    """
    if engine.state in {"idle", "panicked"}:
        return engine.state == "idle"
    with _without_managers(engine):
        abort_in_thread(engine, reason)
        if not _is_idle_within(engine, seconds):
            give_up_cleaning(engine)
        return _is_idle_within(engine, 1.0)


def stop_plan(engine: "RunEngine", reason: str) -> bool:
    """Stop a paused plan, as a success, and wait until its clean-up is done, however long it takes.

    What its clean-up waits for has deadlines, and `give_up_cleaning` cuts it off.

    Parameters
    ----------
    reason
        Goes into the stop document where it cannot be stopped, and is aborted.

    Returns
    -------
    is_idle
        Whether the engine is idle now.
    """
    with _without_managers(engine):
        stopping = _in_thread(engine.stop)
        if stopping is not None:
            stopping.join()
    return end_plan(engine, reason)


@contextlib.contextmanager
def _without_managers(engine: "RunEngine") -> Iterator[None]:
    """Have an engine enter none: those of bluesky can only be entered in the main thread."""
    managers = engine.context_managers
    if managers:  # none where somebody else ends the plan as well, who puts them back
        engine.context_managers = []
    try:
        yield
    finally:
        if managers:
            engine.context_managers = managers


def abort_in_thread(engine: "RunEngine", reason: str) -> None:
    """Abort without waiting: of a paused plan, bluesky waits as long as the clean-up takes."""
    _in_thread(lambda: engine.abort(reason))


def _in_thread(end: Callable[[], object]) -> threading.Thread | None:
    """Begin an end in a thread, and give that; None where it could only be done at once."""

    def try_it() -> None:
        # it may have ended, or been aborted, meanwhile; bluesky has several errors for that
        with contextlib.suppress(Exception):
            end()

    thread = threading.Thread(target=try_it, daemon=True)
    try:
        thread.start()
    except RuntimeError:  # the interpreter is ending, and begins no threads any more
        try_it()
        return None
    return thread


def give_up_cleaning(engine: "RunEngine") -> None:
    """Cut off the clean-up of a plan that was aborted; its run still gets a stop document."""
    # bluesky has no public way to interrupt what it does when it aborts already
    task: Any = getattr(engine, "_task", None)
    if task is not None and engine.state in {"aborting", "stopping"}:
        engine.loop.call_soon_threadsafe(task.cancel)


def _is_idle_within(engine: "RunEngine", seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while engine.state != "idle" and time.monotonic() < ends:
        time.sleep(_POLL)
    return engine.state == "idle"
