"""Scripts of real clients against a virtual beamline, each in a process of its own."""

import json
import os
import subprocess
import sys
from typing import Any

from sim_ioc import IocProcess

#: What every script begins with: waiting, and a place for what it has to tell.
_BEGINNING = """
import json, time
told = {}

def until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return bool(condition())
"""
_END = """
print(json.dumps(told))
"""


def run_client(script: str, ioc: IocProcess, seconds: float = 50.0) -> dict[str, Any]:
    """Run a script that fills `told`; return what it told."""
    return run_alone(_BEGINNING + script + _END, ioc, seconds)


def run_alone(script: str, ioc: IocProcess, seconds: float = 50.0) -> dict[str, Any]:
    """Run a script that prints what it has to tell as JSON, in its last line; return that."""
    environment = os.environ | {
        "EPICS_CA_ADDR_LIST": f"127.0.0.1:{ioc.port}",
        "EPICS_CA_AUTO_ADDR_LIST": "NO",
        "OPHYD_CONTROL_LAYER": "pyepics",
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
