"""What a queue is to be."""

import json

import pytest
import zmq
import zmq.auth

from blueline.queue.errors import QueueError
from blueline.queue.settings import QueueSettings, as_json, from_json, require_sound, secret_key


def settings(**given):
    return QueueSettings("/tmp/queue", {"BLUELINE_DATA": "data"}, **given)  # noqa: S108 - a name


def test_settings_come_through_json_with_more_beside_them():
    given = settings(redis="host:1/2", most_items=3)
    told = json.loads(as_json(given, control="127.0.0.1:1"))
    assert from_json(told) == given
    assert told["control"] == "127.0.0.1:1"


@pytest.mark.parametrize("address", ["127.0.0.1:0", "localhost:60615", "127.0.0.2:1"])
def test_an_address_of_this_machine_needs_no_key(address):
    require_sound(settings(address=address))


@pytest.mark.parametrize("address", ["0.0.0.0:60615", "*:60615", "10.0.0.1:60615", "nonsense"])
def test_an_address_beyond_this_machine_is_refused_without_a_key(address):
    with pytest.raises(QueueError, match="secret CURVE key"):
        require_sound(settings(address=address))


def test_an_address_beyond_this_machine_is_taken_with_a_key_and_a_folder_of_clients(tmp_path):
    (tmp_path / "clients").mkdir()
    require_sound(settings(address="0.0.0.0:60615", key=str(tmp_path / "queue.key_secret")))


def test_a_key_without_a_folder_of_clients_is_refused(tmp_path):
    with pytest.raises(QueueError, match="nobody who may ask it: make the folder"):
        require_sound(settings(key=str(tmp_path / "queue.key_secret")))


def test_the_secret_key_of_a_file_is_read(tmp_path):
    public, secret = zmq.auth.create_certificates(tmp_path, "queue")
    key = secret_key(secret)
    assert zmq.curve_public(key.encode()) == zmq.auth.load_certificate(public)[0]


def test_a_public_key_in_place_of_the_secret_one_is_told(tmp_path):
    public, _ = zmq.auth.create_certificates(tmp_path, "queue")
    with pytest.raises(QueueError, match=r"ends in \.key_secret"):
        secret_key(public)


def test_a_key_that_is_not_there_is_told(tmp_path):
    with pytest.raises(QueueError, match="cannot be read"):
        secret_key(str(tmp_path / "none"))


def test_a_console_beyond_this_machine_is_refused_even_with_a_key():
    with pytest.raises(QueueError, match="not encrypted"):
        require_sound(settings(information="0.0.0.0:1", key="queue.key_secret"))
