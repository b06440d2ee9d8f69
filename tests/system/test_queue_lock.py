"""A queue does not come up on a beamline that somebody uses."""

import os

import pytest

from blueline.locks import MachineLock
from blueline.queue.configured import queue_folder
from blueline.queue.errors import QueueError
from blueline.queue.launching import bring_up
from blueline.queue.settings import QueueSettings
from sim_ioc.process import IocProcess
from tests.system.running_queue import PACKAGED


def test_a_queue_is_refused_while_a_session_has_the_beamline_and_leaves_nothing(tmp_path):
    data = tmp_path / "data"
    place = queue_folder(data=data).root
    with IocProcess("Q:", instant=True, seed=1) as ioc:
        lock = MachineLock(f"Q: at 127.0.0.1:{ioc.port}")
        lock.acquire()
        environment = {
            "BLUELINE_DATA": str(data),
            "BLUELINE_PORT": str(ioc.port),
            "BLUELINE_PREFIX": "Q:",
        }
        said = rf"cannot be opened: .*is used by .*pid {os.getpid()}"
        with pytest.raises(QueueError, match=said):
            bring_up(QueueSettings(str(place), environment, PACKAGED))
        lock.release()
    assert not (place / "processes.json").exists()
