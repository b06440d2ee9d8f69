"""Whatever happens to those who follow, to the publisher, or to its ports: scans do not notice."""

import pickle
import signal
import socket
import threading
import time
from pathlib import Path

import pytest
import zmq

from callbacks import DataFolder, InProcess, Journal, Recorder, Replay
from callbacks.journal import to_line
from callbacks.publish import Publisher
from callbacks.stream_client import follow
from callbacks.stream_wire import StreamError, read_document
from tests.system.stream_processes import children, free_address
from tests.unit.callbacks.scan_documents import Scan
from tests.waiting import PATIENCE, wait_until

DOCUMENTS = list(Scan().documents())
#: Points of a scan that is too much for any buffer of the network.
LONG = 20_000
#: Seconds in which they are published, on two cores that others use as well.
SOON = 20.0


@pytest.fixture
def start():
    with children() as starting:
        yield starting


@pytest.fixture
def publisher():
    made = Publisher("127.0.0.1:0")
    yield made
    made.close()


@pytest.fixture
def zmq_context():
    with zmq.Context() as context:
        yield context


def publish(publisher, documents=DOCUMENTS):
    for name, doc in documents:
        publisher(name, doc)


def long_scan(uid="cccccccc-0000"):
    return Scan(uid=uid, values=tuple((0.001 * i,) for i in range(LONG)))


def publishing_time(publisher, documents):
    began = time.monotonic()
    publish(publisher, documents)
    return time.monotonic() - began


def follower(start, publisher):
    """Give a process that follows, once it has got a run."""
    child = start("follow", publisher.address)
    publish(publisher)
    wait_until("it follows", lambda: child.documents() == DOCUMENTS)
    return child


# --- those who follow


def test_a_follower_that_is_killed_is_missed_by_nobody(start, publisher):
    killed, other = follower(start, publisher), start("follow", publisher.address)
    killed.process.send_signal(signal.SIGKILL)
    publish(publisher)
    wait_until("the other has everything", lambda: other.documents() == DOCUMENTS * 2)


def test_a_follower_that_was_stopped_gets_what_it_missed(start, publisher):
    child = follower(start, publisher)
    child.process.send_signal(signal.SIGSTOP)
    documents = list(long_scan().documents())
    publish(publisher, documents)
    child.process.send_signal(signal.SIGCONT)
    wait_until("it has everything", lambda: len(child.told) >= len(DOCUMENTS + documents), SOON)
    assert child.documents() == DOCUMENTS + documents
    assert child.notices() == []


def test_publishing_is_no_slower_where_a_follower_and_a_subscriber_are_stopped(start, publisher):
    documents = list(long_scan().documents())
    alone = publishing_time(publisher, documents)
    stopped = [follower_of(start, publisher), start("dispatch", publisher.live_address)]
    wait_until("the subscriber is there", lambda: stopped[1].told)
    for child in stopped:
        child.process.send_signal(signal.SIGSTOP)
    assert publishing_time(publisher, documents) < 3 * alone + 1


def follower_of(start, publisher):
    child = start("follow", publisher.address)
    wait_until("it follows", lambda: child.told)
    return child


def test_a_subscriber_that_is_too_slow_sees_the_numbers_jump_and_can_ask(publisher, zmq_context):
    with zmq_context.socket(zmq.SUB) as slow:
        slow.subscribe(b"")
        slow.rcvhwm, slow.rcvbuf = 100, 4096
        slow.connect(f"tcp://{publisher.live_address}")
        wait_until("subscribed", lambda: publisher("stop", {}) or slow.poll(20))
        publish(publisher, [("event", {"data": {"text": "x" * 2000}})] * LONG)
        got = {read_document(slow.recv()).number}
        while slow.poll(200):
            got.add(read_document(slow.recv()).number)
        publisher("stop", {})  # the first one after those that were dropped
        got.add(read_document(slow.recv()).number)
    missing = sorted(set(range(min(got), max(got))) - got)
    assert missing
    again = follow(publisher.address, since=missing[0], patience=PATIENCE)
    assert next(iter(again))[0] == "event"
    assert again.lost == 0


# --- the publisher


def feed(child, documents):
    for name, doc in documents:
        child.say(to_line(name, doc))


def test_a_publisher_that_is_killed_and_started_again_is_followed_on(start):
    address = free_address()
    first = start("publish", address)
    child = start("follow", address)
    feed(first, DOCUMENTS[:8])
    wait_until("the points have come", lambda: child.documents() == DOCUMENTS[:8])
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    another = list(Scan(uid="bbbbbbbb-0000").documents())
    second = start("publish", address)
    feed(second, another)  # over before the follower has noticed
    expected = DOCUMENTS[:8] + another
    wait_until("the whole run has come", lambda: child.documents() == expected, SOON)
    wait_until("that was told", lambda: any("another publisher" in s for s in child.notices()))


def test_a_publisher_that_ends_tells_those_who_follow(start, publisher):
    child = follower(start, publisher)
    publisher.close()
    wait_until("it was told", child.notices)
    assert child.notices()[0].endswith("has ended; waiting for the next one")


