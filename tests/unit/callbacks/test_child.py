"""A consumer in a child process: it gets everything, and its end, however it ends, is told."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from callbacks import comeback
from callbacks.isolate import InProcess
from tests.unit.callbacks.consumers import HERE, LINES, NAMES, offer, written
from tests.waiting import PATIENCE, wait_until

#: Short, for consumers that use all of it.
BRIEFLY = 0.2


@pytest.fixture
def notices():
    return []


@pytest.fixture
def in_process(notices):
    """Isolate a consumer in a child process."""
    made = []

    def make(factory, **arguments):
        consumer = InProcess("the writer", f"{HERE}:{factory}", arguments, notices.append)
        made.append(consumer)
        return consumer

    yield make
    for consumer in made:
        consumer.close(BRIEFLY)


def test_a_child_gets_every_document_and_says_what_it_made(in_process, tmp_path, notices):
    path = tmp_path / "made"
    consumer = in_process("Writes", path=str(path))
    offer(consumer)
    assert consumer.drain(PATIENCE)
    assert written(path) == NAMES
    consumer.close(PATIENCE)
    assert written(path) == [*NAMES, "closed"]
    assert consumer.paths == [str(path)]
    assert notices == []


def test_what_a_child_prints_does_not_garble_its_answers(in_process, tmp_path, notices):
    path = tmp_path / "made"
    consumer = in_process("Prints", path=str(path))
    offer(consumer, LINES[:3])
    assert consumer.drain(PATIENCE)
    assert consumer.paths == [str(path)]
    assert notices == []


def test_a_child_that_raises_is_put_aside_with_one_sentence(in_process, notices):
    consumer = in_process("raises", at="event", said="the file\nis gone")
    offer(consumer, LINES * 500)  # more than a pipe holds: the last ones meet a broken pipe
    assert not consumer.drain(PATIENCE)
    consumer.close(PATIENCE)
    assert notices == [
        "the writer was put aside: it failed (details in the log): ValueError: the file is gone; "
        "the next run starts it again; the journal has everything"
    ]


@pytest.mark.parametrize(
    ("how", "status", "reason"),
    [
        ("sys.exit", 0, "it failed (details in the log): SystemExit: 0"),
        ("os._exit", 0, "its process ended with status 0"),
        ("os._exit", 7, "its process ended with status 7"),
    ],
)
def test_a_child_that_leaves_is_told(in_process, notices, how, status, reason):
    consumer = in_process("exits", status=status, how=how)
    offer(consumer, LINES[:1])
    assert not consumer.drain(PATIENCE)
    assert notices == [
        f"the writer was put aside: {reason}; the next run starts it again; "
        "the journal has everything"
    ]


def test_a_child_that_is_killed_is_told(in_process, tmp_path, notices):
    consumer = in_process("Writes", path=str(tmp_path / "made"))
    offer(consumer, LINES[:3])
    assert consumer.drain(PATIENCE)
    consumer._part.process.kill()
    wait_until("the end of the child is told", lambda: notices)
    offer(consumer, LINES[3:])
    consumer.close(PATIENCE)
    assert notices == [
        "the writer was put aside: its process ended with status -9; "
        "the next run starts it again; the journal has everything"
    ]


def test_a_later_run_starts_another_child(in_process, tmp_path, notices):
    path = tmp_path / "made"
    consumer = in_process("Writes", path=str(path))
    offer(consumer, LINES[:3])
    assert consumer.drain(PATIENCE)
    consumer._part.process.kill()
    wait_until("the end of the child is told", lambda: notices)
    offer(consumer, LINES[3:])
    assert not consumer.drain(PATIENCE)
    offer(consumer)
    assert consumer.drain(PATIENCE)
    consumer.close(PATIENCE)
    assert consumer.failure is None
    assert written(path) == [*NAMES, "closed"]
    assert len(notices) == 1


def test_a_child_that_fails_again_and_again_is_given_up(in_process, notices, monkeypatch):
    monkeypatch.setattr(comeback, "RESTARTS", 1)
    consumer = in_process("exits", status=1, how="os._exit")
    for number in range(2):
        offer(consumer)
        assert not consumer.drain(PATIENCE)
        assert len(notices) == number + 1
    offer(consumer)
    assert not consumer.drain(0)
    assert len(notices) == 2
    assert "; the next run starts it again; " in notices[0]
    assert "; it stays away in this session; " in notices[1]


def test_a_child_that_gets_through_runs_is_never_given_up(in_process, tmp_path, monkeypatch):
    monkeypatch.setattr(comeback, "RESTARTS", 1)
    consumer = in_process("Writes", path=str(tmp_path / "made"))
    for _ in range(3):
        offer(consumer)
        assert consumer.drain(PATIENCE)
        consumer._part.process.kill()
        wait_until("its end is noticed", lambda: consumer.failure)
        assert consumer._part.returns


def test_an_error_that_was_foreseen_needs_no_log(in_process, notices):
    consumer = in_process("nowhere")
    offer(consumer)
    assert not consumer.drain(PATIENCE)
    assert notices[0].startswith("the writer was put aside: ConsumerError: no consumer factory")


def test_the_input_of_a_child_that_failed_is_closed_at_once(in_process):
    consumer = in_process("raises", at="start")
    offer(consumer)
    assert not consumer.drain(PATIENCE)
    wait_until("it is closed", lambda: consumer._part.process.stdin.closed)


def test_a_child_that_is_put_aside_finishes_its_files_at_once(in_process, tmp_path):
    path = tmp_path / "made"
    consumer = in_process("Writes", path=str(path))
    offer(consumer, LINES[:3])
    assert consumer.drain(PATIENCE)
    consumer._part._put_aside("it is too far behind")
    wait_until("it is closed", lambda: written(path)[-1] == "closed")


def test_a_child_imports_what_its_parent_does(in_process, tmp_path, monkeypatch, notices):
    (tmp_path / "callbacks").mkdir()
    (tmp_path / "callbacks" / "__init__.py").touch()
    monkeypatch.chdir(tmp_path)
    consumer = in_process("Writes", path=str(tmp_path / "made"))
    offer(consumer)
    assert consumer.drain(PATIENCE)
    assert notices == []


@pytest.mark.parametrize("factory", ["nowhere", "written"])
def test_a_child_that_cannot_be_made_is_told(in_process, notices, factory):
    consumer = in_process(factory)
    offer(consumer)
    assert not consumer.drain(PATIENCE)
    (sentence,) = notices
    assert "\n" not in sentence
    assert factory in sentence


def test_a_child_that_hangs_is_ended_with_its_time(in_process, tmp_path, notices):
    path = tmp_path / "got"
    consumer = in_process("hangs", path=str(path))
    offer(consumer, LINES * 500)  # more than a pipe holds
    wait_until("the first document has come", path.exists)
    child = psutil.Process(consumer._part.process.pid)
    began = time.monotonic()
    consumer.close(BRIEFLY)
    assert time.monotonic() - began < BRIEFLY + 4
    assert not child.is_running()
    assert not consumer._part._thread.is_alive()
    (sentence,) = notices
    assert sentence.startswith("the writer was put aside: it did not finish in time, 8500 ")


def test_a_child_that_does_not_end_is_killed_and_told(in_process, tmp_path, notices):
    consumer = in_process("ClosesNever", path=str(tmp_path / "made"))
    offer(consumer)
    assert consumer.drain(PATIENCE)
    child = psutil.Process(consumer._part.process.pid)
    consumer.close(BRIEFLY)
    assert not child.is_running()
    (sentence,) = notices
    assert sentence.startswith("the writer was put aside: it did not finish in time, 0 documents")


def test_closing_ends_the_child(in_process, tmp_path):
    consumer = in_process("Writes", path=str(tmp_path / "made"))
    offer(consumer)
    assert consumer.drain(PATIENCE)
    child = psutil.Process(consumer._part.process.pid)
    assert child.is_running()
    consumer.close(PATIENCE)
    assert not child.is_running()
    assert not consumer._part._thread.is_alive()
    assert not consumer._part._reader.is_alive()


def has_ended(process):
    """Tell it also where nobody collects the child of a parent that was killed."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_child_ends_with_its_parent(tmp_path):
    path = tmp_path / "made"
    script = (
        "import json, sys, time\n"
        "from callbacks.isolate import InProcess\n"
        f"consumer = InProcess('w', '{HERE}:Writes', {{'path': sys.argv[1]}}, print)\n"
        "for line in sys.stdin.buffer: consumer.offer(line)\n"
        "consumer.drain(10)\n"
        "print(json.dumps(consumer._part.process.pid), flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        parent.stdin.write(b"".join(LINES))
        parent.stdin.close()
        child = psutil.Process(json.loads(parent.stdout.readline()))
        os.kill(parent.pid, signal.SIGKILL)
    wait_until("the child has ended", lambda: has_ended(child))
    assert written(path) == [*NAMES, "closed"]


#: What a session and its child are, for a hang that outlives the session.
HANGING_CHILD = f"""
import sys
from callbacks import worker
worker.LOOK_PERIOD, worker.DRAIN_DEADLINE = 0.05, 0.2
worker.main(["{HERE}:hangs", sys.argv[1]])
"""
SESSION = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", *sys.argv[1:3]], stdin=subprocess.PIPE)
child.stdin.write(sys.stdin.buffer.read())
child.stdin.flush()
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_child_that_hangs_does_not_outlive_a_session_that_is_killed(tmp_path):
    path = tmp_path / "got"
    command = [sys.executable, "-c", SESSION, HANGING_CHILD, json.dumps({"path": str(path)})]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as session:
        session.stdin.write(LINES[0])
        session.stdin.close()
        child = psutil.Process(int(session.stdout.readline()))
        wait_until("it hangs", path.exists)
        session.kill()
    try:
        wait_until("the child has ended", lambda: has_ended(child))
    finally:
        if not has_ended(child):
            child.kill()
