"""Those who follow get every document once, and are told what they did not get."""

import threading
import time
from types import SimpleNamespace

import pytest

from callbacks.publish import Publisher
from callbacks.stream_client import StreamDispatcher, follow
from tests.system.stream_processes import free_address
from tests.unit.callbacks.scan_documents import Scan
from tests.waiting import PATIENCE, wait_until

DOCUMENTS = list(Scan().documents())


@pytest.fixture
def publisher():
    made = Publisher("127.0.0.1:0")
    yield made
    made.close()


def publish(publisher, documents=DOCUMENTS):
    for name, doc in documents:
        publisher(name, doc)


def test_the_loop_ends_when_nothing_has_come_for_a_while(publisher):
    publish(publisher)
    assert list(follow(publisher.address, since="oldest", idle=0.1)) == DOCUMENTS


def test_a_second_loop_goes_on_where_the_first_has_ended(publisher):
    follower = follow(publisher.address, since="oldest", idle=0.1)
    publish(publisher, DOCUMENTS[:3])
    assert list(follower) == DOCUMENTS[:3]
    publish(publisher, DOCUMENTS[3:])
    assert list(follower) == DOCUMENTS[3:]


def test_a_loop_that_is_left_in_between_loses_nothing_for_the_next(publisher):
    publish(publisher)
    follower = follow(publisher.address, since="oldest", idle=0.1)
    for name, _ in follower:
        if name == "descriptor":
            break
    assert list(follower) == DOCUMENTS[2:]


def test_new_documents_only_can_be_asked_for(publisher):
    publish(publisher)
    assert list(follow(publisher.address, since="new", idle=0.1)) == []


def test_who_waits_before_a_publisher_begins_gets_all_of_it():
    address = free_address()
    follower = follow(address, patience=PATIENCE, notice=lambda _: None)
    ends = time.monotonic() + 0.6  # longer than an answer may be on its way
    wait_until("it has waited", lambda: time.monotonic() > ends)
    late = Publisher(address)
    publish(late)
    got = []
    for got_one in follower:
        got.append(got_one)
        if got_one[0] == "stop":
            follower.stop()
    late.close()
    assert got == DOCUMENTS


def test_who_comes_after_a_run_is_over_waits_for_the_next(publisher):
    publish(publisher)
    assert list(follow(publisher.address, idle=0.1)) == []


def test_a_notice_that_raises_ends_the_loop():
    made = Publisher("127.0.0.1:0", keep=6000)
    publish(made)

    def insist(sentence):
        raise RuntimeError(sentence)

    with pytest.raises(RuntimeError, match="came too late to follow; the journal has them"):
        list(follow(made.address, since=1, idle=0.1, notice=insist))
    made.close()


@pytest.fixture
def dispatcher(publisher):
    """Give a dispatcher that runs in a thread, what it was told, and what its callback got."""
    notices, got = [], []
    made = StreamDispatcher(publisher.address, notices.append, since="oldest", patience=PATIENCE)
    made.subscribe(lambda name, doc: got.append((name, doc)))
    thread = threading.Thread(target=made.start)
    yield SimpleNamespace(made=made, thread=thread, notices=notices, got=got)
    made.stop()
    thread.join(PATIENCE)


def test_a_dispatcher_calls_every_callback_with_every_document(publisher, dispatcher):
    also = []
    dispatcher.made.subscribe(lambda name, doc: also.append((name, doc)))
    dispatcher.thread.start()
    publish(publisher)
    wait_until("the run has come", lambda: also == DOCUMENTS)
    assert dispatcher.got == DOCUMENTS


def test_a_callback_that_raises_is_put_aside_and_the_others_go_on(publisher, dispatcher):
    def raises(name, _doc):
        message = "no descriptors, please"
        if name == "descriptor":
            raise ValueError(message)

    dispatcher.made.subscribe(raises)
    dispatcher.thread.start()
    publish(publisher)
    wait_until("the run has come", lambda: dispatcher.got == DOCUMENTS)
    (notice,) = dispatcher.notices
    assert "was put aside: ValueError: no descriptors, please" in notice


def test_a_callback_may_stop_the_dispatcher(publisher, dispatcher):
    dispatcher.made.subscribe(lambda name, _doc: name == "stop" and dispatcher.made.stop())
    dispatcher.thread.start()
    publish(publisher)
    dispatcher.thread.join(PATIENCE)
    assert not dispatcher.thread.is_alive()
    assert dispatcher.got == DOCUMENTS
