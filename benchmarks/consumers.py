"""What consumers cost the scan: processor time per point of the acquisition process, and its pace.

A scan of one soft motor and ten counters, journalled. First with six consumers in threads that do
next to nothing, so that what is seen is the cost of serving them: woken for each document, and with
documents gathered. Then at a pace of ten milliseconds a point, with one that sleeps 20 ms for each
document (C7 of the fault catalogue): the wall time may rise by 5 % at the most.
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.harness import Case, Round, Told, measure, table

POINTS, PACED_POINTS, ROUNDS = 400, 150, 5
COUNTERS, CONSUMERS = 10, 6
#: Seconds that a point of the second table takes at least, and that its slow consumer sleeps.
PACE, SLEEP = 0.01, 0.02
HERE = "benchmarks.consumers:scan"
#: Seconds to finish what the last round left.
DEADLINE = 60.0


def scan(consumers: int = 0, gather: float = 0.05, pace: float = 0.0, sleep: float = 0.0) -> Round:
    """Scan soft devices with so many consumers; the first one sleeps for each document."""
    from ophyd.sim import SynAxis, SynSignal

    from blueline.engine import Engine
    from callbacks import DataFolder, InThread, Journal, Recorder
    from callbacks.backlog import Policy
    from planlib import ascan
    from planlib.context import NoSession

    folder = DataFolder(Path(tempfile.mkdtemp(prefix="blueline-consumers-")), "consumers")

    def consumer(number: int) -> InThread:
        seconds = 0.0 if number else sleep
        action = (lambda *_: time.sleep(seconds)) if seconds else (lambda *_: None)
        return InThread(f"consumer {number}", action, print, Policy(gather=gather))

    recorder = Recorder(Journal(folder.journal_path), map(consumer, range(consumers)))
    engine = Engine(NoSession())
    engine.subscribe(recorder)
    axis = SynAxis(name="axis")
    first = SynSignal(func=lambda: time.sleep(pace) or 1.5, name="counter_0")
    others = [SynSignal(func=lambda: 1.5, name=f"counter_{n}") for n in range(1, COUNTERS)]
    points = PACED_POINTS if pace else POINTS

    def one_round() -> Told:
        wall, cpu = time.perf_counter(), time.process_time()
        engine(ascan(axis, 0, 1, points - 1, None, first, *others))
        wall = time.perf_counter() - wall
        if not sleep:
            recorder.drain(DEADLINE)
        return Told(points, spent=(wall, time.process_time() - cpu))

    return one_round


def run() -> str:
    """Measure both and give the tables."""
    six = {"consumers": CONSUMERS}
    served = [
        Case("none", HERE, {}),
        Case("six, woken each time", HERE, {**six, "gather": 0.0}),
        Case("six, gathered", HERE, six),
    ]
    paced = [
        Case("none", HERE, {"pace": PACE}),
        Case("six", HERE, {**six, "pace": PACE}),
        Case("six, one sleeps 20 ms", HERE, {**six, "pace": PACE, "sleep": SLEEP}),
    ]
    title = f"{CONSUMERS} consumers in threads, 1 motor and {COUNTERS} counters, instantaneous"
    parts = [table(title, "ms/point", measure(served, ROUNDS), ["none"])]
    title = f"the same at {1e3 * PACE:g} ms a point"
    parts.append(table(title, "ms/point", measure(paced, ROUNDS), ["none", "six"]))
    return "\n\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(run() + "\n")
