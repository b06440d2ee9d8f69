"""What others see of the stream: our client, bluesky's classes, and the bytes of the page."""

import json
import os
import re
import subprocess
import sys

import pytest
import zmq

from callbacks import InProcess
from callbacks.journal import to_line
from callbacks.publish import Publisher
from callbacks.stream_client import follow
from callbacks.stream_wire import Request, request_message
from tests.system.documents import ROOT, python_blocks
from tests.system.stream_processes import Child, children, free_address
from tests.unit.callbacks.scan_documents import Scan, page
from tests.waiting import PATIENCE, wait_until

DOCUMENTS = list(Scan().documents())
PAGE = (ROOT / "docs/reference/stream.md").read_text(encoding="utf-8")
#: In the examples of the page.
NAME = "3f2a9c1e"


@pytest.fixture
def start():
    with children() as starting:
        yield starting


@pytest.fixture
def publisher():
    made = Publisher("127.0.0.1:0")
    yield made
    made.close()


def publish(publisher, documents=DOCUMENTS):
    for name, doc in documents:
        publisher(name, doc)


def test_the_stream_of_a_child_process_is_followed():
    notices = []
    address = free_address()
    consumer = InProcess(
        "the stream", "callbacks.publish:stream_consumer", {"address": address}, notices.append
    )
    for name, doc in DOCUMENTS:
        consumer.offer(to_line(name, doc))
    follower = follow(address, since="oldest", patience=PATIENCE)
    got = []
    for got_one in follower:
        got.append(got_one)
        if got_one[0] == "stop":
            follower.stop()
    consumer.close()
    assert got == DOCUMENTS
    assert notices == []


def test_the_example_follows_from_another_process(publisher):
    example = Child("examples/follow_stream.py", publisher.address)
    publish(publisher, DOCUMENTS[:-1])
    try:
        wait_until("the points are told", lambda: len(example.told) == 14)
        publish(publisher, DOCUMENTS[-1:])
        wait_until("the end is told", lambda: example.told[-1] == "ended: success")
    finally:
        example.close()
    assert example.told[0] == "scan 1 ascan x 0 5 10 0.1"
    assert example.told[2].startswith("1 {'x': 0.1")


def test_the_example_has_ten_lines():
    text = (ROOT / "examples/follow_stream.py").read_text(encoding="utf-8")
    code = text.partition('"""\n')[2]
    assert len([line for line in code.splitlines() if line.strip()]) <= 10


def is_heard(publisher, child):
    """Publish until a subscriber, which gets only what comes after it, has heard a whole run."""

    def is_whole():
        publish(publisher)
        return DOCUMENTS in windows(child.documents(), len(DOCUMENTS))

    return is_whole


def windows(documents, length):
    return [
        documents[at : at + length]
        for at, (name, _) in enumerate(documents)
        if name == "start" and len(documents) >= at + length
    ]


def test_bluesky_reads_the_live_port(publisher, start):
    dispatcher = start("dispatch", publisher.live_address)
    wait_until("it is there", lambda: dispatcher.told)
    wait_until("a run was heard", is_heard(publisher, dispatcher))


def test_the_proxy_of_bluesky_is_fed(start):
    proxy = start("proxy")
    wait_until("it is there", lambda: proxy.told)
    inward, outward = (address.removeprefix("tcp://") for address in proxy.told[0])
    dispatcher = start("dispatch", outward)
    publisher = Publisher("127.0.0.1:0", proxy=inward)
    wait_until("a run was heard", is_heard(publisher, dispatcher))
    publisher.close()


def test_event_pages_and_several_streams_go_through(publisher):
    scan = Scan()
    pages = [
        ("start", scan.start()),
        ("descriptor", scan.descriptor("baseline")),
        ("event_page", page([scan.baseline_event(1), scan.baseline_event(2)])),
        ("descriptor", scan.descriptor()),
        ("event_page", page([scan.event(index) for index in range(5)])),
        ("stop", scan.stop()),
    ]
    publish(publisher, pages)
    assert list(follow(publisher.address, since="oldest", idle=0.3)) == pages


