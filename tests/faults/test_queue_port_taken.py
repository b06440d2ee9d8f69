"""Another queue takes the port that ours was to have, between the look for it and the start."""

import json
import threading

import pytest
import zmq

from blueline.queue.errors import QueueError
from blueline.queue.parts import Parts
from blueline.queue.places import QueueFolder, write_json
from blueline.queue.redis_provider import free_port
from blueline.queue.settings import QueueSettings
from tests.system.running_queue import PACKAGED


@pytest.fixture
def taken():
    """The port of a manager that is not ours, and answers."""
    ends = threading.Event()
    with zmq.Context() as context, context.socket(zmq.REP) as socket:
        port = socket.bind_to_random_port("tcp://127.0.0.1")
        answering = threading.Thread(target=answer, args=(socket, ends))
        answering.start()
        yield port
        ends.set()
        answering.join()


def answer(socket, ends):
    while not ends.is_set():
        if socket.poll(50):
            socket.recv()
            socket.send(json.dumps({"manager_state": "idle"}).encode())


def parts_at(folder, port, *, is_asked_for):
    """Give the parts of a queue that has looked, and found this port free."""
    place = QueueFolder(folder / "queue").made()
    address = f"127.0.0.1:{port if is_asked_for else 0}"
    parts = Parts(QueueSettings(str(place.root), {}, PACKAGED, address))
    parts.address = {"control": f"127.0.0.1:{port}", "info": f"127.0.0.1:{free_port()}"}
    return parts


def test_another_port_is_taken_and_our_manager_answers_there(taken, tmp_path):
    parts = parts_at(tmp_path, taken, is_asked_for=False)
    try:
        parts.find_redis()
        parts.start_server()
        assert parts.address["control"] != f"127.0.0.1:{taken}"
        assert "re_state" in parts.status(), "it is a true one"
        assert parts.told["control"] == parts.address["control"]
    finally:
        parts.end()


def test_a_port_that_was_asked_for_is_refused(taken, tmp_path):
    parts = parts_at(tmp_path, taken, is_asked_for=True)
    try:
        with pytest.raises(QueueError, match=f"another queue answers at port {taken}"):
            parts.start_server()
    finally:
        parts.end()


def test_another_s_manager_is_not_taken_over(taken, tmp_path):
    parts = parts_at(tmp_path, taken, is_asked_for=False)
    write_json(QueueFolder(tmp_path / "queue").pid_file("manager"), {"pid": 1})
    assert parts.status() == {"manager_state": "idle"}
    assert not parts.listens_itself()
