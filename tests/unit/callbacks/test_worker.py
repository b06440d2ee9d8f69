"""The child process consumes what comes on its input, answers for it and ends with it."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import callbacks.worker as worker_module
from callbacks.errors import ConsumerError, JournalError
from callbacks.journal import to_line
from callbacks.worker import REPORT_EVERY, Lines, build, serve
from tests.unit.callbacks.consumers import HERE, Writes, written
from tests.unit.callbacks.scan_documents import Scan
from tests.waiting import PATIENCE

LINES = [to_line(name, doc) for name, doc in Scan().documents()]
NAMES = [name for name, _ in Scan().documents()]


@pytest.fixture
def pipe():
    """Make the descriptor to read from, for content that is written at once."""
    opened = []

    def make(content):
        reading, writing = os.pipe()
        opened.append(reading)
        feeder = threading.Thread(target=_pour, args=(writing, content))
        feeder.start()
        opened.append(feeder)
        return Lines(reading)

    yield make
    for each in opened:
        if isinstance(each, threading.Thread):
            each.join(PATIENCE)
        else:
            os.close(each)


def _pour(descriptor, content):
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def served(consumer, lines):
    answers = []
    serve(consumer, lines, answers.append)
    return answers


# --- lines of a pipe


@pytest.mark.parametrize("size", [1, 100, 100_000])
def test_lines_come_whole_whatever_their_length(pipe, size):
    lines = [bytes([65 + number]) * size for number in range(5)]
    batches = pipe(b"".join(line + b"\n" for line in lines)).batches()
    assert [line for batch in batches for line in batch] == lines


def test_a_line_of_many_megabytes_is_put_together_once(pipe):
    size = 40_000_000
    began = time.thread_time()  # of this thread: others may have the processor
    (batch,) = pipe(b"x" * size + b"\n").batches()
    assert [len(line) for line in batch] == [size]
    assert time.thread_time() - began < 2


def test_a_torn_last_line_is_dropped(pipe):
    assert list(pipe(b"one\ntwo\ntorn").batches()) == [[b"one", b"two"]]


def test_no_lines_are_no_batches(pipe):
    assert list(pipe(b"").batches()) == []


# --- feeding a consumer


def test_every_document_is_consumed_and_the_consumer_is_closed(pipe, tmp_path):
    path = tmp_path / "made"
    served(Writes(str(path)), pipe(b"".join(LINES)))
    assert written(path) == [*NAMES, "closed"]


def test_the_last_answer_counts_everything(pipe, tmp_path):
    answers = served(Writes(str(tmp_path / "made")), pipe(b"".join(LINES)))
    assert answers[-1]["consumed"] == len(LINES)


def test_each_file_is_answered_once(pipe, tmp_path):
    path = str(tmp_path / "made")
    answers = served(Writes(path), pipe(b"".join(LINES)))
    assert [path for answer in answers for path in answer.get("paths", ())] == [path]


def test_progress_is_answered_while_more_is_waiting(pipe):
    line = to_line("event", {})
    number = REPORT_EVERY * 5 // 2
    answers = served(lambda _name, _doc: None, pipe(line * number))
    consumed = [answer["consumed"] for answer in answers]
    assert consumed == sorted(consumed)
    assert max(b - a for a, b in zip([0, *consumed], consumed, strict=False)) <= REPORT_EVERY


def test_progress_of_a_slow_consumer_is_answered_now_and_then(pipe, monkeypatch):
    monkeypatch.setattr(worker_module, "REPORT_PERIOD", 0.0)
    answers = served(lambda _name, _doc: None, pipe(b"".join(LINES)))
    consumed = [answer["consumed"] for answer in answers]
    assert consumed[: len(LINES)] == list(range(1, len(LINES) + 1))


def test_a_consumer_may_be_a_plain_function(pipe):
    got = []
    answers = served(lambda name, _doc: got.append(name), pipe(b"".join(LINES)))
    assert got == NAMES
    assert answers[-1] == {"consumed": len(LINES), "paths": []}


def test_a_line_that_is_no_document_is_an_error(pipe):
    with pytest.raises(JournalError, match="not a document"):
        served(lambda _name, _doc: None, pipe(b"noise\n"))


# --- making the consumer


def test_a_factory_is_called_with_its_arguments(tmp_path):
    consumer = build(f"{HERE}:Writes", {"path": str(tmp_path / "made")})
    assert type(consumer).__name__ == "Writes"
    consumer.close()


@pytest.mark.parametrize(
    "factory",
    ["no_such_module:x", "callbacks.worker:no_such_function", "callbacks.worker", ":", ""],
)
def test_a_factory_that_is_not_there_is_named(factory):
    with pytest.raises(ConsumerError, match=f"no consumer factory {factory}: "):
        build(factory, {})


# --- the process


def worker(factory, arguments, **options):
    command = [sys.executable, "-m", "callbacks.worker", factory, json.dumps(arguments)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


def test_standard_output_has_nothing_but_answers(tmp_path):
    with worker(f"{HERE}:Prints", {"path": str(tmp_path / "made")}) as child:
        output, _ = child.communicate(b"".join(LINES[:3]), timeout=PATIENCE)
    answers = [json.loads(line) for line in output.splitlines()]
    assert answers[-1]["consumed"] == 3
    assert child.returncode == 0


def test_an_interrupt_at_the_prompt_does_not_end_it(tmp_path):
    path = tmp_path / "made"
    with worker(f"{HERE}:Writes", {"path": str(path)}) as child:
        child.stdin.write(LINES[0])
        child.stdin.flush()
        child.stdout.readline()  # it is consuming
        child.send_signal(signal.SIGINT)
        child.communicate(LINES[1], timeout=PATIENCE)
    assert child.returncode == 0
    assert written(path) == [*NAMES[:2], "closed"]


def test_an_error_is_the_last_answer_and_the_status():
    with worker(f"{HERE}:raises", {"at": "descriptor", "said": "no\nroom"}) as child:
        output, said = child.communicate(b"".join(LINES), timeout=PATIENCE)
    answer = json.loads(output.splitlines()[-1])
    assert answer["error"] == "ValueError: no room"
    assert answer["trace"].startswith("Traceback")
    assert not answer["is_foreseen"]
    assert said == b""
    assert child.returncode == 1


def test_a_parent_that_does_not_listen_any_more_ends_it(tmp_path):
    with worker(f"{HERE}:Writes", {"path": str(tmp_path / "made")}) as child:
        child.stdout.close()
        child.stdin.write(LINES[0])
        child.stdin.close()
        assert child.wait(PATIENCE) == 1