# --- the page


def examples(holding):
    """Give the lines of the page's examples that hold a text, with documents or answers."""
    lines = [
        line
        for block in re.findall(r"^```text\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
        for line in block.splitlines()
    ]
    return [line for line in lines if holding in line]


def shown_documents():
    """Give the documents of the page."""
    split = [line.split(" ", 2) for line in examples("/json/")]
    return [(name, json.loads(text)) for _, name, text in split]


def on_the_wire(encoding, request):
    """Publish the page's documents and give the frames that come back, named as on the page."""
    publisher = Publisher("127.0.0.1:0", encoding=encoding)
    publish(publisher, shown_documents())
    with zmq.Context() as context, context.socket(zmq.REQ) as asking:
        asking.rcvtimeo, asking.linger = int(1e3 * PATIENCE), 0
        asking.connect(f"tcp://{publisher.address}")
        asking.send(request)
        frames = asking.recv_multipart()
    publisher.close()
    name = json.loads(frames[0]).get("publisher", "").encode()
    return [frame.replace(name, NAME.encode()) if name else frame for frame in frames]


def test_documents_as_json_are_those_of_the_page():
    _, *documents = on_the_wire("json", b'{"stream": 1, "from": "oldest"}')
    assert [frame.decode() for frame in documents] == examples("/json/")


def test_documents_as_msgpack_are_those_of_the_page():
    _, *documents = on_the_wire("msgpack", b'{"stream": 1, "from": "oldest"}')
    (shown,) = examples("/msgpack/")
    tag, name, text = shown.split(" ")
    assert documents[2] == f"{tag} {name} ".encode() + bytes.fromhex(text)


def test_the_first_frame_of_an_answer_is_that_of_the_page():
    header, *_ = on_the_wire("json", b'{"stream": 1, "from": "oldest"}')
    aged = re.sub(r'"age": [\d.]+', '"age": 12.5', header.decode())
    assert [aged] == examples('"first"')


def test_a_request_is_that_of_the_page():
    assert [request_message(Request()).decode()] == examples('"wait"')


def test_a_refusal_is_that_of_the_page():
    (frame,) = on_the_wire("json", b'{"stream": 1, "from": 0}')
    assert [frame.decode()] == examples('"error"')


def test_the_live_port_carries_the_same_messages():
    publisher = Publisher("127.0.0.1:0")
    with zmq.Context() as context, context.socket(zmq.SUB) as hearing:
        hearing.subscribe(b"")
        hearing.connect(f"tcp://{publisher.live_address}")
        wait_until("subscribed", lambda: publisher("stop", {}) or hearing.poll(20))
        publish(publisher, shown_documents())
        frames = [hearing.recv()]
        while b'"exit_status"' not in frames[-1]:
            frames.append(hearing.recv())
    publisher.close()
    live = [re.sub(rb"/\w{8}/\d+ ", b"/N/1 ", frame).decode() for frame in frames[-4:]]
    assert live == [re.sub(rf"/{NAME}/\d+ ", "/N/1 ", line) for line in examples("/json/")]


def page_in_a_process(publisher, shown, folder):
    """Run the examples of a page, on the addresses of a publisher, and give what they print."""
    text = "\n".join(python_blocks(shown))
    for known, ours in (("5577", publisher.address), ("5578", publisher.live_address)):
        text = text.replace(f"127.0.0.1:{known}", ours)
    done = subprocess.run(
        [sys.executable, "-c", text],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_the_examples_of_the_how_to_page_run(publisher, tmp_path):
    publish(publisher, DOCUMENTS[:-1])
    told = page_in_a_process(publisher, "docs/how-to/follow-the-stream.md", tmp_path)
    assert "event 11" in told
    assert "0 documents came too late" in told
    assert "blueline_0001.csv" in told
    assert list((tmp_path / "elsewhere").glob("*.csv"))


def test_the_example_of_the_reference_page_runs(publisher, tmp_path):
    assert page_in_a_process(publisher, "docs/reference/stream.md", tmp_path) == ""
