"""Whether a long scan slows down or grows: milliseconds per point and memory along its way.

One scan of very many points with soft devices and the whole chain of consumers behind it, and a
shorter one over Channel Access. A straight line is fitted through the CPU time per point, and
through the resident memory, against the number of points; what it rises by along the scan should be
next to nothing.
"""

import gc
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import Case, Round, Told

#: Points of each scan, and of one step of the table.
SOFT, OVER_CHANNEL_ACCESS, STEP = 100_000, 10_000, 1_000
PREFIX = "BL:"
HERE = "benchmarks.growth"
#: Of the first points, which still fill buffers and caches, this part is left out of the lines.
WARMING_UP = 0.2
#: What may be added along a scan: part of the CPU time of a point, on a machine that others use as
#: well, and bytes per point: the peaks and the last scan keep the numbers of a run, 8 bytes each.
SLOWER, BIGGER = 0.2, 400.0


def soft(points: int = SOFT) -> Round:
    """Scan soft devices, with the consumers of a session."""
    from ophyd.sim import SynAxis, SynGauss

    from blueline.engine import Engine
    from callbacks import DataFolder, InThread, Journal, LiveTable, Peaks, Recorder, SpecWriter
    from planlib import ascan
    from planlib.context import NoSession

    folder = DataFolder(Path(tempfile.mkdtemp(prefix="blueline-growth-")), "growth")
    consumers = [
        InThread("the live table", LiveTable(open("/dev/null", "w")), print),
        InThread("the peaks", Peaks(), print),
        InThread("the SPEC writer", SpecWriter(folder.spec_path), print),
    ]
    engine = Engine(NoSession())
    engine.subscribe(Recorder(Journal(folder.journal_path), consumers))
    axis = SynAxis(name="axis")
    detector = SynGauss("det", axis, "axis", center=0, Imax=1, sigma=1)
    return _watched(engine, lambda: ascan(axis, -1, 1, points - 1, None, detector), points)


def over_channel_access(port: int, points: int = OVER_CHANNEL_ACCESS) -> Round:
    """Scan a motor and count with a scaler, in a session with everything on."""
    from blueline import open_session
    from planlib import ascan

    folder = tempfile.mkdtemp(prefix="blueline-growth-")
    session = open_session(data=folder, port=port, screen=open("/dev/null", "w"))
    axis = session.devices["hgap"]
    return _watched(session.RE, lambda: ascan(axis, 1, 2, points - 1, 0.001), points)


def _watched(engine: Any, plan: Any, points: int) -> Round:
    def one_round() -> Told:
        watch = Watch()
        token = engine.subscribe(watch, "event")
        engine(plan())
        engine.unsubscribe(token)
        return Told(points, {"rows": watch.rows})

    return one_round


class Watch:
    """Note how much time and memory every thousand events took."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, float, float, float]] = []
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def __call__(self, _: str, event: dict[str, Any]) -> None:
        """Take an event."""
        number = event["seq_num"]
        if number % STEP:
            return
        wall, cpu = time.perf_counter(), time.process_time()
        spent = (1e3 * (wall - self._wall) / STEP, 1e3 * (cpu - self._cpu) / STEP)
        self.rows.append((number, *spent, resident()))
        self._wall, self._cpu = wall, cpu


def resident() -> float:
    """Give the memory of this process, in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def summary(title: str, rows: list[list[float]]) -> str:
    """Write a few rows, and what the lines rise by along the scan."""
    table = np.asarray(rows)
    shown = table[:: max(1, len(table) // 5)]
    lines = [title, f"{'points':>8} {'wall ms/pt':>11} {'CPU ms/pt':>10} {'MB':>8}"]
    lines += [f"{n:8.0f} {wall:11.3f} {cpu:10.3f} {mb:8.1f}" for n, wall, cpu, mb in shown]
    settled = table[int(WARMING_UP * len(table)) :]
    number = settled[:, 0] / table[-1, 0]
    slower = np.polyfit(number, settled[:, 2], 1)[0] / np.median(settled[:, 2])
    bigger = 1e6 * np.polyfit(settled[:, 0], settled[:, 3], 1)[0]
    flat = "flat" if slower < SLOWER and bigger < BIGGER else "NOT FLAT"
    lines.append(
        f"along the scan {slower:+.1%} of CPU time per point, {bigger:+.0f} bytes per point: {flat}"
    )
    return "\n".join(lines)


def run(over_channel_access: int = OVER_CHANNEL_ACCESS) -> str:
    """Run both scans and give what they took; the second with so many points."""
    from benchmarks.step_scan import told
    from blueline.epics import loopback_environment, use_loopback
    from sim_ioc.process import IocProcess

    soft_rows = told(Case("soft", f"{HERE}:soft"), {})["rows"]
    parts = [summary(f"A scan of {SOFT} points, soft devices", soft_rows)]
    with IocProcess(prefix=PREFIX, instant=True) as ioc:
        use_loopback([ioc.port])
        arguments = {"port": ioc.port, "points": over_channel_access}
        case = Case("ca", f"{HERE}:over_channel_access", arguments)
        rows = told(case, loopback_environment([ioc.port]))["rows"]
        title = f"A scan of {over_channel_access} points over Channel Access"
        parts.append(summary(title, rows))
    return "\n\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(run(*map(int, sys.argv[1:])) + "\n")
