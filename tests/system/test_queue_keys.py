"""A queue that has keys answers only those whose public ones it has."""

import pytest
import zmq.auth
from bluesky_queueserver.manager import comms

from blueline.queue.client import QueueClient
from blueline.queue.errors import QueueError
from tests.system.running_queue import running_queue


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a folder with keys of the queue, of one who may ask it, and of one who may not."""
    made = tmp_path_factory.mktemp("queue")
    for name in ("clients", "office", "stranger"):
        (made / name).mkdir()
    for name in ("office", "stranger"):
        zmq.auth.create_certificates(made / name, name)
    (made / "office" / "office.key").rename(made / "clients" / "office.key")
    return made


@pytest.fixture(scope="module")
def keyed(folder):
    _, secret = zmq.auth.create_certificates(folder, "queue")
    with running_queue(folder, key=secret) as running:
        yield running


def client(keyed, secret):
    return QueueClient(keyed.told["control"], keyed.told["public_key"], str(secret))


def test_the_queues_own_commands_are_answered(keyed):
    assert keyed.told["public_key"]
    assert keyed.is_idle()


def test_who_is_known_is_answered(keyed, folder):
    known = client(keyed, folder / "office" / "office.key_secret")
    assert known.ask("queue_get")["items"] == []


def test_a_strangers_pair_gets_no_answer(keyed, folder):
    stranger = client(keyed, folder / "stranger" / "stranger.key_secret")
    with pytest.raises(QueueError, match="did not answer status"):
        stranger.answer("status", deadline=1)


def test_a_pair_made_on_the_spot_gets_no_answer(keyed):
    stranger = QueueClient(keyed.told["control"], keyed.told["public_key"])
    with pytest.raises(QueueError, match="did not answer status"):
        stranger.answer("status", deadline=1)


def test_the_published_pair_of_stock_clients_gets_no_answer(keyed, tmp_path):
    secret = tmp_path / "stock.key_secret"
    public, private = comms._fixed_public_key, comms._fixed_private_key
    secret.write_text(f'curve\n    public-key = "{public}"\n    secret-key = "{private}"\n')
    with pytest.raises(QueueError, match="did not answer status"):
        client(keyed, secret).answer("status", deadline=1)


def test_who_is_taken_out_of_the_folder_gets_no_answer(keyed, folder):
    _, secret = zmq.auth.create_certificates(folder / "clients", "leaver")
    assert "manager_state" in client(keyed, secret).answer("status")
    (folder / "clients" / "leaver.key").unlink()
    with pytest.raises(QueueError, match="did not answer status"):
        client(keyed, secret).answer("status", deadline=1)


def test_who_has_no_key_gets_no_answer(keyed):
    stranger = QueueClient(keyed.told["control"])
    with pytest.raises(QueueError, match="did not answer status"):
        stranger.answer("status", deadline=1)


def test_who_has_another_key_of_the_queue_gets_no_answer(keyed):
    public, _ = zmq.curve_keypair()
    stranger = QueueClient(keyed.told["control"], public.decode())
    with pytest.raises(QueueError, match="did not answer status"):
        stranger.answer("status", deadline=1)
