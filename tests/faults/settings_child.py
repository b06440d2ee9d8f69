"""A process that changes settings until it is killed: ``python -m ... WHERE NAME``.

It writes a line for each change that was acknowledged.
"""

import itertools
import os
import sys

from blueline.settings import open_settings


def main(where: str, name: str) -> None:
    """Count, keep values, take them away again, and tell of each."""
    settings = open_settings(where)
    kept = settings.namespace(name)
    for number in itertools.count():
        kept.update({"number": number, "half": number / 2, "text": f"{number}," * 20_000})
        _tell(f"kept {number}")
        _tell(f"scan {settings.increment('numbers', 'scan')}")
        kept.setdefault(f"key {number}", {"of": [number]})
        _tell(f"added {number}")
        if number % 2:
            kept.pop(f"key {number}")
            _tell(f"removed {number}")


def _tell(line: str) -> None:
    os.write(1, line.encode() + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
