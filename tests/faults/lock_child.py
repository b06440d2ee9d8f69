"""A process that takes a beamline: ``python -m ... FOLDER BEAMLINE``; it has a child of its own.

It writes the number of that child once it has the lock, and stays until its input ends.
"""

import subprocess
import sys
from pathlib import Path

from blueline.locks import BeamlineLock

#: Lives on when this process is killed.
CHILD = "import sys; sys.stdin.read()"


def main(folder: str, beamline: str) -> None:
    """Take the lock and wait."""
    lock = BeamlineLock(Path(folder), beamline)
    lock.acquire()
    child = subprocess.Popen([sys.executable, "-c", CHILD], close_fds=False)
    print(child.pid, flush=True)
    child.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
