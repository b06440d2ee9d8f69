"""The wire format of the stream, as bytes: docs/reference/stream.md describes it, version and all.

No socket is known here. A document travels as one frame, ``TAG NAME BODY`` with a space between,
which is the framing of bluesky's own 0MQ classes (``bluesky.callbacks.zmq``); the tag is where they
have a prefix, and numbers the document.
"""

import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from msgpack import Packer, unpackb

from callbacks.errors import ConsumerError, JournalError
from callbacks.line import plain
from callbacks.routing import Document

#: Counts up with every change that a reader of the former version would stumble over.
VERSION = 1
#: Where followers ask; live documents go out on the port after it.
DEFAULT_ADDRESS = "127.0.0.1:5577"
#: Bytes of one document at the most: larger ones are for files, which documents refer to.
MAX_DOCUMENT = 64_000_000
#: Bytes of a request at the most; those that are asked for here have about a hundred.
MAX_REQUEST = 1024
#: Seconds that a request may ask to wait for a document.
MAX_WAIT = 30.0
ENCODINGS = ("json", "msgpack")
#: Names of event-model's documents; bluesky's RemoteDispatcher ends at any other one.
NAMES = frozenset(
    "start descriptor event event_page bulk_events datum datum_page bulk_datum "
    "resource stream_resource stream_datum stop".split()
)
#: Documents that are many, and whose keys are texts as event-model has them.
MANY = frozenset({"event", "event_page", "datum", "datum_page", "stream_datum"})

# what orjson would turn into text of its own is refused, as the standard library does
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS

Since = Literal["run", "oldest", "new"] | int


class StreamError(ConsumerError):
    """A stream that cannot be published or followed."""


@dataclass(frozen=True)
class Published:
    """One document as it came: who published it, the how-manieth it was, and what it is."""

    publisher: str
    number: int
    name: str
    doc: dict[str, Any]


@dataclass(frozen=True)
class Request:
    """What a follower asks for.

    Parameters
    ----------
    since
        The first document: a number of `publisher`'s, "run" for the start of the run that goes on,
        "oldest" for all that is kept, "new" for what comes from now on.
    publisher
        Who gave the number; if it is somebody else who answers, "oldest" is meant.
    wait
        Seconds that the answer may take where there is nothing yet.
    """

    since: Since = "run"
    publisher: str = ""
    wait: float = 2.0


@dataclass(frozen=True)
class Header:
    """What comes before the documents of an answer.

    Parameters
    ----------
    publisher
        Who answers; every start of a publisher has another name.
    first
        The number that was meant by what was asked.
    after
        The number to ask for next.
    age
        Seconds for which there has been this publisher.
    is_ending
        Whether it is about to end.
    """

    publisher: str
    first: int
    after: int
    age: float = 0.0
    is_ending: bool = False


def body(name: str, doc: Document, encoding: str) -> bytes:
    """Encode a document; numpy's arrays become lists.

    Raises
    ------
    StreamError
        It holds what the encoding cannot carry.
    """
    try:
        return _to_msgpack(name, doc) if encoding == "msgpack" else _to_json(doc)
    except (TypeError, ValueError, OverflowError, RecursionError, JournalError) as error:
        message = f"the {name} document cannot be published: {error}"
        raise StreamError(message) from error