def test_a_publisher_that_hangs_is_told_and_followed_on_when_it_goes_on(start):
    address = free_address()
    first = start("publish", address)
    wait_until("it publishes", lambda: first.told)
    child = start("follow", address)
    feed(first, DOCUMENTS[:3])
    wait_until("they have come", lambda: child.documents() == DOCUMENTS[:3])
    first.process.send_signal(signal.SIGSTOP)
    feed(first, DOCUMENTS[3:])
    wait_until("the silence was told", child.notices, SOON)
    first.process.send_signal(signal.SIGCONT)
    wait_until("the rest has come", lambda: child.documents() == DOCUMENTS, SOON)


def test_nobody_at_the_address_is_an_error_in_the_end():
    notices = []
    waiting = follow(free_address(), patience=0.3, notice=notices.append)
    with pytest.raises(StreamError, match=r"nobody has answered at .*; see whether a session runs"):
        next(iter(waiting))
    assert "still trying" in notices[0]


def test_waiting_for_nobody_can_be_stopped():
    waiting = follow(free_address(), notice=lambda _: None)
    thread = threading.Thread(target=lambda: list(waiting))
    thread.start()
    waiting.stop()
    thread.join(2)
    assert not thread.is_alive()


def test_a_port_that_is_taken_costs_the_stream_and_nothing_else(publisher, tmp_path):
    notices = []
    arguments = {"address": publisher.address}
    stream = InProcess("the stream", "callbacks.publish:stream_consumer", arguments, notices.append)
    other = InProcess(
        "the other", "tests.unit.callbacks.consumers:Writes", {"path": f"{tmp_path}/o"}, print
    )
    journal = Journal(DataFolder(tmp_path, "blueline").journal_path)
    recorder = Recorder(journal, [stream, other])
    publish(recorder)
    wait_until("it was told", lambda: notices)
    recorder.close()
    (notice,) = notices
    assert notice.startswith("the stream was put aside: ")
    assert f"documents cannot be published on {publisher.address} and the port after it" in notice
    assert other.failure is None
    (path,) = tmp_path.glob("journal/*.jsonl")
    assert list(Replay(path)) == DOCUMENTS


# --- S5: garbage, and what would run code


class Bomb:
    """What is pickled here makes a file where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.fixture
def bomb(tmp_path):
    """Give bytes that would make a file; none may be there in the end."""
    yield pickle.dumps(Bomb(tmp_path / "exploded"))
    assert not (tmp_path / "exploded").exists()


def is_served(publisher):
    """Say whether a follower gets what is published now."""
    publish(publisher)
    got = list(follow(publisher.address, since="oldest", idle=0.3, patience=PATIENCE))
    return got[-len(DOCUMENTS) :] == DOCUMENTS


@pytest.mark.parametrize("which", ["address", "live_address"])
@pytest.mark.parametrize(
    "garbage",
    [b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\xff" * 100_000, bytes(100_000), b"\x80\x04."],
    ids=["http", "ones", "zeros", "pickle"],
)
def test_garbage_on_a_port_hurts_nobody(publisher, which, garbage):
    host, _, port = getattr(publisher, which).partition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as raw:
        try:
            raw.sendall(garbage)
        except OSError:
            pass  # it has hung up, which is an answer
        assert is_served(publisher)


def test_requests_that_are_none_are_refused_and_others_served(publisher, zmq_context, bomb):
    with zmq_context.socket(zmq.DEALER) as hostile:
        hostile.linger = 0
        hostile.connect(f"tcp://{publisher.address}")
        for message in ([bomb], [b"", bomb], [b""], [b"["], [b"["] * 500, [b'{"stream":1e999}']):
            hostile.send_multipart(message)
        assert is_served(publisher)
        assert b"a request is a JSON object" in hostile.recv_multipart()[-1]


def test_a_request_of_a_megabyte_is_hung_up_on(publisher, zmq_context):
    with zmq_context.socket(zmq.DEALER) as hostile:
        hostile.linger = 0
        hostile.connect(f"tcp://{publisher.address}")
        hostile.send(b"x" * 1_000_000)
        assert not hostile.poll(300)
        assert is_served(publisher)


def test_one_who_asks_without_end_and_takes_nothing_costs_no_memory(publisher, zmq_context):
    import psutil

    publish(publisher, long_scan().documents())
    before = psutil.Process().memory_info().rss
    with zmq_context.socket(zmq.DEALER) as greedy:
        greedy.linger, greedy.rcvhwm = 0, 1
        greedy.connect(f"tcp://{publisher.address}")
        for _ in range(1000):
            greedy.send_multipart([b"", b'{"stream": 1, "from": "oldest"}'])
        assert is_served(publisher)
    assert psutil.Process().memory_info().rss - before < 100_000_000


@pytest.mark.parametrize("wrapped", [False, True], ids=["bare", "as a document"])
def test_a_publisher_that_sends_pickles_is_refused(zmq_context, bomb, wrapped):
    header = b'{"stream":1,"publisher":"a","first":1,"next":2,"age":1,"ending":false}'
    message = b"blueline/1/json/a/1 event " + bomb if wrapped else bomb
    with zmq_context.socket(zmq.REP) as hostile:
        hostile.linger = 0
        port = hostile.bind_to_random_port("tcp://127.0.0.1")
        answering = threading.Thread(
            target=lambda: hostile.recv() and hostile.send_multipart([header, message])
        )
        answering.start()
        with pytest.raises(StreamError, match="not a document of stream version 1"):
            list(follow(f"127.0.0.1:{port}", patience=PATIENCE))
        answering.join(PATIENCE)
