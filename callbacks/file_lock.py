"""Locks of files that other processes may hold for a moment."""

import fcntl
import time

#: Seconds between two tries.
_LOOK = 0.02


def lock(descriptor: int, patience: float) -> None:
    """Lock a file; BlockingIOError where somebody else still has it after `patience` seconds."""
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_LOOK)
        else:
            return
