"""What a setting costs: to read, to write, to count up; in µs and beside what it stands on.

Beside a namespace of ours, in a file and in a Redis: a plain dictionary, one raw statement of
sqlite3 on a file in the same mode, one raw command of Redis, and, where zict is installed, the
PersistentDict of bluesky, in which `RE.md` is kept elsewhere and which one process only may use.
"""

import importlib.util
import itertools
import json
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

from benchmarks.harness import Case, Round, measure, table

HERE = "benchmarks.settings"
#: Operations of a round, in thousands: a millisecond for a thousand is a µs for one.
READS, WRITES = 5, 1
KEYS = [f"key {number}" for number in range(20)]
READ, WRITE, COUNT = "read", "write", "count up"
DICT, NAMESPACE, STATEMENT = "a dictionary", "a namespace, file", "one statement of sqlite3"
REDIS, COMMAND, PERSISTENT = "a namespace, Redis", "one command of Redis", "PersistentDict"

_PUT = (
    "INSERT INTO kept VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value "
    "RETURNING value"
)
_COUNT = (
    "INSERT INTO kept VALUES ('n', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1 "
    "RETURNING value"
)


def mapping(kind: str, address: str) -> MutableMapping[str, Any]:
    """Give a dictionary of some kind."""
    if kind == DICT:
        return {}
    if kind == PERSISTENT:
        from bluesky.utils import PersistentDict

        warnings.simplefilter("ignore")
        return PersistentDict(tempfile.mkdtemp(prefix="blueline-bench-"))
    return our_settings(kind, address).namespace("bench")


def our_settings(kind: str, address: str):
    from blueline.settings import open_settings

    return open_settings(address if kind == REDIS else new_file())


def new_file() -> Path:
    return Path(tempfile.mkdtemp(prefix="blueline-bench-")) / "settings.sqlite"


def of_mapping(work: str, kind: str, address: str = "") -> Round:
    """Read or write values of a dictionary."""
    kept = mapping(kind, address)
    kept.update(dict.fromkeys(KEYS, 1.5))
    numbers = itertools.count()

    def read(key: str) -> None:
        kept[key]

    def write(key: str) -> None:
        kept[key] = next(numbers)

    return repeated(read if work == READ else write, work)


def of_statement(work: str) -> Round:
    """Do the same by one statement."""
    base = sqlite3.connect(new_file(), isolation_level=None)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA synchronous = FULL")
    base.execute("CREATE TABLE kept (key TEXT PRIMARY KEY, value)")
    base.executemany("INSERT INTO kept VALUES (?, '1.5')", [(key,) for key in KEYS])
    numbers = itertools.count()
    statements: dict[str, Callable[[str], object]] = {
        READ: lambda key: json.loads(
            base.execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()[0]
        ),
        WRITE: lambda key: base.execute(_PUT, (key, json.dumps(next(numbers)))).fetchone(),
        COUNT: lambda _: base.execute(_COUNT).fetchone(),
    }
    return repeated(statements[work], work)


def of_command(work: str, address: str) -> Round:
    """Do the same by one command."""
    import redis

    client = redis.Redis.from_url(address)
    for key in KEYS:
        client.hset("raw", key, "1.5")
    numbers = itertools.count()
    commands: dict[str, Callable[[str], object]] = {
        READ: lambda key: json.loads(client.hget("raw", key) or "null"),
        WRITE: lambda key: client.hset("raw", key, json.dumps(next(numbers))),
        COUNT: lambda _: client.hincrby("raw", "n"),
    }
    return repeated(commands[work], work)


def of_numbers(kind: str, address: str = "") -> Round:
    """Count up a number of our settings."""
    settings = our_settings(kind, address)
    return repeated(lambda _: settings.increment("numbers", "scan"), COUNT)


def repeated(operation: Callable[[str], object], work: str) -> Round:
    thousands = READS if work == READ else WRITES

    def one_round() -> int:
        for _, key in zip(range(1000 * thousands), itertools.cycle(KEYS), strict=False):
            operation(key)
        return thousands

    return one_round


def cases(work: str, address: str) -> Iterator[Case]:
    at = {"address": address}
    if work == COUNT:
        yield Case(NAMESPACE, f"{HERE}:of_numbers", {"kind": NAMESPACE})
        yield Case(REDIS, f"{HERE}:of_numbers", {"kind": REDIS, **at})
    else:
        persistent = [PERSISTENT] if importlib.util.find_spec("zict") else []
        for kind in (DICT, *persistent, NAMESPACE, REDIS):
            yield Case(kind, f"{HERE}:of_mapping", {"work": work, "kind": kind, **at})
    yield Case(STATEMENT, f"{HERE}:of_statement", {"work": work})
    yield Case(COMMAND, f"{HERE}:of_command", {"work": work, **at})


def run(rounds: int = 5) -> str:
    """Measure and give the tables."""
    from tests.redis_server import redis_server

    parts: list[str] = []
    with redis_server(Path(tempfile.mkdtemp(prefix="blueline-bench-"))) as address:
        for work in (READ, WRITE, COUNT):
            results = measure(list(cases(work, address)), rounds)
            references = (DICT, STATEMENT, COMMAND) if DICT in results else (STATEMENT, COMMAND)
            parts.append(table(f"Settings: {work} one of {len(KEYS)}", "µs", results, references))
    return "\n".join(parts)


if __name__ == "__main__":
    print(run())
