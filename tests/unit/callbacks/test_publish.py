"""A publisher answers whoever asks, and never waits for anybody."""

import contextlib
import threading

import numpy as np
import psutil
import pytest
import zmq

from callbacks.errors import ConsumerError
from callbacks.publish import Publisher, stream_consumer
from callbacks.stream_client import follow
from callbacks.stream_wire import MAX_DOCUMENT, Request, StreamError, read_answer, request_message
from tests.system.stream_processes import free_address
from tests.unit.callbacks.scan_documents import Scan
from tests.waiting import PATIENCE, wait_until

DOCUMENTS = list(Scan().documents())
ANY_PORT = "127.0.0.1:0"


@pytest.fixture
def publish():
    """Make a publisher and let it publish; it ends with the test."""
    made = []

    def make(documents=(), address=ANY_PORT, **settings):
        publisher = Publisher(address, **settings)
        made.append(publisher)
        for name, doc in documents:
            publisher(name, doc)
        return publisher

    yield make
    for publisher in made:
        publisher.close()


@pytest.fixture
def socket_to():
    """Give a socket that is connected to an address."""
    with contextlib.ExitStack() as closing:
        context = closing.enter_context(zmq.Context())

        def make(kind, address):
            made = closing.enter_context(context.socket(kind))
            if kind == zmq.SUB:
                made.subscribe(b"")
            made.rcvtimeo, made.linger = int(1e3 * PATIENCE), 0
            made.connect(f"tcp://{address}")
            return made

        yield make


def heard(publisher, number=None, **settings):
    """Give what a follower gets: so many documents, or all until none comes for a while."""
    settings = {"since": "oldest", "patience": PATIENCE, "idle": 0.2, **settings}
    if number is not None:
        settings["idle"] = PATIENCE
    follower = follow(publisher.address, **settings)
    got = []
    for name, doc in follower:
        got.append((name, doc))
        if len(got) == number:
            follower.stop()
    return got


@pytest.mark.parametrize("encoding", ["json", "msgpack"])
def test_a_follower_gets_every_document_in_order(publish, encoding):
    assert heard(publish(DOCUMENTS, encoding=encoding), len(DOCUMENTS)) == DOCUMENTS


def test_a_late_follower_gets_the_run_that_goes_on_from_its_start(publish):
    another = list(Scan(uid="bbbbbbbb-0000").documents())[:-2]
    publisher = publish([*DOCUMENTS, *another])
    assert heard(publisher, len(another), since="run") == another


def test_between_runs_a_late_follower_gets_the_next_one(publish):
    publisher = publish(DOCUMENTS)
    assert heard(publisher, since="run") == []


def test_a_follower_may_begin_at_any_number(publish):
    assert heard(publish(DOCUMENTS), since=5, number=3) == DOCUMENTS[4:7]


def test_a_waiting_follower_is_told_at_once(publish):
    publisher = publish()
    got = []
    follower = follow(publisher.address, patience=PATIENCE, idle=PATIENCE)
    thread = threading.Thread(target=lambda: got.extend(follower))
    thread.start()
    for count, (name, doc) in enumerate(DOCUMENTS, 1):
        publisher(name, doc)
        wait_until("the document has come", lambda n=count: len(got) == n, 1.0)
    follower.stop()
    thread.join(PATIENCE)
    assert got == DOCUMENTS


def test_many_followers_get_the_same(publish):
    publisher = publish(DOCUMENTS)
    got = [heard(publisher, len(DOCUMENTS)) for _ in range(20)]
    assert got == [DOCUMENTS] * 20


def test_numpy_in_documents_arrives_as_lists(publish):
    doc = {"descriptor": "d", "data": {"mca": np.arange(4)}, "seq_num": np.int64(1)}
    publisher = publish([("event", doc)])
    expected = {"descriptor": "d", "data": {"mca": [0, 1, 2, 3]}, "seq_num": 1}
    assert heard(publisher, 1) == [("event", expected)]


def test_what_does_not_fit_any_more_is_counted_and_told(publish):
    publisher = publish(list(Scan(baseline=False).documents())[:-1], keep=6000)
    notices = []
    follower = follow(
        publisher.address, since=1, idle=0.2, patience=PATIENCE, notice=notices.append
    )
    got = list(follower)
    assert [name for name, _ in got[:2]] == ["start", "descriptor"]
    assert got[-1][1]["seq_num"] == 11
    assert follower.lost == 13 - len(got) > 0
    assert notices == [f"{follower.lost} documents came too late to follow; the journal has them"]


def test_a_document_beyond_all_measure_is_not_sent_and_told(publish):
    publisher = publish([("start", {"uid": "a", "text": "x" * MAX_DOCUMENT}), DOCUMENTS[0]])
    notices = []
    assert heard(publisher, 1, notice=notices.append) == [DOCUMENTS[0]]
    assert notices == ["1 document came too late to follow; the journal has them"]


def test_names_that_event_model_does_not_know_are_passed_over(publish):
    publisher = publish([("end of the world", {}), DOCUMENTS[0]])
    assert heard(publisher, 1) == [DOCUMENTS[0]]


