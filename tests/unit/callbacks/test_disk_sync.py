"""Files are synced when they are asked for, and nobody waits for the disk but the end of a run."""

import errno
import os
import threading
import time

import pytest

from callbacks.disk_sync import SLOW, DiskSync
from tests.waiting import wait_until


@pytest.fixture
def notices():
    return []


@pytest.fixture
def sync(notices):
    made = DiskSync(notices.append)
    yield made
    made.close()


@pytest.fixture
def file(tmp_path):
    """A descriptor that the one it is given to closes."""
    return os.open(tmp_path / "file", os.O_WRONLY | os.O_CREAT, 0o644)


@pytest.fixture
def disk(monkeypatch):
    """What was synced; set `release` to let go of a disk that hangs, `failure` to break it."""

    class Disk:
        def __init__(self):
            self.synced, self.release, self.failure = [], threading.Event(), None
            self.release.set()

        def fsync(self, descriptor):
            self.release.wait(10)
            self.synced.append(descriptor)
            if self.failure is not None:
                raise self.failure

    made = Disk()
    monkeypatch.setattr(os, "fsync", made.fsync)
    return made


def is_open(descriptor):
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def test_a_file_is_synced_at_once(sync, disk, file):
    sync.ask(file)
    wait_until("it is synced", lambda: disk.synced == [file], 0.5)
    sync.close_file(file)


def test_a_file_is_synced_when_its_time_has_come(sync, disk, file):
    sync.ask(file, time.monotonic() + 0.2)
    assert file in sync.due
    assert disk.synced == []
    wait_until("it is synced", lambda: disk.synced == [file])
    assert file not in sync.due
    sync.close_file(file)


def test_what_is_urgent_is_not_kept_waiting_by_what_is_not(sync, disk, file):
    sync.ask(file, time.monotonic() + 60)
    sync.ask(file)
    wait_until("it is synced", lambda: disk.synced == [file], 0.5)
    sync.close_file(file)


def test_closing_a_file_waits_until_it_is_synced(sync, disk, file):
    sync.ask(file, time.monotonic() + 60)
    assert sync.close_file(file) is None
    assert disk.synced == [file]
    assert not is_open(file)


def test_a_disk_that_hangs_is_not_waited_for_longer_than_the_deadline(sync, disk, file):
    disk.release.clear()
    began = time.monotonic()
    assert sync.close_file(file, deadline=0.1) is None
    assert time.monotonic() - began < 1
    assert is_open(file)
    disk.release.set()
    wait_until("it is closed", lambda: not is_open(file))


def test_a_failure_is_given_when_the_file_is_closed(sync, disk, file):
    disk.failure = OSError(errno.EIO, "Input/output error")
    assert sync.close_file(file) is disk.failure
    assert sync.failures == {}


def test_a_failure_is_there_for_who_writes_next(sync, disk, file):
    disk.failure = OSError(errno.EIO, "Input/output error")
    sync.ask(file)
    wait_until("it has failed", lambda: file in sync.failures)
    sync.close_file(file)


def test_a_file_that_is_left_is_closed_when_it_is_synced(sync, disk, file):
    sync.ask_and_leave(file)
    wait_until("it is closed", lambda: disk.synced and not is_open(file))


def test_a_file_that_the_disk_does_not_keep_after_all_is_told(sync, disk, file, notices):
    disk.release.clear()
    disk.failure = OSError(errno.EIO, "Input/output error")
    assert sync.close_file(file, deadline=0.1) is None
    disk.release.set()
    wait_until("it is told", lambda: notices)
    said = "the disk has not kept the end of a file of the last run: Input/output error"
    assert notices == [said]
    assert not is_open(file)


def test_a_slow_disk_is_told_once(sync, disk, file, notices, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: threading.Event().wait(1.2 * SLOW))
    for _ in range(2):
        sync.ask(file)
        wait_until("it is synced", lambda: sync._is_done_with(file))
    sync.close_file(file)
    wait_until("it is told", lambda: notices)
    assert len(notices) == 1
    assert notices[0].startswith("the disk is slow: it took 0.")


def test_files_are_synced_while_a_screen_takes_nothing(disk, file, monkeypatch):
    screen, synced = threading.Event(), []

    def slow(descriptor):
        threading.Event().wait(1.2 * SLOW)
        synced.append(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    sync = DiskSync(lambda _: screen.wait(10))
    for number in (1, 2):
        sync.ask(file)
        wait_until("it is synced", lambda number=number: len(synced) == number, 3)
    screen.set()
    sync.close_file(file)
    sync.close()


def test_closing_ends_the_thread_after_what_was_asked(sync, disk, file):
    before = set(threading.enumerate())
    sync.ask(file, time.monotonic() + 60)
    (thread,) = set(threading.enumerate()) - before
    sync.close()
    assert disk.synced == [file]
    assert not thread.is_alive()
    sync.close_file(file)
