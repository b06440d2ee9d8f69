"""Whose keys are known, as the folder has it now."""

import pytest
import zmq.auth

from blueline.queue.doorman import KnownKeys


@pytest.fixture
def clients(tmp_path):
    folder = tmp_path / "clients"
    folder.mkdir()
    return folder


def pair(folder, name):
    file, _ = zmq.auth.create_certificates(folder, name)
    return zmq.auth.load_certificate(file)[0]


def test_who_is_put_into_the_folder_is_known_and_who_is_taken_out_is_not(clients):
    known = KnownKeys(zmq.curve_keypair()[0], clients)
    key = pair(clients, "office")
    assert known.callback("*", key)
    (clients / "office.key").unlink()
    assert not known.callback("*", key)


def test_the_managers_own_pair_is_known(clients):
    own, _ = zmq.curve_keypair()
    assert KnownKeys(own, clients).callback("*", own)


def test_a_stranger_is_not_known(clients):
    pair(clients, "office")
    stranger, _ = zmq.curve_keypair()
    assert not KnownKeys(zmq.curve_keypair()[0], clients).callback("*", stranger)


def test_a_folder_that_is_gone_or_unsound_lets_in_nobody_but_the_manager(clients, tmp_path):
    own, _ = zmq.curve_keypair()
    key = pair(clients, "office")
    (clients / "broken.key").write_text("no key")
    assert not KnownKeys(own, clients).callback("*", key)
    assert not KnownKeys(own, tmp_path / "none").callback("*", key)
    assert KnownKeys(own, tmp_path / "none").callback("*", own)
