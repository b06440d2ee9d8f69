"""Recover a folder again and again, and be killed in the middle: ``FOLDER COPY SEED TIMES``."""

import os
import random
import signal
import sys
import time
from pathlib import Path

import callbacks.nexus_file
import callbacks.plot  # noqa: F401 - loaded before the clock runs
from callbacks.recover import recover

#: Each attempt lives for at most this part of the time that recovery takes: it comes a bit further.
PART = 0.1


def begin(folder: Path) -> int:
    """Recover in a process of its own, and give its number."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            recover(folder)
            status = 0
        finally:
            os._exit(status)
    return child


def ended_well(child: int) -> bool:
    """Wait for its end; True where it was not killed."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def main(folder: str, copy: str, seed: str, times: str) -> int:
    """Kill so many attempts at moments of chance; print how many had not ended by themselves."""
    began = time.monotonic()
    assert ended_well(begin(Path(copy)))
    longest = PART * (time.monotonic() - began)
    chance, killed = random.Random(int(seed)), 0  # noqa: S311 - no secret
    for _ in range(int(times)):
        child = begin(Path(folder))
        time.sleep(chance.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        killed += not ended_well(child)
    print(killed)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
