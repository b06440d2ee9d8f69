"""A queue is ended where it runs."""

import dataclasses
import subprocess
import sys

import pytest

from blueline.locks.held_file import HeldFile
from blueline.locks.holder import myself, to_text
from blueline.queue.errors import QueueError
from blueline.queue.launching import bring_down
from blueline.queue.places import QueueFolder


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
