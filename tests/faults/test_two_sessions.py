"""Of two sessions on one beamline the second is refused, and told who the first is (K1)."""

import signal
import subprocess
import sys

import psutil
import pytest

from blueline.locks import BeamlineLock, LockedError


@pytest.fixture
def first(tmp_path):
    """Another process that has the beamline, and the child that it has started."""
    command = [sys.executable, "-m", "tests.faults.lock_child", str(tmp_path), "virtual"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    child = psutil.Process(int(process.stdout.readline()))
    yield process, child
    process.kill()
    process.communicate(timeout=10)
    child.wait(10)


@pytest.fixture
def lock(tmp_path):
    made = BeamlineLock(tmp_path, "virtual")
    yield made
    made.release()


def test_the_second_session_is_told_who_the_first_is(first, lock):
    process, _ = first
    said = (
        rf"beamline virtual is used by \S+, `lock_child \S+` \(pid {process.pid}\) since \d\d:\d\d"
    )
    with pytest.raises(LockedError, match=said):
        lock.acquire()
    assert lock.holder().pid == process.pid


def test_the_lock_of_a_killed_session_is_free_at_once_though_its_child_lives(first, lock):
    process, child = first
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert child.is_running()
    assert lock.holder() is None
    lock.acquire()
    assert lock.is_held


def test_the_lock_of_a_stopped_session_is_not_free(first, lock):
    process, _ = first
    process.send_signal(signal.SIGSTOP)
    assert not lock.try_acquire()
    process.send_signal(signal.SIGCONT)


def test_the_first_session_does_not_lose_the_lock_to_one_that_asks(first, lock):
    process, _ = first
    for _ in range(3):
        assert not lock.try_acquire()
        assert lock.holder().pid == process.pid


def test_two_beamlines_are_independent(first, tmp_path):
    other = BeamlineLock(tmp_path, "another")
    other.acquire()
    other.release()
