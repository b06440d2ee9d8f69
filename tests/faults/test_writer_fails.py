"""A writer that is killed, or whose disk is full, costs the run nothing (P7, D2)."""

import os
import signal

import psutil
import pytest

from callbacks.isolate import InProcess
from callbacks.journal import Journal
from callbacks.naming import DataFolder
from callbacks.nexus_file import is_complete, nexus_consumer
from callbacks.recorder import Recorder
from callbacks.recover import recover
from callbacks.replay import Replay, journals
from tests.faults.small_disk import may_mount, small_disk
from tests.faults.test_recovery_killed import numbers
from tests.unit.callbacks.scan_documents import Scan
from tests.waiting import PATIENCE, wait_until

SCAN = Scan(uid="run", values=tuple((0.1 * number,) for number in range(400)))


def writer(root, notices):
    where = {"root": str(root), "data_set": "blueline"}
    return InProcess("writer", "callbacks.nexus_file:nexus_consumer", where, notices.append)


@pytest.fixture
def recorder():
    """Make one, and end its consumers."""
    made = []

    def make(folder, *consumers):
        made.append(Recorder(Journal(folder.journal_path), consumers))
        return made[-1]

    yield make
    for each in made:
        each.close(PATIENCE)


def record(recorder, scan, between):
    """Feed a scan, with something happening in its middle."""
    documents = list(scan.documents())
    for number, (name, doc) in enumerate(documents):
        if number == len(documents) // 2:
            between()
        recorder(name, doc)


def normal_export(root):
    """The file as it is written when nothing happens."""
    made = nexus_consumer(str(root))
    for name, doc in SCAN.documents():
        made(name, doc)
    made.close()
    return DataFolder(root).nexus_path(SCAN.start())


def processes_below(pid):
    return [child for child in psutil.Process(pid).children() if _is_writer(child)]


def _is_writer(child):
    try:
        return "callbacks" in str(child.cmdline())
    except psutil.ZombieProcess:  # of a test before this one
        return False


def test_a_writer_that_is_killed_costs_nothing_and_its_file_is_rebuilt_as_it_would_be(
    tmp_path, recorder
):
    folder, notices = DataFolder(tmp_path / "data"), []
    file = folder.nexus_path(SCAN.start())

    def kill():
        wait_until("the writer has begun", file.exists)
        (child,) = processes_below(os.getpid())
        child.send_signal(signal.SIGKILL)

    recording = recorder(folder, writer(folder.root, notices))
    record(recording, SCAN, kill)
    wait_until("it is told", lambda: notices)
    (journal,) = journals(folder.root)
    assert list(Replay(journal)) == list(SCAN.documents())
    assert not is_complete(file, len(SCAN.values))
    (done,) = recover(folder.root)
    assert file in done.files
    assert numbers(file) == numbers(normal_export(tmp_path / "normal"))


@pytest.mark.skipif(not may_mount(), reason="only a superuser may mount")
def test_a_writer_whose_disk_is_full_fails_alone(tmp_path, recorder):
    folder, notices = DataFolder(tmp_path / "data"), []
    with small_disk(tmp_path / "disk") as disk:
        disk.data.mkdir()
        file = DataFolder(disk.data).nexus_path(SCAN.start())

        def fill():
            wait_until("the writer has begun", file.exists)
            disk.fill()

        long = Scan(uid="run", values=tuple((0.1 * number,) for number in range(5000)))
        recording = recorder(folder, writer(disk.data, notices))
        record(recording, long, fill)
        recording.close(PATIENCE)
        assert len(notices) == 1, notices
        (journal,) = journals(folder.root)
        assert sum(1 for _ in Replay(journal)) == len(list(long.documents()))
        assert not is_complete(file, len(long.values))
    recover(folder.root)
    assert is_complete(folder.nexus_path(long.start()), len(long.values))
