"""A scan in a process that has too little of something: ``python -m ... WHAT FOLDER``."""

import resource
import sys
from pathlib import Path

from tests.faults.soft_scans import SoftBeamline

#: Point before which the process runs out.
AT = 6


def few_files(_number: int) -> None:
    """Let nobody open another file."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))


def no_memory(_number: int) -> None:
    """Take all the memory that a limit leaves."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + 30_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    taken = []
    while True:
        taken.append(bytearray(1_000_000))


def main(what: str, folder: str) -> int:
    """Scan twice, run out during the first, and say why each ended."""
    run_out = {"files": few_files, "memory": no_memory}[what]
    made = SoftBeamline(Path(folder))
    for _ in range(2):
        try:
            made.scan_with(lambda number: run_out(number) if number == AT else None)
        except Exception as error:
            print(f"{type(error).__name__}: {error}", flush=True)
        else:
            print("success", flush=True)
    made.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
