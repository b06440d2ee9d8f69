"""Processes that outlive whoever started them."""

import os
import socket
import subprocess
import sys

import psutil
import pytest

from blueline.queue.processes import Child, found, listens, lives, started
from tests.waiting import wait_until


@pytest.fixture
def sleeper(tmp_path):
    child = started([sys.executable, "-c", "import time; time.sleep(60)"], b"", tmp_path / "log")
    yield child
    child.kill_group()


def test_a_child_lives_until_it_is_ended(sleeper):
    assert sleeper.lives()
    sleeper.end()
    assert not sleeper.lives()


def test_a_child_is_found_again_by_what_was_noted(sleeper):
    again = found(sleeper.as_json())
    assert again is not None
    assert again.lives()
    again.kill_group()
    wait_until("it is dead", lambda: not sleeper.lives())


def test_a_child_is_found_again_when_the_clock_has_been_set(sleeper, monkeypatch):
    started_at = psutil.boot_time()
    monkeypatch.setattr("psutil._psplatform.boot_time", lambda: started_at + 3600)
    assert sleeper.lives()
    again = found(sleeper.as_json())
    assert again is not None
    assert again.lives()


def test_another_process_with_the_same_id_is_not_taken_for_it(sleeper):
    told = sleeper.as_json()
    other = found({**told, "born": f"{told['born']}0", "module": "none"})
    assert not other.lives()
    other.kill_group()
    assert sleeper.lives()


@pytest.mark.parametrize("told", [{}, {"pid": "x"}, {"pid": None, "born": 1, "module": ""}])
def test_what_was_not_noted_is_not_found(told):
    assert found(told) is None
    assert not lives(told)


def test_what_is_given_is_read_from_standard_input(tmp_path):
    child = started([sys.executable, "-c", "print(input())"], b"secret\n", tmp_path / "log")
    wait_until("it has ended", lambda: not child.lives())
    assert (tmp_path / "log").read_text() == "secret\n"
    assert (tmp_path / "log").stat().st_mode & 0o077 == 0


def test_the_end_of_what_was_never_there_is_nothing():
    Child(2**22 + 1, "", "none").end()


def test_a_process_that_nobody_has_buried_does_not_live():
    child = subprocess.Popen([sys.executable, "-c", ""])
    told = {"pid": child.pid}
    wait_until("it has ended", lambda: not lives(told))
    child.wait()


def test_a_process_listens_at_its_own_ports_only(sleeper):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert listens(os.getpid(), port)
        assert not listens(sleeper.pid, port)
    assert not listens(os.getpid(), port)
