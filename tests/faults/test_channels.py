"""Channels between processes: their values are gone with the last client, killed or not (BL-23)."""

import signal
import subprocess
import sys

import pytest

from blueline.settings import Channel
from tests.waiting import wait_until


@pytest.fixture
def channel(tmp_path):
    made = []

    def make(name="beam", **options):
        made.append(Channel(name, folder=tmp_path, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def child(tmp_path):
    """Another process that has set the value."""
    command = [sys.executable, "-m", "tests.faults.channel_child", str(tmp_path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"\n"
    yield process
    process.kill()
    process.communicate(timeout=10)


def test_what_another_process_sets_is_seen(channel, child):
    assert channel().value == {"from": "child"}


def test_the_value_is_gone_with_the_last_client(channel, child):
    ours = channel()
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    assert ours.value == {"from": "child"}
    ours.close()
    assert channel(default="anew").value == "anew"


def test_a_killed_client_does_not_keep_the_value(channel, child):
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    assert channel().value is None


def test_a_client_is_told_what_another_process_sets(channel, tmp_path):
    told = []
    channel(callback=told.append)
    command = [sys.executable, "-m", "tests.faults.channel_child", str(tmp_path)]
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    wait_until("we are told", lambda: told == [{"from": "child"}])
