"""Whatever a consumer does, offering it a document returns at once and its end is told."""

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from callbacks.isolate import QUEUE_LENGTH, InProcess, InThread, reason_of
from callbacks.journal import to_line
from tests.unit.callbacks.consumers import HERE, written
from tests.unit.callbacks.scan_documents import Scan
from tests.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")

LINES = [to_line(name, doc) for name, doc in Scan().documents()]
NAMES = [name for name, _ in Scan().documents()]
#: Short, for consumers that use all of it.
BRIEFLY = 0.2


def offer(consumer, lines=LINES):
    for line in lines:
        consumer.offer(line)


@pytest.fixture
def notices():
    return []


@pytest.fixture
def in_thread(notices):
    """Isolate a consumer in a thread."""
    made = []

    def make(consumer, notice=notices.append):
        made.append(InThread("the plot", consumer, notice))
        return made[-1]

    yield make
    for consumer in made:
        consumer.close(BRIEFLY)


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


# --- in a thread


def test_every_document_arrives_in_order(in_thread):
    got = []
    consumer = in_thread(lambda name, doc: got.append((name, doc)))
    offer(consumer)
    assert consumer.drain(PATIENCE)
    assert got == list(Scan().documents())
    assert consumer.lag == 0


def test_each_consumer_has_its_own_copy(in_thread):
    spoiled, seen = in_thread(lambda _name, doc: doc.clear()), []
    other = in_thread(lambda _name, doc: seen.append(dict(doc)))
    for line in LINES:
        spoiled.offer(line)
        other.offer(line)
    assert spoiled.drain(PATIENCE)
    assert other.drain(PATIENCE)
    assert seen == [doc for _, doc in Scan().documents()]


def test_offering_does_not_wait_for_a_slow_consumer(in_thread):
    release = threading.Event()
    consumer = in_thread(lambda _name, _doc: release.wait(PATIENCE))
    began = time.perf_counter()
    offer(consumer, LINES * 20)
    assert time.perf_counter() - began < 1
    assert consumer.lag >= len(LINES) * 20 - 1
    release.set()
    assert consumer.drain(PATIENCE)


def test_the_consumer_is_closed_at_the_end(in_thread):
    class Closes:
        closed = 0

        def __call__(self, _name, _doc):
            assert not self.closed

        def close(self):
            self.closed += 1

    closes = Closes()
    consumer = in_thread(closes)
    offer(consumer)
    consumer.close(PATIENCE)
    assert closes.closed == 1
    assert consumer.failure is None


def test_a_consumer_that_never_got_a_document_has_no_thread(in_thread):
    before = threading.active_count()
    consumer = in_thread(lambda _name, _doc: None)
    assert consumer.drain(0)
    consumer.close(0)
    assert threading.active_count() == before


class UnprintableError(Exception):
    def __str__(self):
        raise RuntimeError


FAILURES = {
    "an error": (ValueError("no room"), "ValueError: no room"),
    "an error in lines": (ValueError("no\n  room"), "ValueError: no room"),
    "an error that says nothing": (KeyError(), "KeyError"),
    "an error that cannot be said": (UnprintableError(), "UnprintableError"),
    "leaving": (SystemExit(3), "SystemExit: 3"),
    "an interrupt": (KeyboardInterrupt(), "KeyboardInterrupt"),
    "no memory": (MemoryError(), "MemoryError"),
}


@pytest.mark.parametrize(("error", "reason"), FAILURES.values(), ids=FAILURES.keys())
def test_a_consumer_that_raises_is_put_aside_with_one_sentence(in_thread, notices, error, reason):
    calls = itertools.count()

    def fails(_name, _doc):
        next(calls)
        raise error

    consumer = in_thread(fails)
    offer(consumer)
    assert not consumer.drain(PATIENCE)
    consumer.close(PATIENCE)
    assert notices == [f"the plot was put aside: {reason}; the journal has everything"]
    assert next(calls) == 1
    assert consumer.failure == reason == reason_of(error)


def test_a_consumer_that_fails_at_its_end_is_told(in_thread, notices):
    class Fails:
        def __call__(self, _name, _doc):
            pass

        def close(self):
            raise OSError(28, "no space left")

    consumer = in_thread(Fails())
    offer(consumer)
    consumer.close(PATIENCE)
    assert notices == [
        "the plot was put aside: OSError: [Errno 28] no space left; the journal has everything"
    ]


