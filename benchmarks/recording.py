"""What the consumers of documents cost a scan: none, the journal, all writers, everything on.

One motor and ten counters on instantaneous hardware, and the same with hardware that takes 10 ms a
point. CPU time is that of the acquisition process: what files and plots cost in processes of their
own is not in it, and no consumer is held up to get there: how far they are behind is told. Beside
it stock bluesky: bare, with its BestEffortCallback and plots, and with the writers of apstools and
of the suitcases, which run in an environment of their own.
"""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.harness import Case, Round, Told, measure, table
from benchmarks.step_scan_cases import our_scaler, stock_devices, timed

COUNTERS, POINTS = 10, 100
#: Points of the scan that is drawn in the acquisition process: each takes up to seconds.
DRAWN = 10
#: Seconds that slow hardware takes for a point.
SLOW = 0.01
HERE = "benchmarks.recording"
NOTHING, JOURNAL, WRITERS, EVERYTHING = "nothing", "journal", "all writers", "everything on"
BARE, WITH_PLOTS = "stock bluesky", "stock, best effort with plots"
APSTOOLS, SUITCASES = "stock, apstools SPEC and NeXus", "stock, suitcases SPEC, CSV, JSON"
#: What the last two need.
STOCK_WRITERS = Path(__file__).with_name("stock_writers.txt")
#: Part of the names of the consumers that write files.
WRITING = ("writer", "results", "catalog")


def ours(port: int, level: str, pause: float) -> Round:
    """Scan in a session whose consumers are taken away down to a level."""
    from blueline import open_session
    from blueline.beamline import virtual_beamline
    from planlib import ascan

    folder = tempfile.mkdtemp(prefix="blueline-bench-")
    session = open_session(
        data=folder,
        port=port,
        make=virtual_beamline,  # several in turn: each has a lock of its own
        screen=open("/dev/null", "w"),
    )
    kept = session.recorder.consumers
    if level == NOTHING:
        session.RE.dispatcher.unsubscribe_all()
    if level in {NOTHING, JOURNAL}:
        kept.clear()
    elif level == WRITERS:
        kept[:] = [each for each in kept if any(word in each.name for word in WRITING)]
    axis, counters = session.devices["hgap"], our_scaler(COUNTERS)
    scan = timed(session.RE, lambda: ascan(axis, 1, 2, POINTS - 1, 0.001, counters, sleep=pause))

    def one_round() -> Told:
        told = scan()
        behind = {each.name: each.lag for each in kept if each.lag}
        begun = time.perf_counter()
        session.recorder.drain(60)
        lag = {"behind": behind, "caught up": time.perf_counter() - begun}
        lost = [each.name for each in kept if each.dropped or each.failure]
        return Told(told.items, {**lag, "lost": lost}, told.spent)

    return one_round


def stock(level: str, pause: float, points: int = POINTS) -> Round:
    """Scan with bluesky's engine and ophyd's devices."""
    from bluesky import RunEngine
    from bluesky import plan_stubs as bps
    from bluesky.plans import scan

    axis, scaler = stock_devices(COUNTERS, "sample:y")
    engine = RunEngine({})
    if level == WITH_PLOTS:
        os.environ["MPLBACKEND"] = "Agg"
        from bluesky.callbacks.best_effort import BestEffortCallback

        engine.subscribe(BestEffortCallback())
    elif level == APSTOOLS:
        _with_apstools(engine)
    elif level == SUITCASES:
        _with_suitcases(engine)

    def per_step(detectors, motor, step):
        yield from bps.one_1d_step(detectors, motor, step)
        yield from bps.sleep(pause)

    return timed(engine, lambda: scan([scaler], axis, 1, 2, points, per_step=per_step))


def _with_apstools(engine: Any) -> None:
    from apstools.callbacks import NXWriter, SpecWriterCallback2

    folder = tempfile.mkdtemp(prefix="blueline-bench-")
    spec, nexus = SpecWriterCallback2(), NXWriter()
    spec.newfile(f"{folder}/scans.spec")
    nexus.file_path, nexus.warn_on_missing_content = folder, False
    engine.subscribe(spec.receiver)
    engine.subscribe(nexus.receiver)


def _with_suitcases(engine: Any) -> None:
    from event_model import RunRouter
    from suitcase import csv, jsonl, specfile

    folder = tempfile.mkdtemp(prefix="blueline-bench-")
    kinds = (specfile, csv, jsonl)
    engine.subscribe(RunRouter([lambda *_: ([kind.Serializer(folder) for kind in kinds], [])]))


def run(rounds: int = 5) -> str:
    """Measure both kinds of hardware and give the tables."""
    from blueline.epics import loopback_environment, use_loopback
    from sim_ioc.process import IocProcess
    from tools.environments import FOLDER, python_with

    others = str(python_with(STOCK_WRITERS, FOLDER / "stock-writers"))
    parts: list[str] = []
    with IocProcess("BL:", instant=True) as ioc:
        use_loopback([ioc.port])
        environment = loopback_environment([ioc.port])
        for pause, hardware in ((0.0, "instantaneous hardware"), (SLOW, "10 ms a point")):
            cases = [
                Case(level, f"{HERE}:ours", {"port": ioc.port, "level": level, "pause": pause})
                for level in (NOTHING, JOURNAL, WRITERS, EVERYTHING)
            ]
            bare = Case(BARE, f"{HERE}:stock", {"level": BARE, "pause": pause})
            writing = [
                Case(level, f"{HERE}:stock", {"level": level, "pause": pause}, others)
                for level in (APSTOOLS, SUITCASES)
            ]
            results = measure([*cases, bare, *writing], rounds, environment)
            drawn = {"level": WITH_PLOTS, "pause": pause, "points": DRAWN}
            results |= measure([Case(WITH_PLOTS, f"{HERE}:stock", drawn)], 1, environment)
            title = f"Consumers, {hardware}, 1 motor, {COUNTERS} counters, {POINTS} points"
            parts.append(table(title, "ms/point", results, (NOTHING, BARE)))
            parts.append(_in_words(results))
    return "\n".join(parts)


def _in_words(results: dict[str, Any]) -> str:
    """Say what the goals are about: added CPU time, and ours beside that of stock bluesky."""
    cpu = {name: times.median_cpu for name, times in results.items()}
    added, stock_added = cpu[EVERYTHING] - cpu[NOTHING], cpu[WITH_PLOTS] - cpu[BARE]
    return _lag(results[EVERYTHING].told) + (
        f"everything on / nothing: {cpu[EVERYTHING] / cpu[NOTHING]:.2f} of CPU (goal 1.25), "
        f"{results[EVERYTHING].median / results[NOTHING].median:.2f} of wall time (goal 1.1 with "
        f"10 ms a point); it adds {added:.2f} ms of CPU a point, BestEffortCallback with plots "
        f"{stock_added:.2f}: {stock_added / max(added, 1e-3):.0f} x (goal 10)"
    )


def _lag(told: list[dict[str, Any]]) -> str:
    """Say which consumers were behind when the scan was over, and who has lost anything."""
    behind: dict[str, int] = {}
    for each in told:
        for name, documents in each["behind"].items():
            behind[name] = max(documents, behind.get(name, 0))
    most = ", ".join(f"{name} {documents}" for name, documents in sorted(behind.items()))
    later = max(each["caught up"] for each in told)
    lost = ", ".join(sorted({name for each in told for name in each["lost"]}))
    return (
        f"documents that consumers were behind at the end of a scan, at most: {most or 'none'}; "
        f"all had caught up {later:.2f} s later; documents were lost by {lost or 'none'}\n"
    )


if __name__ == "__main__":
    print(run())
