"""`blueline queue` as systemd and people start it."""

import os
import re
import signal
import subprocess
import sys

import pytest

from blueline.queue.client import client_of
from blueline.queue.configured import queue_folder
from blueline.queue.places import holder
from sim_ioc.process import IocProcess
from tests.system.running_queue import PACKAGED, USER, running_queue
from tests.system.stream_processes import Child
from tests.waiting import wait_until

#: Seconds for the queue to be up or down, on a busy machine.
LONG = 50.0


@pytest.fixture(scope="module")
def ioc():
    with IocProcess("Q:", instant=True, seed=1) as running:
        yield running


@pytest.fixture
def run(ioc, tmp_path):
    """Run `blueline queue`, with its output as one text."""
    started = []

    def running(command, *words):
        data = ["--data", str(tmp_path / "data")]
        child = subprocess.Popen(
            [sys.executable, "-m", "blueline", "queue", command, *data, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(child)
        return child

    yield running
    for child in started:
        if child.poll() is None:
            child.terminate()
            child.communicate(timeout=LONG)


@pytest.fixture
def session(ioc):
    return ["--port", str(ioc.port), "--prefix", "Q:", "--redis", PACKAGED]


def test_a_queue_in_the_foreground_ends_with_sigterm_and_keeps_its_items(run, session, tmp_path):
    child = run("up", "--foreground", *session)
    lines = [child.stdout.readline()]
    while "export QSERVER" not in lines[-1]:
        assert lines[-1], "".join(lines)
        lines.append(child.stdout.readline())
    place = queue_folder(data=tmp_path / "data")
    for seconds in (0.1, 0.2, 0.3):
        item = {"item_type": "plan", "name": "ct", "args": [seconds]}
        client_of(place).ask("queue_item_add", item=item, **USER)
    os.kill(child.pid, signal.SIGTERM)
    output, _ = child.communicate(timeout=LONG)
    assert child.returncode == 0, output
    assert holder(place) is None
    assert not place.processes.exists()
    with running_queue(tmp_path) as again:
        assert [item["args"] for item in again.waiting()] == [[0.1], [0.2], [0.3]]


def test_another_process_follows_the_documents_of_a_queue_that_was_told_nothing_of_it(run, session):
    output, _ = run("up", *session).communicate(timeout=LONG)
    address = re.search(r"its documents can be followed at (127\.0\.0\.1:\d+)", output)[1]
    status, _ = run("status").communicate(timeout=LONG)
    assert f"its documents can be followed at {address}" in status
    follower = Child("examples/follow_stream.py", address)
    try:
        for words in (["add", "loopscan", "2", ".01"], ["start"]):
            run(*words).communicate(timeout=LONG)
        wait_until("it has the end", lambda: "ended: success" in follower.told, LONG)
    finally:
        follower.close()
        run("down", "--force").communicate(timeout=LONG)
    assert follower.told[0].startswith("scan 1 loopscan 2 0.01")


def test_a_queue_in_the_background_goes_up_and_down(run, session, tmp_path):
    def told(command, *words):
        child = run(command, *words)
        output, _ = child.communicate(timeout=LONG)
        return child.returncode, output

    status, output = told("up", *session, "--stream", "none")
    assert status == 0
    assert "followed" not in output
    assert told("list") == (0, "the queue is empty; `blueline queue add` adds a plan\n")
    status, output = told("add", "ascan", "nomotor", "0", "1", "3", "0.1")
    assert status == 1
    assert "nomotor" in output
    assert "Traceback" not in output
    assert told("down") == (0, "the queue is down\n")
    assert holder(queue_folder(data=tmp_path / "data")) is None
