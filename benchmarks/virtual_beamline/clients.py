"""What one client does in one round: puts with completion, a stream of puts, or watching.

Names of rounds are ``"<work> <prefix of the server>"``.
"""

import itertools
import time
from collections.abc import Callable

from benchmarks.harness import Round
from benchmarks.virtual_beamline.servers import PREFIXES

_DEADLINE = 30.0
#: What is watched: by one client, by all of them.
WATCHED = {"watch 1": "x100", "watch all": "x101"}


def client(number: int, puts: int, stream: int, burst: int) -> dict[str, Round]:
    """Do all kinds of rounds, each server in turn; only client 0 watches alone."""
    rounds: dict[str, Round] = {}
    for prefix in PREFIXES:
        rounds[f"put {prefix}"] = putter(f"{prefix}x{number}", puts)
        rounds[f"stream {prefix}"] = streamer(f"{prefix}x{number}", stream)
        for work in WATCHED if number == 0 else ("watch all",):
            rounds[f"{work} {prefix}"] = watcher(prefix + WATCHED[work], burst)
    return rounds


def source(burst: int) -> dict[str, Round]:
    """Put what the others watch."""
    return {
        f"{work} {prefix}": streamer(prefix + name, burst)
        for prefix in PREFIXES
        for work, name in WATCHED.items()
    }


def putter(name: str, puts: int) -> Round:
    """Put and wait until each put has completed."""
    pv = _connected(name)

    def one_round() -> int:
        for value in range(puts):
            pv.put(float(value), wait=True)
        return puts

    return one_round


def streamer(name: str, puts: int) -> Round:
    """Put without waiting; only the last of a round is waited for.

    Values go on rising from round to round, so that whoever watches can tell the last of each.
    """
    pv = _connected(name)
    values = itertools.count(1)

    def one_round() -> int:
        for _ in range(puts - 1):
            pv.put(float(next(values)))
        pv.put(float(next(values)), wait=True, timeout=_DEADLINE)
        return puts

    return one_round


def watcher(name: str, puts: int) -> Callable[[], int]:
    """Monitor what a `streamer` puts; a round ends with its last value, and counts the updates.

    That is an error when the last value does not come.
    """
    received: list[float] = []
    _connected(name, callback=lambda value, **_: received.append(value))
    _wait_until(lambda: bool(received), f"{name} shows no value")
    received.clear()
    lasts = itertools.count(float(puts), puts)

    def one_round() -> int:
        last = next(lasts)
        _wait_until(
            lambda: bool(received) and received[-1] >= last,
            f"{name} never showed its final value {last:g}",
        )
        updates = len(received)
        received.clear()
        return updates

    return one_round


def _wait_until(is_so: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + _DEADLINE
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(complaint)
        time.sleep(0.001)


def _connected(name: str, **options: object) -> object:
    import epics

    pv = epics.PV(name, auto_monitor=bool(options), **options)
    if not pv.wait_for_connection(_DEADLINE):
        raise TimeoutError(f"{name} does not connect")
    return pv
