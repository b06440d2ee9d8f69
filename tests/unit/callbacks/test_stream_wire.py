"""What is written is read back, and what is no message of ours is refused in a sentence."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.stream_wire import (
    ENCODINGS,
    NAMES,
    Header,
    Request,
    StreamError,
    body,
    document_message,
    header_message,
    read_answer,
    read_document,
    read_request,
    refusal_message,
    request_message,
)
from tests.unit.callbacks.scan_documents import Scan

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
DOCUMENTS = st.dictionaries(st.text(), VALUES, max_size=6)

each_encoding = pytest.mark.parametrize("encoding", ENCODINGS)


def sent(doc, encoding="json", name="event", number=7):
    return document_message("3f2a9c1e", number, name, body(name, doc, encoding), encoding)


def back(doc, encoding="json", name="event"):
    return read_document(sent(doc, encoding, name)).doc


@each_encoding
@given(doc=DOCUMENTS, name=st.sampled_from(sorted(NAMES)))
def test_any_document_is_read_back_as_it_was(encoding, doc, name):
    assert back(doc, encoding, name) == doc


@each_encoding
def test_the_tag_tells_publisher_number_and_name(encoding):
    read = read_document(sent({"uid": "a b  c"}, encoding, "start", 12))
    assert (read.publisher, read.number, read.name) == ("3f2a9c1e", 12, "start")


@each_encoding
def test_numpy_arrives_as_lists_and_numbers(encoding):
    doc = {"a": np.arange(3), "b": np.float64(0.1), "c": [np.int32(4)], "d": np.eye(2)}
    assert back(doc, encoding) == {"a": [0, 1, 2], "b": 0.1, "c": [4], "d": [[1, 0], [0, 1]]}


@each_encoding
@pytest.mark.parametrize("value", [math.inf, -math.inf], ids=str)
def test_infinity_arrives(encoding, value):
    assert back({"data": {"x": value}}, encoding) == {"data": {"x": value}}


@each_encoding
def test_not_a_number_arrives(encoding):
    assert math.isnan(back({"x": math.nan}, encoding)["x"])


@each_encoding
def test_half_a_character_of_a_foreign_file_name_arrives(encoding):
    assert back({"file": "scan\udcff.spec"}, encoding) == {"file": "scan\udcff.spec"}


@each_encoding
def test_keys_of_metadata_that_are_numbers_arrive_as_text(encoding):
    assert back({"slits": {1: "a"}}, encoding, "start") == {"slits": {"1": "a"}}


def test_integers_beyond_64_bits_arrive_whole_as_json_and_as_text_as_msgpack():
    assert back({"n": 2**70}, "json") == {"n": 2**70}
    assert back({"n": 2**70}, "msgpack") == {"n": str(2**70)}


@each_encoding
@pytest.mark.parametrize("value", [object(), {1, 2}], ids=["object", "set"])
def test_what_no_encoding_carries_is_refused(encoding, value):
    with pytest.raises(StreamError, match="the event document cannot be published"):
        body("event", {"data": value}, encoding)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"event",
        b"prefix event {}",
        b"blueline/2/json/a/1 event {}",
        b"blueline/1/pickle/a/1 event {}",
        b"blueline/1/json/a/one event {}",
        b"blueline/1/json/a/1 nonsense {}",
        b"blueline/1/json/a/1 event []",
        b"blueline/1/json/a/1 event {",
        b"blueline/1/json/a/1 event " + b"[" * 100_000,
        b"blueline/1/msgpack/a/1 event \xc1",
        b"blueline/1/msgpack/a/1 event \x81\xa1a\xc1",
        b"blueline/1/json/\xff/1 event {}",
    ],
    ids=range(13),
)
def test_what_is_no_document_is_refused(message):
    with pytest.raises(StreamError, match="not a document of stream version 1"):
        read_document(message)


@given(st.binary(max_size=300))
def test_no_bytes_break_a_reader(garbage):
    for read in (read_document, read_request, lambda frame: read_answer([frame])):
        with pytest.raises(StreamError):
            read(garbage)


@pytest.mark.parametrize("since", ["run", "oldest", "new", 12])
def test_a_request_is_read_as_it_was_asked(since):
    request = Request(since, "3f2a9c1e", 1.5)
    assert read_request(request_message(request)) == request


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (b'{"stream": 1, "from": 0}', "'from' is a number from 1 on"),
        (b'{"stream": 1, "from": true}', "'from' is a number from 1 on"),
        (b'{"stream": 1, "from": [1]}', "'from' is a number from 1 on"),
        (b'{"stream": 1, "wait": 31}', "'wait' is a number of seconds from 0 to 30"),
        (b'{"stream": 1, "wait": NaN}', "'wait' is a number of seconds from 0 to 30"),
        (b'{"stream": 1, "wait": "5"}', "'wait' is a number of seconds from 0 to 30"),
        (b'{"stream": 2}', "a request of version 2, where version 1 is spoken"),
        (b"hello", "a request is a JSON object such as"),
        (b"[]", "a request is a JSON object such as"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(asked, answer):
    with pytest.raises(StreamError, match=answer):
        read_request(asked)


def test_an_answer_is_read_as_it_was_given():
    header = Header("3f2a9c1e", 3, 5, 12.5, is_ending=True)
    frames = [header_message(header), sent({"a": 1}), sent({"b": 2})]
    read, published = read_answer(frames)
    assert read == header
    assert [each.doc for each in published] == [{"a": 1}, {"b": 2}]


def test_a_refusal_is_raised_as_what_it_says():
    with pytest.raises(StreamError, match="the publisher refuses: not today"):
        read_answer([refusal_message("not today")])


@pytest.mark.parametrize("frame", [b'{"stream": 1}', b'{"stream": 1, "publisher": 1, "first": []}'])
def test_an_answer_without_its_fields_is_refused(frame):
    with pytest.raises(StreamError, match="not an answer of stream version 1"):
        read_answer([frame])


def test_msgpack_is_not_read_where_another_library_would_unpickle_it():
    program = (
        "import msgpack_numpy; msgpack_numpy.patch()\n"
        "from callbacks.stream_wire import StreamError, read_document\n"
        "try:\n    read_document(b'blueline/1/msgpack/a/1 event \\x80')\n"
        "except StreamError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "another library has replaced msgpack's functions" in done.stdout, done.stderr


def test_the_documents_of_a_scan_have_names_that_are_published():
    assert {name for name, _ in Scan().documents()} <= NAMES


def test_the_names_are_those_that_bluesky_knows():
    from event_model import DocumentNames

    assert {name.name for name in DocumentNames} == NAMES
