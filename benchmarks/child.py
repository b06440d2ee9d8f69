"""The process of one case: ``python -m benchmarks.child module:function '{...}'``."""

import importlib
import json
import os
import sys
import time

from benchmarks.harness import Told


def main(target: str, arguments: str) -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    module, _, name = target.partition(":")
    made = getattr(importlib.import_module(module), name)(**json.loads(arguments))
    rounds = made if isinstance(made, dict) else {"round": made}
    answers.write('{"ready": 1}\n')
    for line in sys.stdin:
        one_round = rounds[line.strip()]
        cpu, wall = time.process_time(), time.perf_counter()
        items = one_round()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        done = items if isinstance(items, Told) else Told(items)
        inside, busy = done.spent or (wall, cpu)
        answer = {
            "wall": 1e3 * inside / done.items,
            "cpu": 1e3 * busy / done.items,
            "items": done.items,
            "besides": wall - inside,
            "told": done.told,
        }
        answers.write(json.dumps(answer, default=str) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
