"""T4, P6: the process itself is stopped for a while, as on a laptop that sleeps."""

import re
import signal
import subprocess
import sys
import time

import pytest

from tests.waiting import PATIENCE

#: The child takes what it is told as the end of its move.
CHILD = """
from devices.status import DeadlineStatus
status = DeadlineStatus("moving x", {deadline})
print("begun", flush=True)
input()
status.finish()
print(status, flush=True)
"""
DEADLINE, ASLEEP = 3.0, 6.0


@pytest.fixture
def child():
    command = [sys.executable, "-c", CHILD.format(deadline=DEADLINE)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "begun\n"
        yield process
        process.kill()


def outcome(child):
    said, _ = child.communicate("the motor has arrived\n", timeout=PATIENCE)
    return said.strip()


def sleep(child):
    child.send_signal(signal.SIGSTOP)
    time.sleep(ASLEEP)  # what passes is the very thing
    child.send_signal(signal.SIGCONT)


def test_a_deadline_that_passed_while_the_process_was_stopped_fails_nothing(child):
    sleep(child)
    assert outcome(child) == "moving x: done"


def test_it_is_told_that_the_process_stood_still(child):
    """P6."""
    sleep(child)
    told = child.stderr.readline()
    assert re.match(r"the process stood still for \d+ s; what it waits for may", told)
    assert outcome(child) == "moving x: done"


def test_a_deadline_that_passed_while_the_process_ran_is_kept(child):
    time.sleep(DEADLINE + 0.5)
    assert outcome(child) == "moving x did not end within 3 s"
