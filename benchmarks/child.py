"""The process of one case: ``python -m benchmarks.child module:function '{...}'``."""

import importlib
import json
import os
import sys
import time


def main(target: str, arguments: str) -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    module, _, name = target.partition(":")
    one_round = getattr(importlib.import_module(module), name)(**json.loads(arguments))
    answers.write('{"ready": 1}\n')
    for _ in sys.stdin:
        cpu, wall = time.process_time(), time.perf_counter()
        items = one_round()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        answers.write(json.dumps({"wall": 1e3 * wall / items, "cpu": 1e3 * cpu / items}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
