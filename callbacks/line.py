"""One document as one line of JSON: the form of the journal, and of the pipes to other processes.

``{"name": ..., "doc": ..., "crc": "0a1b2c3d"}``, where ``crc`` is the CRC-32 of the line without
it: a bit that flips on the disk must not turn one good number into another.
"""

import json
import re
from typing import Any
from zlib import crc32

import orjson

from callbacks.errors import JournalError
from callbacks.routing import Document

# what orjson would turn into text of its own is refused below, as the standard library does
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_CHECKED = re.compile(rb',"crc":"([0-9a-f]{8})"\}\n?', re.ASCII)
#: Bytes of the check sum and what is around it, without the newline.
_CHECK_LENGTH = len(b',"crc":"00000000"}')
# orjson writes no spaces; what it could not write exactly has them and is read by `json`
_COMPACT = b'{"name":"'


def plain(value: object) -> Any:  # noqa: ANN401 - the hook of json.dumps gives whatever JSON takes
    """Turn what numpy puts into documents into what JSON can write."""
    if hasattr(value, "tolist"):
        return value.tolist()  # pyright: ignore[reportAttributeAccessIssue]
    message = f"a document holds a {type(value).__name__}, which cannot be stored: {value!r:.60}"
    raise JournalError(message)


def to_line(name: str, doc: Document) -> bytes:
    """Give one document as the bytes of one line, newline included.

    NaN is written as ``NaN``, floats with all digits, so that reading gives the same numbers.

    Raises
    ------
    JournalError
        The document holds what JSON cannot write.
    """
    body = _quick(name, doc) or _exact(name, doc)
    return b'%s,"crc":"%08x"}\n' % (body[:-1], crc32(body))


def _quick(name: str, doc: Document) -> bytes | None:
    """Give the body as orjson writes it, or None where it cannot, or not without loss."""
    try:
        body = orjson.dumps({"name": name, "doc": doc}, plain, _OPTIONS)
    except TypeError:  # integers beyond 64 bits, keys that are no text, and what nobody can write
        return None
    return None if b"null" in body else body  # NaN and infinity would be null as well


def _exact(name: str, doc: Document) -> bytes:
    try:
        text = json.dumps({"name": name, "doc": doc}, default=plain, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        message = f"a {name} document cannot be stored: {error}"
        raise JournalError(message) from error
    # what is no character, as in names of foreign files, becomes JSON's own escape
    return text.encode("utf-8", "backslashreplace")


def from_line(line: bytes) -> tuple[str, dict[str, Any]]:
    """Give (name, document) of one journal line, with or without its newline.

    A line without a check sum, as another program may have written it, is taken as it is.

    Raises
    ------
    JournalError
        The line is not a document, or not any more the one that was written.
    """
    try:
        parsed = _parsed(_checked(line))
        name, doc = parsed["name"], parsed["doc"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"not a document: {error}"
        raise JournalError(message) from error
    if not isinstance(name, str) or not isinstance(doc, dict):
        message = "not a document: it has no name or no content"
        raise JournalError(message)
    return name, doc


def _checked(line: bytes) -> bytes:
    check = _CHECKED.fullmatch(line, len(line.rstrip(b"\n")) - _CHECK_LENGTH)
    if check is None:
        return line
    body = line[: check.start()] + b"}"
    if crc32(body) != int(check[1], 16):
        message = "its check sum is wrong, so it is not what was written"
        raise ValueError(message)
    return body


def _parsed(body: bytes) -> dict[str, Any]:
    if body.startswith(_COMPACT):
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError:  # of another program: NaN, or deeper than orjson goes
            pass
    return json.loads(body)
