"""The guard as the engine's process has it."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from blueline.guard import Guard
from blueline.guard.puts import Put
from tests.waiting import wait_until

#: What the watching process may import: it shall start in a moment, and need little.
HEAVY = (
    "numpy",
    "ophyd",
    "epics",
    "bluesky",
    "caproto",
    "asyncio",
    "json",
    "logging",
    "dataclasses",
)


@pytest.fixture
def told():
    return []


@pytest.fixture
def guard(tmp_path, told):
    made = Guard(
        tmp_path / "log", [], lambda device: [Put(device, f"{device}.STOP", 1.0)], told.append
    )
    yield made
    made.close()


def test_a_guard_that_is_told_to_go_ends(guard):
    child = psutil.Process(guard.pid)
    guard.close()
    assert not child.is_running()
    assert guard.pid is None


def test_closing_again_does_nothing(guard):
    guard.close()
    guard.close()


def test_a_guard_is_in_a_session_of_its_own(guard):
    assert os.getsid(guard.pid) == guard.pid


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_guard_outlives_what_ends_its_engine(guard, number, tmp_path):
    wait_until("it has begun", lambda: _ignores(guard.pid, number))
    os.kill(guard.pid, number)
    guard.begins()
    assert guard.is_watching


def _ignores(pid, number):
    with open(f"/proc/{pid}/status") as file:
        (mask,) = [line.split()[1] for line in file if line.startswith("SigIgn")]
    return int(mask, 16) >> (number - 1) & 1


def test_a_device_is_asked_once_in_a_plan(tmp_path, told):
    asked = []
    guard = Guard(tmp_path / "log", [], lambda device: asked.append(device) or [], told.append)
    guard.begins()
    for _ in range(3):
        guard.moves("x")
    guard.ended()
    guard.begins()
    guard.moves("x")
    guard.ended()
    guard.close()
    assert asked == ["x", "x"]


@pytest.mark.parametrize(("ends", "is_over"), [(1, False), (2, True), (3, True)])
def test_what_moves_is_watched_until_the_last_has_ended(tmp_path, told, ends, is_over):
    guard = Guard(tmp_path / "log", [], lambda device: [], told.append)
    for _ in range(2):
        guard.begins()
        guard.moves("x")
    for _ in range(ends):
        guard.ended()
    guard.close()  # while something moves it takes no leave, and the child does its duty
    assert (tmp_path / "log").exists() is not is_over


def test_what_begins_meanwhile_has_no_device_asked_again(tmp_path, told):
    asked = []
    guard = Guard(tmp_path / "log", [], lambda device: asked.append(device) or [], told.append)
    for _ in range(2):
        guard.begins()
        guard.moves("x")
    for _ in range(2):
        guard.ended()
    guard.close()
    assert asked == ["x"]


class Loop:
    """Regulates for so many looks, or fails when asked."""

    def __init__(self, *answers):
        self.answers = iter(answers)

    @property
    def is_regulating(self):
        if next(self.answers):
            return True
        raise OSError


def test_what_goes_on_after_its_plan_is_held_until_it_does_no_more(tmp_path, told):
    loop = Loop(True, True, False)
    guard = Guard(tmp_path / "log", [], lambda device: [Put("oven", "heater", 0.0)], told.append)
    guard.begins()
    guard.moves(loop)
    held = []
    for turn in (guard.ended, guard.begins, guard.ended):
        turn()
        held.append(list(guard._held))
    guard.close()
    assert held == [[loop], [loop], []]


def test_a_device_that_fails_when_asked_fails_no_plan(tmp_path, told):
    def fail(device):
        raise OSError

    guard = Guard(tmp_path / "log", [], fail, told.append)
    guard.begins()
    guard.moves("x")
    guard.ended()
    guard.close()


def test_a_guard_that_was_killed_is_replaced_when_a_plan_begins(guard):
    first = guard.pid
    os.kill(first, signal.SIGKILL)
    wait_until("it is gone", lambda: not guard.is_watching)
    guard.begins()
    assert guard.is_watching
    assert guard.pid != first
    guard.ended()


def test_a_guard_that_dies_in_a_plan_is_told_of(guard, told):
    guard.begins()
    os.kill(guard.pid, signal.SIGKILL)
    wait_until("it is gone", lambda: not guard.is_watching)
    guard.moves("x")
    (sentence,) = told
    assert sentence.startswith("nobody watches this process any more")
    guard.ended()


def test_a_guard_that_does_not_hear_is_ended_rather_than_let_act(guard, told):
    stopped = psutil.Process(guard.pid)
    stopped.suspend()
    guard.begins()
    for number in range(5000):
        guard.moves(f"motor{number}")
    assert told
    assert not stopped.is_running()
    guard.ended()


def test_a_guard_that_is_closed_is_not_replaced(guard):
    guard.close()
    guard.begins()
    assert guard.pid is None
    guard.ended()


def test_a_process_that_ends_idle_needs_nobody(tmp_path):
    script = f"""
from pathlib import Path
from blueline.guard import Guard
guard = Guard(Path({str(tmp_path / "log")!r}), [], lambda device: [], print)
guard.begins()
guard.ended()
print(guard.pid)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, timeout=30
    )
    pid = int(done.stdout)
    wait_until("the guard has ended", lambda: not psutil.pid_exists(pid) or _is_left_over(pid))
    assert not (tmp_path / "log").exists()


def _is_left_over(pid):
    return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_the_watching_process_imports_little():
    script = f"import sys, blueline.guard.watch; print(set({HEAVY!r}) & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", script], capture_output=True, check=True, timeout=30, text=True
    )
    assert done.stdout.strip() == "set()"


def test_the_watching_process_needs_little_memory(guard):
    time.sleep(0.5)  # it has nothing to say when it has begun
    assert psutil.Process(guard.pid).memory_info().rss < 20e6