def _to_json(doc: Document) -> bytes:
    quick = _quick_json(doc)
    if quick is not None:
        return quick
    text = json.dumps(doc, default=plain, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace")


def _quick_json(doc: Document) -> bytes | None:
    """Give what orjson writes, or None where it cannot, or not without loss, as in the journal."""
    try:
        encoded = orjson.dumps(doc, plain, _OPTIONS)
    except TypeError:
        return None
    return None if b"null" in encoded else encoded  # NaN and infinity would be null as well


def _to_msgpack(name: str, doc: Document) -> bytes:
    # metadata may have keys that are no texts, which become texts as in the journal
    texts = doc if name in MANY else json.loads(_to_json(doc))
    return packed(texts)


def packed(value: object) -> bytes:
    """Give what msgpack's own types can carry of a document."""
    return bytes(Packer(default=_plain_for_msgpack, unicode_errors="surrogatepass").pack(value))


def _plain_for_msgpack(value: object) -> Any:  # noqa: ANN401 - the hook gives what msgpack takes
    """Turn numpy into lists, and integers beyond 64 bits, which msgpack has not, into text."""
    return str(value) if isinstance(value, int) else plain(value)


def document_message(
    publisher: str, number: int, name: str, encoded: bytes, encoding: str
) -> bytes:
    """Give the frame of one document."""
    return f"blueline/{VERSION}/{encoding}/{publisher}/{number} {name} ".encode() + encoded


def read_document(message: bytes) -> Published:
    """Take the frame of one document apart.

    Raises
    ------
    StreamError
        It is none of this version, or its body cannot be read.
    """
    try:
        tag, name, encoded = message.split(b" ", 2)
        encoding, publisher, number = _tag(tag)
        doc = _decoded(encoded, encoding)
        return Published(publisher, int(number), _known(name.decode()), _mapping(doc))
    # msgpack's own errors are ValueErrors
    except (ValueError, TypeError, RecursionError) as error:
        said = f"not a document of stream version {VERSION}: {message[:60]!r}"
        raise StreamError(said) from error


def _tag(tag: bytes) -> tuple[str, str, str]:
    origin, version, encoding, publisher, number = tag.decode("ascii").split("/")
    if (origin, version) != ("blueline", str(VERSION)) or encoding not in ENCODINGS:
        raise ValueError(tag)
    return encoding, publisher, number


def _known(name: str) -> str:
    if name not in NAMES:
        raise ValueError(name)
    return name


def _mapping(doc: object) -> dict[str, Any]:
    if not isinstance(doc, dict):
        raise TypeError(doc)
    return doc


def _decoded(encoded: bytes, encoding: str) -> object:
    if encoding == "json":
        return _read_json(encoded)
    if not unpackb.__module__.startswith("msgpack."):
        # msgpack_numpy's, which unpickles arrays of objects (read in its source, version 0.4.8)
        message = "another library has replaced msgpack's functions; publish as JSON"
        raise StreamError(message)
    return unpackb(encoded, unicode_errors="surrogatepass")


def _read_json(encoded: bytes) -> object:
    # what was written exactly has spaces, and must be read exactly: orjson rounds large integers
    value = encoded.find(b'":') + 2
    if encoded[value : value + 1] != b" ":
        with contextlib.suppress(orjson.JSONDecodeError):
            return orjson.loads(encoded)
    return json.loads(encoded)


def request_message(request: Request) -> bytes:
    """Give the frame of a request."""
    asked = {"from": request.since, "publisher": request.publisher, "wait": request.wait}
    return json.dumps({"stream": VERSION, **asked}).encode()


def read_request(message: bytes) -> Request:
    """Take the frame of a request apart.

    Raises
    ------
    StreamError
        It cannot be answered; the sentence is meant for the one who asks.
    """
    asked = _object(message[:MAX_REQUEST], "a request")
    since, wait = asked.get("from", "run"), asked.get("wait", 0)
    if not _is_place(since):
        message_ = "'from' is a number from 1 on, 'run', 'oldest' or 'new'"
        raise StreamError(message_)
    if isinstance(wait, bool) or not isinstance(wait, (int, float)) or not 0 <= wait <= MAX_WAIT:
        message_ = f"'wait' is a number of seconds from 0 to {MAX_WAIT:g}"
        raise StreamError(message_)
    return Request(since, str(asked.get("publisher", "")), float(wait))


def _is_place(since: object) -> bool:
    is_number = isinstance(since, int) and not isinstance(since, bool) and since > 0
    return is_number or since in ("run", "oldest", "new")


def header_message(header: Header) -> bytes:
    """Give the first frame of an answer."""
    place = {"publisher": header.publisher, "first": header.first, "next": header.after}
    state = {"age": round(header.age, 3), "ending": header.is_ending}
    return json.dumps({"stream": VERSION, **place, **state}).encode()


def refusal_message(sentence: str) -> bytes:
    """Give the only frame of an answer to what cannot be answered."""
    return json.dumps({"stream": VERSION, "error": sentence}).encode()


def read_answer(frames: Sequence[bytes]) -> tuple[Header, list[Published]]:
    """Take an answer apart.

    Raises
    ------
    StreamError
        It is a refusal, or no answer of this version.
    """
    told = _object(frames[0] if frames else b"", "an answer")
    if "error" in told:
        message = f"the publisher refuses: {told['error']}"
        raise StreamError(message)
    try:
        header = Header(
            str(told["publisher"]),
            int(told["first"]),
            int(told["next"]),
            float(told["age"]),
            bool(told["ending"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        message = f"not an answer of stream version {VERSION}: {frames[0][:60]!r}"
        raise StreamError(message) from error
    return header, [read_document(frame) for frame in frames[1:]]


def _object(message: bytes, what: str) -> dict[str, Any]:
    try:
        told = _mapping(json.loads(message))
    except (ValueError, TypeError, RecursionError) as error:
        said = f"{what} is a JSON object such as {request_message(Request()).decode()}"
        raise StreamError(said) from error
    if told.get("stream") != VERSION:
        said = f"{what} of version {told.get('stream')!r}, where version {VERSION} is spoken"
        raise StreamError(said)
    return told