def test_a_consumer_that_hangs_is_told_when_its_time_is_over(in_thread, notices):
    release = threading.Event()
    consumer = in_thread(lambda _name, _doc: release.wait(PATIENCE))
    offer(consumer)
    began = time.monotonic()
    consumer.close(BRIEFLY)
    assert time.monotonic() - began < BRIEFLY + 1
    release.set()
    assert notices == [
        "the plot was put aside: it did not finish within 0.2 s; the journal has everything"
    ]


def test_draining_says_where_it_was_not_done_in_time(in_thread):
    release = threading.Event()
    consumer = in_thread(lambda _name, _doc: release.wait(PATIENCE))
    offer(consumer)
    assert not consumer.drain(0.01)
    release.set()
    assert consumer.drain(PATIENCE)


def test_a_consumer_that_is_too_far_behind_is_put_aside(in_thread, notices):
    release = threading.Event()
    consumer = in_thread(lambda _name, _doc: release.wait(PATIENCE))
    offer(consumer, [LINES[0]] * (QUEUE_LENGTH + 2))
    release.set()
    assert notices == [
        "the plot was put aside: it is 100000 documents behind; the journal has everything"
    ]


def test_a_notice_that_cannot_be_shown_is_not_raised(in_thread):
    def no_screen(_sentence):
        raise BrokenPipeError

    release = threading.Event()
    consumer = in_thread(lambda _name, _doc: release.wait(PATIENCE), no_screen)
    offer(consumer, [LINES[0]] * (QUEUE_LENGTH + 2))
    release.set()
    assert not consumer.drain(PATIENCE)


# --- in a child process


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
        "the writer was put aside: ValueError: the file is gone; the journal has everything"
    ]


@pytest.mark.parametrize(
    ("how", "status", "reason"),
    [
        ("sys.exit", 0, "SystemExit: 0"),
        ("os._exit", 0, "its process ended with status 0"),
        ("os._exit", 7, "its process ended with status 7"),
    ],
)
def test_a_child_that_leaves_is_told(in_process, notices, how, status, reason):
    consumer = in_process("exits", status=status, how=how)
    offer(consumer, LINES[:1])
    assert not consumer.drain(PATIENCE)
    assert notices == [f"the writer was put aside: {reason}; the journal has everything"]


def test_a_child_that_is_killed_is_told(in_process, tmp_path, notices):
    consumer = in_process("Writes", path=str(tmp_path / "made"))
    offer(consumer, LINES[:3])
    assert consumer.drain(PATIENCE)
    consumer._child.kill()
    wait_until("the end of the child is told", lambda: notices)
    offer(consumer)
    consumer.close(PATIENCE)
    assert notices == [
        "the writer was put aside: its process ended with status -9; the journal has everything"
    ]


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
    child = psutil.Process(consumer._child.pid)
    began = time.monotonic()
    consumer.close(BRIEFLY)
    assert time.monotonic() - began < BRIEFLY + 4
    assert not child.is_running()
    assert not consumer._thread.is_alive()
    assert notices == [
        "the writer was put aside: it did not finish within 0.2 s; the journal has everything"
    ]


def test_a_child_that_does_not_end_is_killed_and_told(in_process, tmp_path, notices):
    consumer = in_process("ClosesNever", path=str(tmp_path / "made"))
    offer(consumer)
    assert consumer.drain(PATIENCE)
    child = psutil.Process(consumer._child.pid)
    consumer.close(BRIEFLY)
    assert not child.is_running()
    assert notices == [
        "the writer was put aside: its process had to be killed after 0.2 s; "
        "the journal has everything"
    ]


def test_closing_ends_the_child(in_process, tmp_path):
    consumer = in_process("Writes", path=str(tmp_path / "made"))
    offer(consumer)
    assert consumer.drain(PATIENCE)
    child = psutil.Process(consumer._child.pid)
    assert child.is_running()
    consumer.close(PATIENCE)
    assert not child.is_running()
    assert not consumer._thread.is_alive()
    assert not consumer._reader.is_alive()


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
        "print(json.dumps(consumer._child.pid), flush=True)\n"
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
