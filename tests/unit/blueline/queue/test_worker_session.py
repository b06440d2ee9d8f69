"""Which session a worker of the queue opens."""

import sys

from blueline.queue.worker_session import session_arguments


def test_what_is_not_said_is_left_to_the_session():
    assert session_arguments({}) == {}
    assert session_arguments({"BLUELINE_DATA": "", "BLUELINE_PORT": ""}) == {}


def test_what_is_said_is_passed_on():
    environment = {
        "BLUELINE_BEAMLINE": "id99",
        "BLUELINE_SESSION": "xafs",
        "BLUELINE_DATA": "data",
        "BLUELINE_PORT": "5070",
        "BLUELINE_PREFIX": "Q:",
        "BLUELINE_STREAM": "127.0.0.1:5577",
        "HOME": "/root",
    }
    assert session_arguments(environment) == {
        "beamline": "id99",
        "session": "xafs",
        "data": "data",
        "port": 5070,
        "prefix": "Q:",
        "stream": "127.0.0.1:5577",
    }


def test_the_startup_module_does_nothing_outside_a_worker(monkeypatch):
    monkeypatch.delenv("_QSERVER_RE_WORKER_ACTIVE", raising=False)
    monkeypatch.delitem(sys.modules, "blueline.queue.startup", raising=False)
    import blueline.queue.startup as module

    assert not hasattr(module, "RE")
