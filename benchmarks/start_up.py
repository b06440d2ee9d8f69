"""How long the prompt takes to appear with fifty devices, and a scan to have a point.

Seconds of the clock, and of this process at work: the difference is waiting, for the simulated
beamline or for a machine that does other things. The simulated beamline starts in a process of its
own meanwhile, as it does for ``blueline shell``. What each of the modules costs is in ``python -X
importtime -m blueline shell``.
"""

import contextlib
import importlib
import io
import subprocess
import sys
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
#: What is loaded while the simulated beamline starts, in the order in which it comes.
BEFORE = ("blueline.opening", "numpy", "bluesky", "planlib", "callbacks", "blueline.assembly")
#: What is loaded while the devices connect.
MEANWHILE = ("IPython.terminal.embed", "blueline.shell.prompt")
#: Commands that open no session.
COMMANDS = ("--help", "config check", "queue status", "runs list", "plans list")
#: What a start with the stock stack loads before it has made anything.
STOCK = "import bluesky, ophyd, databroker"


class Profile:
    """What the start is made of, a line for each part."""

    def __init__(self) -> None:
        self.lines = [f"{'Start to the prompt':<34}  clock    at work"]

    @contextlib.contextmanager
    def part(self, what: str) -> Iterator[None]:
        wall, work = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            wall, work = time.perf_counter() - wall, time.process_time() - work
            self.lines.append(f"{what:<34} {wall:6.2f} s  {work:6.2f} s")

    def load(self, *names: str) -> None:
        for name in names:
            with self.part(f"import {name}"):
                importlib.import_module(name)


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


def run() -> str:
    """Measure and give the tables."""
    profile = Profile()
    with contextlib.ExitStack() as leaving, contextlib.ExitStack() as starting:
        starting.enter_context(profile.part("all"))
        started = begun(profile, leaving)
        profile.load(*BEFORE)
        with profile.part("wait for the simulated beamline"):
            port = started.port()
        session, prompt = shown(profile, port, leaving)
        starting.close()
        profile.lines.append(f"{len(session.devices)} devices")
        took = sorted(first_points(session, prompt.shell.run_cell))
    best, mostly = took[0], median(took)
    profile.lines.append(f"Enter to the first point: {best:.3f} s at best, {mostly:.3f} s mostly")
    return "\n".join([*profile.lines, *commands()])


def begun(profile: Profile, leaving: contextlib.ExitStack) -> Any:
    from blueline.scheme import Simulation
    from blueline.simulation import Started

    with profile.part("start the simulated beamline"):
        started = Started(Simulation(time_factor=50))
    leaving.callback(started.close)
    return started


def shown(profile: Profile, port: int, leaving: contextlib.ExitStack) -> tuple[Any, Any]:
    from blueline.epics import use_loopback
    from blueline.late_imports import load_ophyd
    from blueline.opening import open_session

    use_loopback([port])  # before anything loads Channel Access
    with profile.part("import ophyd"):
        load_ophyd()
    profile.load("devices")
    folder = leaving.enter_context(tempfile.TemporaryDirectory())
    with profile.part("open the session, the prompt loaded"):
        session = leaving.enter_context(
            open_session(
                data=folder,
                port=port,
                make=fifty,
                screen=io.StringIO(),
                meanwhile=lambda: profile.load(*MEANWHILE),
            )
        )
    from blueline.shell.prompt import Prompt

    with profile.part("the prompt"):
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


def commands() -> Iterator[str]:
    """Run commands in a folder without a beamline, and the imports of the stock stack."""
    yield f"{STOCK:<34} {best('-c', STOCK):6.2f} s"
    for words in COMMANDS:
        yield f"{f'blueline {words}':<34} {best('-m', 'blueline', *words.split()):6.2f} s"


def best(*arguments: str, rounds: int = 3) -> float:
    """Run Python in an empty folder a few times, and give the least seconds that it takes."""
    took = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            begun = time.perf_counter()
            subprocess.run(
                [sys.executable, *arguments],
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            took.append(time.perf_counter() - begun)
    return min(took)


if __name__ == "__main__":
    print(run())
