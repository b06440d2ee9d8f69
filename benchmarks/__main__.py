"""``make bench``: all benchmarks, or those named on the command line."""

import importlib
import sys

BENCHMARKS = (
    "step_scan",
    "recording",
    "consumers",
    "documents",
    "stream",
    "fits",
    "growth",
    "dry_run",
    "devices",
    "monitor_storm",
    "virtual_beamline",
    "settings",
    "queue",
    "start_up",
)


def main(names: list[str]) -> None:
    for name in names or BENCHMARKS:
        print(importlib.import_module(f"benchmarks.{name}").run(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
