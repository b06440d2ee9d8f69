"""What it costs to foretell scans, and how true it comes on the virtual beamline, in real time."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

from bluesky.utils import Msg

#: Times of what is quick are the best of so many.
_TRIES = 5


def milliseconds(work: Callable[[], object], tries: int = _TRIES) -> float:
    """Give the best time."""
    best = float("inf")
    for _ in range(tries):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return 1e3 * best


def costs(devices: dict[str, Any], context: Any) -> Iterator[str]:
    """Say what checks and forecasts cost."""
    import bluesky.plans as bp

    from planlib import ascan
    from planlib.dryrun import check, forecast
    from planlib.stepping.scan import StepScan
    from planlib.trajectories import line

    energy, x, y, theta = (devices[name] for name in ("energy", "x", "y", "theta"))
    scaler = devices["scaler"]
    twenty = StepScan([energy], line([(9000, 9010)], 19), [scaler], 0.1)
    cases = {
        "forecast, 20 energies": lambda: forecast(twenty, context),
        "check, ascan of 1000 energies": lambda: check(
            ascan(energy, 8900, 9500, 999, 0.1), context
        ),
        "check, 100 plans ascan of 20 energies": lambda: [
            check(ascan(energy, 9000, 9010, 19, 0.1), context) for _ in range(100)
        ],
        "check, bp.scan of 20 positions": lambda: check(bp.scan([scaler], x, 0, 1, 20), context),
        "check, bp.grid_scan of 1e9 points": lambda: check(
            bp.grid_scan([scaler], x, 0, 1, 1000, y, 0, 1, 1000, theta, 0, 1, 1000), context
        ),
    }
    for name, work in cases.items():
        yield f"{name:42} {milliseconds(work):10.2f} ms"


def stopwatch_cost() -> str:
    """Say what measuring costs per message."""
    from planlib.stepping.stopwatch import Stopwatch, timed

    messages = [
        Msg("checkpoint"),
        Msg("set", None, 1, group="move"),
        Msg("wait", None, group="move"),
        Msg("trigger", None, group="count"),
        Msg("wait", None, group="count"),
        Msg("create", None, name="primary"),
        *[Msg("read", None)] * 4,
        Msg("save"),
    ] * 5000

    def plan() -> Iterator[Msg]:
        yield from messages

    bare = milliseconds(lambda: list(plan()))
    measured = milliseconds(lambda: list(timed(plan(), Stopwatch())))
    cost = 1e6 * (measured - bare) / len(messages)
    return f"{'stopwatch, per message':42} {cost:10.0f} ns"


def estimates(session: Any, context: Any) -> Iterator[str]:
    """Say what was foretold and what it took, cold and after one run of the kind."""
    from planlib import ascan, dscan, mesh
    from planlib.dryrun import check

    x, y, energy = (session.devices[name] for name in ("x", "y", "energy"))
    session.RE(ascan(x, 0, 0.1, 1, 0.01))  # what a session does once, it has done then
    kinds = {
        "dscan of a motor, 21 points": lambda: dscan(y, -1, 1, 20, 0.1),
        "ascan of the energy, 31 points": lambda: ascan(energy, 9000, 9060, 30, 0.2),
        "mesh, 33 points": lambda: mesh(x, 0, 1, 10, y, 0, 1, 2, 0.1),
    }
    for name, plan in kinds.items():
        parts = []
        for when in ("cold", "after one run", "after two"):
            foretold = check(plan(), context).duration
            began = time.monotonic()
            session.RE(plan())
            took = time.monotonic() - began
            parts.append(
                f"{when} {foretold:5.1f} s, took {took:5.1f} s ({foretold / took - 1:+4.0%})"
            )
        yield f"{name:32} {'   '.join(parts)}"


def run() -> str:
    """Measure everything and give the table."""
    from blueline import open_session
    from blueline.epics import use_loopback
    from sim_ioc.process import IocProcess

    folder = tempfile.mkdtemp(prefix="blueline-bench-")
    with IocProcess(prefix="BL:") as ioc, open(os.devnull, "w") as screen:
        use_loopback([ioc.port])
        with open_session(data=folder, port=ioc.port, screen=screen) as session:
            context = session.context
            lines = [
                "Dry run, on the virtual beamline in real time",
                *costs(session.devices, context),
                stopwatch_cost(),
                *estimates(session, context),
            ]
    return "\n".join(lines)
