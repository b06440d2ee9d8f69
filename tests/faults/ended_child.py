"""A session that is ended by signals: ``python -m ... FOLDER PORT PREFIX WHAT``.

It says on standard output what has begun.
"""

import sys
import time
from collections.abc import Iterator
from typing import Any

import bluesky.plan_stubs as bps
import bluesky.preprocessors as bpp
from bluesky.utils import Msg, RunEngineInterrupted

from blueline import open_session
from planlib import ascan

#: Seconds of a count that nobody wants to wait for.
LONG = 30.0


def say(*words: object) -> None:
    """Tell the test."""
    print(*words, flush=True)


def scan(session: Any, interrupts: Any) -> None:
    """Scan, with a second for each point."""
    with session:
        session.RE(ascan(session.devices["x"], 0, 1, 40, 1.0))


def expose(session: Any, interrupts: Any) -> None:
    """Count for long."""
    with session:
        session.RE(ascan(session.devices["x"], 0, 1, 5, LONG))


def far(session: Any, interrupts: Any) -> None:
    """Scan, and return from far away: that takes seven seconds."""
    with session:
        session.RE(ascan(session.devices["x"], 14, 16, 20, 1.0, after="return"))


def stubborn(session: Any, interrupts: Any) -> None:
    """Try the next scan where one has failed."""
    with session:
        for _ in range(3):
            try:
                session.RE(ascan(session.devices["x"], 0, 1, 40, 1.0))
            except RunEngineInterrupted:
                say("next")


def forgotten(session: Any, interrupts: Any) -> None:
    """End without closing the session, while a run is paused."""

    @bpp.run_decorator()
    def plan() -> Iterator[Msg]:
        yield from bps.mv(session.devices["x"], 0.1)
        yield from bps.pause()

    try:
        session.RE(plan())
    except RunEngineInterrupted:
        say(session.RE.state)


def moves(session: Any, interrupts: Any) -> None:
    """Move, again and again, with a plan of bluesky's that has no checkpoint."""
    with session:
        for position in (3, 0, 3, 0):
            say("moving to", position)
            session.RE(bps.mv(session.devices["x"], position))


def idle(session: Any, interrupts: Any) -> None:
    """Do nothing."""
    with session:
        say("idle")
        time.sleep(60)


def prompt(session: Any, interrupts: Any) -> None:
    """Scan as at a prompt, which swallows whatever ends a cell."""
    sys.ps1 = ">>> "
    with session:
        try:
            session.RE(ascan(session.devices["x"], 0, 1, 40, 1.0))
        except BaseException as error:
            say("swallowed", type(error).__name__, session.RE.state)
        time.sleep(60)


def _tell_point(_name: str, event: dict[str, Any]) -> None:
    if "I0" in event["data"]:
        say("point")


def main(folder: str, port: str, prefix: str, what: str) -> None:
    """Open a session and do something with it."""
    session = open_session(data=folder, port=int(port), prefix=prefix, screen=sys.stdout)
    interrupts = session.interrupts
    what_to_do = (scan, expose, far, stubborn, forgotten, moves, idle, prompt)
    session.RE.subscribe(_tell_point, "event")
    {each.__name__: each for each in what_to_do}[what](session, interrupts)


if __name__ == "__main__":
    main(*sys.argv[1:])
