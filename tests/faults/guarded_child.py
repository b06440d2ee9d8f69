"""A session that is watched: ``python -m ... FOLDER PORT PREFIX WHAT``.

It says on standard output what has begun, with the process id of its guard.
"""

import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import bluesky.plan_stubs as bps
import bluesky.preprocessors as bpp
from bluesky.utils import Msg, RunEngineInterrupted

from blueline import open_session

#: Six seconds at 2 mm/s.
FAR = 12


def say(*words: object) -> None:
    """Tell the test."""
    print(*words, flush=True)


def move(session: Any, guard: Any) -> None:
    """Open the shutter, and move x slowly."""

    def plan() -> Iterator[Msg]:
        yield from bps.mv(session.devices["shutter"], "open")
        yield from bps.abs_set(session.devices["x"], FAR, group="far")
        say("moving", guard.pid)
        yield from bps.wait("far")

    session.RE(plan())
    say("arrived", session.devices["x"].position)


def idle(session: Any, guard: Any) -> None:
    """Move the shutter and x in a plan, and do nothing then."""
    session.RE(bps.mv(session.devices["shutter"], "open", session.devices["x"], 0.1))
    say("idle", guard.pid)
    time.sleep(60)


def paused(session: Any, guard: Any) -> None:
    """Open the shutter, and pause."""

    @bpp.run_decorator()
    def plan() -> Iterator[Msg]:
        yield from bps.mv(session.devices["shutter"], "open", session.devices["x"], 0.1)
        yield from bps.pause()

    try:
        session.RE(plan())
    except RunEngineInterrupted:
        say("paused", guard.pid)
    time.sleep(60)


def started(session: Any, guard: Any) -> None:
    """Start x with no plan, and run a plan meanwhile."""
    names = session.namespace()
    session.RE(bps.mv(session.devices["shutter"], "open"))
    names["mmv"](session.devices["x"], FAR)
    session.RE(bps.null())
    say("moving", guard.pid)
    names["waitmove"]()


def searched(session: Any, guard: Any) -> None:
    """Have x search its limit switch by itself."""
    session.RE(bps.mv(session.devices["shutter"], "open"))
    session.devices["x"].find_limit("high")
    say("moving", guard.pid)
    time.sleep(60)


def rocked(session: Any, guard: Any) -> None:
    """Rock x far to both sides."""
    session.RE(bps.mv(session.devices["shutter"], "open", session.devices["x"], 0))
    with session.namespace()["rockit"](session.devices["x"], 2 * FAR):
        say("moving", guard.pid)
        time.sleep(60)


def heater_loop(session: Any) -> Any:
    """Give a software loop on the heater, which is far from where it is to be."""
    from ophyd import EpicsSignal, EpicsSignalRO

    from devices import SoftLoop

    prefix = session.devices["x"].prefix.removesuffix("sample:x")
    reading = EpicsSignalRO(f"{prefix}temp:readback", name="reading")
    heater = EpicsSignal(f"{prefix}temp:heater", name="heater")
    for signal in (reading, heater):
        signal.wait_for_connection(timeout=10)
    options = {"p": 1.0, "output_limits": (0.0, 50.0), "safe_output": 5.0}
    return SoftLoop(name="oven", input=reading, output=heater, **options)


def heated(session: Any, guard: Any) -> None:
    """Regulate in a plan that waits."""
    loop = heater_loop(session)

    def plan() -> Iterator[Msg]:
        yield from bps.abs_set(loop, 100, group="far")
        say("moving", guard.pid)
        yield from bps.wait("far")

    session.RE(plan())


def held(session: Any, guard: Any) -> None:
    """Regulate on when the plan that began it has ended, open the shutter, and do nothing then."""
    loop = heater_loop(session)

    def plan() -> Iterator[Msg]:
        yield from bps.abs_set(loop, 100)
        while loop.setpoint < 100:  # the engine has it held where it is then
            yield from bps.sleep(0.05)

    session.RE(plan())
    session.RE(bps.mv(session.devices["shutter"], "open"))
    say("holding", guard.pid)
    time.sleep(60)


def forked(session: Any, guard: Any) -> None:
    """Move x while a child of fork has all that is open here open as well."""
    sleeper = os.fork()
    if sleeper == 0:
        time.sleep(20)
        os._exit(0)
    say("sleeper", sleeper)
    move(session, guard)


def leave(session: Any, guard: Any) -> None:
    """Move, and close the session."""
    session.RE(bps.mv(session.devices["shutter"], "open", session.devices["x"], 0.1))
    pid = guard.pid
    guard.close()
    session.close()
    say("closed", pid)
    time.sleep(60)


def left(session: Any, guard: Any) -> None:
    """Start x with no plan, and close the session while it moves."""
    session.RE(bps.mv(session.devices["shutter"], "open"))
    x = session.devices["x"]
    x.set(FAR)
    say("moving", guard.pid)
    while x.position < FAR / 6:
        time.sleep(0.05)
    session.close()
    say("closed")
    time.sleep(60)


def main(folder: str, port: str, prefix: str, what: str) -> None:
    """Open a session and do something with it."""
    session = open_session(data=folder, port=int(port), prefix=prefix, screen=sys.stderr)
    guard = session.guard
    {
        f.__name__: f
        for f in (move, started, searched, rocked, idle, paused, heated, held, forked, leave, left)
    }[what](session, guard)


if __name__ == "__main__":
    main(*sys.argv[1:])
