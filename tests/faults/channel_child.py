"""A process that joins a channel, sets its value, says so and stays: ``python -m ... FOLDER``."""

import sys
from pathlib import Path

from blueline.settings import Channel


def main(folder: str) -> None:
    """Be a client until the input ends."""
    channel = Channel("beam", folder=Path(folder))
    channel.value = {"from": "child"}
    print(flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
