"""The stream of documents: how many a second, how late, and what it costs who publishes them.

A scan of one motor and ten counters, as journal lines; the follower is another process. The cost to
the acquisition process is that of offering a line to a publisher in a process of its own, beside
that of a publisher in a thread.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.harness import DEADLINE, ROOT, Case, Round, Told, measure, table

DOCUMENTS = 20_000
#: Events one at a time, a millisecond apart: who is told at once, and when.
SINGLE, APART = 1000, 0.001
HERE = "benchmarks.stream"
OF_PROCESS, OF_THREAD = "publisher in a process", "publisher in a thread"

FOLLOWER = """
import json, sys, time
from callbacks.stream_client import follow
late, events, began = [], 0, None
for name, doc in follow(sys.argv[1], since="new"):
    if name == "start":
        late, events, began = [], 0, time.time()
    elif name == "event":
        events += 1
        late.append(time.time() - doc["time"])
    elif name == "stop":
        late.sort()
        told = {"events": events, "rate": events / (time.time() - began),
                "median": late[len(late) // 2], "worst": late[-1]}
        print(json.dumps(told), flush=True)
    elif name == "resource":
        print(json.dumps({"ready": True}), flush=True)
"""


def documents(number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give a run; the time of each event is that at which it is given."""
    names = ["x", *(f"counter_{index}" for index in range(10))]
    keys = {name: {"source": name, "dtype": "number", "shape": []} for name in names}
    yield "start", {"uid": "a", "time": time.time()}
    yield (
        "descriptor",
        {"uid": "d", "run_start": "a", "name": "primary", "data_keys": keys, "time": time.time()},
    )
    for index in range(1, number + 1):
        now = time.time()
        data = {name: index / 7 + place for place, name in enumerate(names)}
        stamps = dict.fromkeys(names, now)
        yield (
            "event",
            {
                "uid": f"e{index}",
                "descriptor": "d",
                "seq_num": index,
                "time": now,
                "data": data,
                "timestamps": stamps,
                "filled": {},
            },
        )
    yield "stop", {"uid": "s", "run_start": "a", "exit_status": "success", "time": time.time()}


class Follower:
    """Another process that follows, and tells after each run how it went."""

    def __init__(self, address: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", FOLLOWER, address],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def told(self) -> dict[str, Any]:
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.kill()
        self._process.wait(DEADLINE)
        self._process.stdout.close()


@contextmanager
def followed(encoding: str) -> Iterator[tuple[Any, list[Follower]]]:
    """Give a publisher in this process, and one who follows it."""
    from callbacks.publish import Publisher

    publisher = Publisher("127.0.0.1:0", encoding=encoding)
    follower = Follower(publisher.address)
    while not _is_ready(publisher, follower):
        pass
    yield publisher, [follower]
    follower.close()
    publisher.close()


def _is_ready(publisher: Any, follower: Follower) -> bool:
    import select

    publisher("resource", {})
    readable, _, _ = select.select([follower._process.stdout], [], [], 0.2)  # noqa: SLF001
    return bool(readable) and bool(follower.told())


def through(encoding: str) -> Iterator[str]:
    """Say how many documents a second come through, and how late single ones are."""
    with followed(encoding) as (publisher, (follower,)):
        rates, lates, worst = [], [], []
        for _ in range(4):
            for name, doc in list(documents(DOCUMENTS)):
                publisher(name, doc)
            rates.append(_of_run(follower, DOCUMENTS)["rate"])
        for _ in range(3):
            for name, doc in documents(SINGLE):
                publisher(name, doc)
                time.sleep(APART)
            told = _of_run(follower, SINGLE)
            lates.append(told["median"])
            worst.append(told["worst"])
    yield (
        f"{encoding:8} {statistics.median(rates[1:]):10.0f} documents/s to another process; "
        f"one at a time {1e3 * statistics.median(lates):.2f} ms late, the last of "
        f"{SINGLE} {1e3 * statistics.median(worst):.1f} ms"
    )


def _of_run(follower: Follower, events: int) -> dict[str, Any]:
    while "events" not in (told := follower.told()):
        pass
    if told["events"] != events:
        message = f"{told['events']} of {events} events came"
        raise RuntimeError(message)
    return told


def offering(kind: str) -> Round:
    """Offer the lines of a run to an isolated publisher, all at once."""
    from callbacks import InProcess, InThread
    from callbacks.journal import to_line
    from callbacks.publish import Publisher

    lines = [to_line(name, doc) for name, doc in documents(DOCUMENTS)]
    address = {"address": "127.0.0.1:0"}
    if kind == OF_PROCESS:
        consumer = InProcess("the stream", "callbacks.publish:stream_consumer", address, print)
    else:
        consumer = InThread("the stream", Publisher(**address), print)

    def offered() -> Told:
        cpu, wall = time.process_time(), time.perf_counter()
        for line in lines:
            consumer.offer(line)
        wall = time.perf_counter() - wall
        consumer.drain()
        # of the CPU time all that this process spends, its threads included, until all is out
        return Told(len(lines) // 1000, spent=(wall, time.process_time() - cpu))

    return offered


def run(rounds: int = 5) -> str:
    """Measure everything and give the table."""
    cases = [Case(kind, f"{HERE}:offering", {"kind": kind}) for kind in (OF_PROCESS, OF_THREAD)]
    costs = table(
        "Cost of 1000 documents to the acquisition process (CPU with threads, until all is out)",
        "ms/1000",
        measure(cases, rounds),
        (OF_PROCESS,),
    )
    lines = [line for encoding in ("json", "msgpack") for line in through(encoding)]
    return "\n".join(["The stream, a scan of ten counters", *lines, costs])


if __name__ == "__main__":
    print(run())
