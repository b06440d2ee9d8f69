"""Other machines need keys; this one does not."""

import pytest
from zmq.auth import create_certificates

from callbacks.publish import Publisher, stream_consumer
from callbacks.stream_client import follow
from callbacks.stream_keys import ClientKeys, ServerKeys, endpoint, is_loopback
from callbacks.stream_wire import StreamError
from tests.unit.callbacks.scan_documents import Scan

DOCUMENTS = list(Scan().documents())
ANY_PORT = "127.0.0.1:0"


@pytest.fixture
def keys(tmp_path):
    """Give keys of a publisher, of one who may follow it, and of one who may not."""
    for place in ("server", "clients", "stranger"):
        (tmp_path / place).mkdir()
        create_certificates(tmp_path / place, "key")
    (tmp_path / "clients" / "key.key_secret").rename(tmp_path / "client.key_secret")
    public = tmp_path / "server" / "key.key"
    return {
        "server": ServerKeys(tmp_path / "server" / "key.key_secret", tmp_path / "clients"),
        "client": ClientKeys(tmp_path / "client.key_secret", public),
        "stranger": ClientKeys(tmp_path / "stranger" / "key.key_secret", public),
    }


@pytest.fixture
def locked(keys):
    """Give a publisher that has published a run to those who have keys."""
    known = {"secret": str(keys["server"].secret), "clients": str(keys["server"].clients)}
    publisher = stream_consumer(ANY_PORT, keys=known)
    for name, doc in DOCUMENTS:
        publisher(name, doc)
    yield publisher
    publisher.close()


def test_who_has_a_key_may_follow(locked, keys):
    follower = follow(locked.address, since="oldest", idle=0.5, keys=keys["client"])
    assert list(follower) == DOCUMENTS


@pytest.mark.parametrize("who", ["stranger", None])
def test_who_has_no_key_hears_nothing(locked, keys, who):
    settings = {"patience": 0.5, "keys": who and keys[who], "notice": lambda _: None}
    with pytest.raises(StreamError, match="nobody has answered"):
        list(follow(locked.address, since="oldest", **settings))


@pytest.mark.parametrize("host", ["*", "192.0.2.1", "beamline.example", "::1"])
def test_other_machines_are_refused_without_keys(host):
    with pytest.raises(StreamError, match="give CURVE keys, or an address of this machine"):
        endpoint(f"{host}:5577", None)


def test_all_interfaces_are_refused_without_keys():
    with pytest.raises(StreamError, match="give CURVE keys, or an address of this machine"):
        endpoint("0.0.0.0:5577", None)


@pytest.mark.parametrize("which", ["server", "client"])
def test_other_machines_are_allowed_with_keys(keys, which):
    assert endpoint("0.0.0.0:5577", keys[which]) == "tcp://0.0.0.0:5577"


@pytest.mark.parametrize("address", ["127.0.0.1:5577", "tcp://127.0.0.1:5577", "localhost:5577"])
def test_this_machine_needs_none(address):
    assert endpoint(address, None) == "tcp://127.0.0.1:5577"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "localhost"])
def test_loopback_is_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["127.evil.example.com", "localhost.evil.com", "127.0.0.1.evil.com", "192.0.2.1", "*", ""],
)
def test_a_name_that_begins_like_loopback_is_not_this_machine(host):
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "address", ["5577", "", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:²"]
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(StreamError, match="is no address of a stream"):
        endpoint(address, None)


def test_a_key_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(StreamError, match="cannot be read"):
        Publisher(ANY_PORT, keys=ServerKeys(tmp_path / "none", tmp_path))


def test_a_public_key_in_place_of_the_secret_one_is_told(tmp_path, keys):
    with pytest.raises(StreamError, match="has no secret key"):
        Publisher(ANY_PORT, keys=ServerKeys(keys["client"].server, tmp_path))


def test_a_proxy_is_not_fed_with_keys(keys):
    with pytest.raises(StreamError, match="a proxy is fed without keys only"):
        Publisher(ANY_PORT, proxy="127.0.0.1:5567", keys=keys["server"])
