"""How long the prompt takes to appear with fifty devices, and a scan to have a point.

Run it with ``python -m benchmarks.start_up``. Seconds of the clock, and of this process at work:
the difference is waiting, for the virtual beamline or for a machine that does other things.
"""

import contextlib
import importlib
import io
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

#: Devices of the session: those of the virtual beamline, and motors beside them.
DEVICES = 50
#: Scans of which the time from Enter to the first point is taken.
SCANS = 10
#: What is loaded, in the order in which it comes.
IMPORTS = (
    "numpy",
    "bluesky",
    "event_model",
    "planlib",
    "callbacks",
    "ophyd",
    "devices",
    "blueline.opening",
    "IPython.terminal.embed",
    "blueline.shell.prompt",
)


@contextlib.contextmanager
def timed(what: str) -> Iterator[None]:
    wall, work = time.perf_counter(), time.process_time()
    try:
        yield
    finally:
        wall, work = time.perf_counter() - wall, time.process_time() - work
        print(f"{what:<28} {wall:6.2f} s  {work:6.2f} s")


def fifty(prefix: str, data: Path):
    from blueline.beamline import MOTORS, virtual_beamline
    from devices import Motor

    made = virtual_beamline(prefix, data)
    records = list(MOTORS.values())
    number = DEVICES - len(made.devices) - 2  # the camera and the analyser come later
    more = {
        f"motor{at}": Motor(f"{prefix}{records[at % len(records)]}", name=f"motor{at}")
        for at in range(number)
    }
    made.devices |= more
    return made


def main() -> None:
    from blueline.epics import use_loopback
    from sim_ioc.process import IocProcess

    print(f"{'':<28}  clock    at work")
    with contextlib.ExitStack() as leaving, contextlib.ExitStack() as starting:
        starting.enter_context(timed("all"))
        with timed("the virtual beamline starts"):
            port = leaving.enter_context(IocProcess(time_factor=50)).port
        use_loopback([port])  # before anything loads Channel Access
        for name in IMPORTS:
            with timed(f"import {name}"):
                importlib.import_module(name)
        session, prompt = show_prompt(port, leaving)
        starting.close()
        print(f"{len(session.devices)} devices")
        took = sorted(first_points(session, prompt.shell.run_cell))
        print(f"Enter to the first point: {took[0]:.3f} s at best, {median(took):.3f} s mostly")


def show_prompt(port: int, leaving: contextlib.ExitStack) -> tuple[Any, Any]:
    from blueline.opening import open_session
    from blueline.shell.prompt import Prompt

    folder = leaving.enter_context(tempfile.TemporaryDirectory())
    with timed("open the session"):
        session = leaving.enter_context(
            open_session(data=folder, port=port, make=fifty, screen=io.StringIO())
        )
    with timed("the prompt"):
        return session, Prompt(session)


def first_points(session: Any, enter: Callable[[str], object]) -> list[float]:
    """Type scans that hardly move and count, and take the time until each has a point."""
    primary: set[str] = set()
    points: list[float] = []

    def watch(name: str, document: dict[str, Any]) -> None:
        if name == "descriptor" and document["name"] == "primary":  # the baseline has events too
            primary.add(document["uid"])
        if name == "event" and document["descriptor"] in primary:
            points.append(time.perf_counter())

    session.RE.subscribe(watch)
    took = []
    for _ in range(SCANS):
        points.clear()
        begun = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            enter("ascan x 0 0.001 1 0.01")
        took.append(points[0] - begun)
    return took


if __name__ == "__main__":
    main()
