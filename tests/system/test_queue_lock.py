"""A queue does not come up on a beamline that somebody uses."""

import os

import pytest

from blueline.locks import BeamlineLock
from blueline.queue.errors import QueueError
from tests.system.running_queue import running_queue


def test_a_queue_is_refused_while_a_session_has_the_beamline_and_leaves_nothing(tmp_path):
    lock = BeamlineLock(tmp_path / "data" / "state", "data")
    lock.acquire()
    with (
        pytest.raises(QueueError, match=rf"cannot be opened: .*is used by .*pid {os.getpid()}"),
        running_queue(tmp_path) as queue,
    ):
        pytest.fail(f"it came up: {queue.told}")
    lock.release()
    place = tmp_path / "data" / "state" / "queue"
    assert not (place / "processes.json").exists()
