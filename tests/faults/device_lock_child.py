"""A process that locks a device until it is killed: ``python -m ... FOLDER NAME``."""

import sys
from pathlib import Path

from blueline.locks import DeviceLocks


def main(folder: str, name: str) -> None:
    """Lock it, say so, and wait."""
    locks = DeviceLocks(Path(folder))
    locks.lock(name)
    print(flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
