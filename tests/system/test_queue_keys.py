"""A queue that has keys answers only those who have its public one."""

import pytest
import zmq.auth

from blueline.queue.client import QueueClient
from blueline.queue.errors import QueueError
from tests.system.running_queue import running_queue


@pytest.fixture(scope="module")
def keyed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("queue")
    _, secret = zmq.auth.create_certificates(folder, "queue")
    with running_queue(folder, key=secret) as running:
        yield running


def test_who_has_the_key_is_answered(keyed):
    assert keyed.told["public_key"]
    assert keyed.is_idle()


def test_who_has_no_key_gets_no_answer(keyed):
    stranger = QueueClient(keyed.told["control"])
    with pytest.raises(QueueError, match="did not answer status"):
        stranger.answer("status", deadline=1)


def test_who_has_another_key_gets_no_answer(keyed):
    public, _ = zmq.curve_keypair()
    stranger = QueueClient(keyed.told["control"], public.decode())
    with pytest.raises(QueueError, match="did not answer status"):
        stranger.answer("status", deadline=1)
