"""A queue is ended where it runs."""

import dataclasses
import subprocess
import sys

import pytest

from blueline.locks.held_file import HeldFile
from blueline.locks.holder import myself, to_text
from blueline.queue.client import client_of
from blueline.queue.errors import QueueError
from blueline.queue.launching import bring_down, bring_up
from blueline.queue.places import QueueFolder, write_json
from blueline.queue.processes import started
from blueline.queue.settings import QueueSettings


@pytest.fixture
def somebody():
    """A process of ours that has nothing to do with a queue."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_a_queue_of_another_machine_is_not_ended_by_its_number_here(tmp_path, somebody):
    folder = QueueFolder(tmp_path)
    lock = HeldFile(folder.holder)
    assert lock.try_acquire()
    there = dataclasses.replace(myself(), pid=somebody.pid, host="elsewhere")
    folder.holder.write_text(to_text(there))
    with pytest.raises(QueueError, match="runs on elsewhere: end it there"):
        bring_down(folder, even_if_running=True)
    assert somebody.poll() is None
    lock.release()


def test_a_queue_whose_folder_cannot_be_made_says_so(tmp_path):
    (tmp_path / "state").touch()
    folder = tmp_path / "state" / "queue"
    with pytest.raises(QueueError, match=f"needs the folder {folder}, which cannot be made: Not a"):
        bring_up(QueueSettings(str(folder), {}))


def test_a_second_queue_names_the_first_and_writes_nothing_into_its_log(tmp_path):
    folder = QueueFolder(tmp_path / "queue").made()
    lock = HeldFile(folder.holder)
    assert lock.try_acquire()
    with pytest.raises(QueueError, match=r"is run by .*; use that one, or end it with"):
        bring_up(QueueSettings(str(folder.root), {}))
    assert not folder.log("supervisor").exists()
    with pytest.raises(QueueError, match="begins or ends; try again in a few seconds"):
        client_of(folder)
    lock.release()


def test_a_queue_whose_supervisor_is_gone_is_told_to_go_on(tmp_path):
    folder = QueueFolder(tmp_path / "queue").made()
    sleeping = [sys.executable, "-c", "import time; time.sleep(60)"]
    server = started(sleeping, b"", folder.log("server"))
    write_json(folder.processes, {"server": server.as_json()})
    for asked in (client_of, bring_down):
        with pytest.raises(QueueError, match="its supervisor is gone: `blueline queue up` looks"):
            asked(folder)
    server.end()
    with pytest.raises(QueueError, match="no queue runs in"):
        client_of(folder)
