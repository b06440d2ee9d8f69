"""What is loaded with what."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        ("import blueline.queue", {"bluesky", "ophyd", "bluesky_queueserver", "pydantic"}),
        ("import blueline.queue.plan_commands", {"bluesky", "ophyd", "bluesky_queueserver"}),
        ("import planlib", {"bluesky_queueserver", "blueline", "pydantic"}),
        ("from blueline.queue import queue_plan", {"bluesky_queueserver"}),
    ],
    ids=["queue", "commands", "planlib", "decorator"],
)
def test_an_import_loads_nothing_heavy(statement, heavy):
    code = f"import sys; {statement}; print(sorted({heavy!r} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