@pytest.mark.parametrize("doc", [{}, {"uid": []}, {"run_start": {}}], ids=str)
def test_malformed_documents_go_through(publish, doc):
    malformed = [("descriptor", doc), ("start", doc), ("stop", doc), ("event", doc)]
    assert heard(publish([DOCUMENTS[0], *malformed]), 5)[1:] == malformed


def test_a_document_that_cannot_be_encoded_is_refused_in_a_sentence(publish):
    with pytest.raises(StreamError, match="the event document cannot be published: "):
        publish([("event", {"data": object()})])


def test_any_language_may_ask_with_a_plain_socket(publish, socket_to):
    publisher = publish(DOCUMENTS)
    asking = socket_to(zmq.REQ, publisher.address)
    asking.send(b'{"stream": 1, "from": "oldest", "wait": 5}')
    header, published = read_answer(asking.recv_multipart())
    assert [(each.name, each.doc) for each in published] == DOCUMENTS
    assert (header.first, header.after) == (1, len(DOCUMENTS) + 1)
    assert 0 < header.age < PATIENCE


def test_who_asks_in_vain_is_answered_when_its_wait_is_over(publish, socket_to):
    asking = socket_to(zmq.REQ, publish().address)
    asking.send(request_message(Request(wait=0.05)))
    header, published = read_answer(asking.recv_multipart())
    assert (header.first, header.after, published) == (1, 1, [])


def test_what_is_no_request_is_answered_with_a_sentence(publish, socket_to):
    asking = socket_to(zmq.REQ, publish().address)
    asking.send(b"hello")
    with pytest.raises(StreamError, match="the publisher refuses: a request is a JSON object"):
        read_answer(asking.recv_multipart())


def test_a_number_of_another_publisher_means_all_that_is_kept(publish, socket_to):
    asking = socket_to(zmq.REQ, publish(DOCUMENTS).address)
    asking.send(request_message(Request(4, "another")))
    header, published = read_answer(asking.recv_multipart())
    assert (header.first, len(published)) == (1, len(DOCUMENTS))


def test_live_messages_are_those_that_are_asked_for(publish, socket_to):
    publisher = publish()
    hearing = socket_to(zmq.SUB, publisher.live_address)
    live = []
    wait_until("subscribed", lambda: publisher(*DOCUMENTS[0]) or hearing.poll(20))
    publisher(*DOCUMENTS[1])
    while not live or b" descriptor " not in live[-1]:
        live.append(hearing.recv())
    asking = socket_to(zmq.REQ, publisher.address)
    asking.send(request_message(Request("oldest")))
    _, *kept = asking.recv_multipart()
    assert live == kept[-len(live) :]


def test_live_documents_go_out_on_the_port_after_the_other(publish):
    host, _, port = free_address().rpartition(":")
    publisher = publish(address=f"{host}:{port}")
    assert publisher.address == f"{host}:{port}"
    assert publisher.live_address == f"{host}:{int(port) + 1}"


def test_the_end_waits_for_followers_that_are_behind(publish):
    publisher = publish(DOCUMENTS)
    follower = iter(follow(publisher.address, since="oldest", notice=lambda _: None))
    got = [next(follower)]  # the first answer has a thousand documents at the most
    for index in range(3000):
        publisher(*DOCUMENTS[1 + index % 5])
    closing = threading.Thread(target=publisher.close)
    closing.start()
    got += [next(follower) for _ in range(len(DOCUMENTS) + 3000 - 1)]
    follower.close()
    closing.join(PATIENCE)
    assert len(got) == len(DOCUMENTS) + 3000


def test_after_its_end_nothing_is_published(publish):
    publisher = publish()
    publisher.close()
    with pytest.raises(StreamError, match="the stream has ended"):
        publisher(*DOCUMENTS[0])


def test_no_thread_is_left():
    before = threading.active_count()
    Publisher(ANY_PORT).close()
    assert threading.active_count() == before


def test_a_port_that_is_taken_is_told_in_a_sentence(publish):
    taken = publish().address
    with pytest.raises(ConsumerError, match=f"cannot be published on {taken} and the port after"):
        publish(address=taken)


def test_only_this_machine_is_listened_to(publish):
    before = set(listening())
    publish()
    new = set(listening()) - before
    assert len(new) == 2
    assert {address.ip for address in new} == {"127.0.0.1"}


def listening():
    connections = psutil.Process().net_connections("tcp")
    return [each.laddr for each in connections if each.status == psutil.CONN_LISTEN]


def test_other_machines_are_refused_without_keys():
    with pytest.raises(StreamError, match="would be open to other machines without keys"):
        stream_consumer("0.0.0.0:5577")


def test_localhost_is_this_machine(publish):
    assert publish(address="localhost:0").address.startswith("127.0.0.1:")


def test_only_json_and_msgpack_are_published():
    with pytest.raises(StreamError, match="as json or msgpack, not as 'pickle'"):
        Publisher(ANY_PORT, encoding="pickle")


def test_the_factory_for_a_child_process_takes_what_json_carries():
    publisher = stream_consumer(ANY_PORT, "msgpack", 10**6)
    publisher(*DOCUMENTS[0])
    assert heard(publisher, 1) == DOCUMENTS[:1]
    publisher.close()
