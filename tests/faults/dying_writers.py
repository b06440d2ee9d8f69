"""Writers that die at every few bytes of a write: ``python -m ... FILE``, which looks after each.

A process may not let a file grow beyond a limit; with the signal's own effect it is killed in the
middle of the write that would. It writes a line for each that has died.
"""

import os
import resource
import signal
import sys

from blueline.settings import open_settings

#: Bytes of a file at which a writer dies: those of a change and of the file after it, and more.
LIMITS = range(0, 250_000, 3001)


def text_of(number: int) -> str:
    """Give a value that takes many pages."""
    return f"{number}," * 20_000


def write_and_die(path: str, number: int, limit: int, told: int) -> None:
    """Change two values, tell of it, and close; somewhere in it the process dies."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    with open_settings(path) as settings:
        settings.namespace("n").update(number=number, text=text_of(number))
        os.write(told, b"!")


def died(path: str, number: int, limit: int) -> tuple[bool, bool]:
    """Let a writer work; say whether it was killed, and whether it was told that all is kept."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            write_and_die(path, number, limit, write)
        finally:
            os._exit(0)
    os.close(write)
    acknowledged = os.read(read, 1) == b"!"
    os.close(read)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1]), acknowledged


def main(path: str) -> None:
    """Let writers die one after the other."""
    before = 0
    with open_settings(path) as settings:
        settings.namespace("n").update(number=0, text=text_of(0))
    for number, limit in enumerate(LIMITS, 1):
        killed, acknowledged = died(path, number, limit)
        with open_settings(path) as settings:
            kept = settings.namespace("n").copy()
        assert kept["text"] == text_of(kept["number"]), f"{limit}: half a change"
        assert kept["number"] in ({number} if acknowledged else {before, number}), f"{limit}: lost"
        before = kept["number"]
        print(int(killed), int(acknowledged), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
