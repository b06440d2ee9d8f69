"""The stream: every document to any number of other processes, while it is measured (BL-150).

Followers ask for documents from a number on and are answered as soon as there are any, so that
each takes them at its own pace, a late one gets the run from its start, and whoever has missed
something asks again (`callbacks.stream_client`). The same messages go out live to whoever
subscribes, as bluesky's RemoteDispatcher does; 0MQ drops what such a one does not take in time.
"""

import logging
import threading
import uuid

from callbacks.routing import Document, RunIndex
from callbacks.stream_desk import FAREWELL, Desk
from callbacks.stream_keys import ServerKeys
from callbacks.stream_ring import Ring
from callbacks.stream_sockets import Sockets
from callbacks.stream_wire import (
    DEFAULT_ADDRESS,
    ENCODINGS,
    MAX_DOCUMENT,
    NAMES,
    StreamError,
    body,
    document_message,
)

log = logging.getLogger(__name__)

#: Bytes that are kept for those who come late: a run of about 300 000 points.
KEPT_BYTES = 256_000_000


class Publisher:
    """Publish documents to other processes; subscribe it to an engine, or better isolate it.

    Publishing a document takes no longer when followers are slow, stopped or many.

    Parameters
    ----------
    address
        Where followers ask, ``"host:port"``; the port 0 takes any that is free.
    encoding
        "json" or "msgpack".
    keep
        Bytes of documents that are kept for those who come late.
    proxy
        Address of a bluesky Proxy's input that is fed as well.
    keys
        Needed where the host is not this machine alone.

    Attributes
    ----------
    address, live_address
        Where followers ask, and where live documents go out: on the port after it.

    Raises
    ------
    StreamError
        The port is taken, or open to other machines without keys.

    Examples
    --------
    >>> from callbacks.publish import Publisher
    >>> RE.subscribe(Publisher("127.0.0.1:5577"))  # doctest: +SKIP
    """

    def __init__(
        self,
        address: str = DEFAULT_ADDRESS,
        *,
        encoding: str = "json",
        keep: int = KEPT_BYTES,
        proxy: str | None = None,
        keys: ServerKeys | None = None,
    ) -> None:
        if encoding not in ENCODINGS:
            message = f"documents are published as json or msgpack, not as {encoding!r}"
            raise StreamError(message)
        self._name = uuid.uuid4().hex[:8]
        self._encoding = encoding
        self._ring = Ring(keep)
        self._runs = RunIndex()
        self._access = threading.Lock()
        self._sockets = Sockets(address, proxy, keys)
        self.address, self.live_address = self._sockets.addresses
        self._desk = Desk(self._name, self._ring, self._access, self._sockets)
        self._thread = threading.Thread(target=self._desk.serve, name="stream", daemon=True)
        self._thread.start()

    def __call__(self, name: str, doc: Document) -> None:
        """Publish one document; nobody is waited for.

        What event-model does not know is passed over. What is larger than `MAX_DOCUMENT` is not
        sent; followers see that a document is missing.

        Raises
        ------
        StreamError
            The document holds what the encoding cannot carry, or the publisher has ended.
        """
        if not self._thread.is_alive():
            message = "the stream has ended; nothing more is published"
            raise StreamError(message)
        if name not in NAMES:
            log.warning("a document named %r is not published", name)
            return
        encoded = body(name, doc, self._encoding)
        with self._access:
            number = self._ring.next
            message = document_message(self._name, number, name, encoded, self._encoding)
            if len(message) > MAX_DOCUMENT:
                log.warning("a %s document of %d bytes is not published", name, len(message))
                message = b""
            self._ring.append(name, self._run_of(name, doc), message)
        self._sockets.wake()

    def _run_of(self, name: str, doc: Document) -> str | None:
        try:
            return self._runs.run_of(name, doc)
        except (KeyError, TypeError):  # of a malformed document, which others may judge
            return None

    def close(self) -> None:
        """Let followers catch up, for two seconds at the most, and end."""
        self._desk.is_ending = True
        self._sockets.wake()
        self._thread.join(2 * FAREWELL)


def stream_consumer(
    address: str = DEFAULT_ADDRESS,
    encoding: str = "json",
    keep: int = KEPT_BYTES,
    proxy: str | None = None,
    keys: dict[str, str] | None = None,
) -> Publisher:
    """Give a publisher for a child process (`callbacks.InProcess`).

    Parameters
    ----------
    address, encoding, keep, proxy
        See `Publisher`.
    keys
        The fields of `callbacks.stream_keys.ServerKeys`.

    Raises
    ------
    StreamError
        See `Publisher`.
    """
    known = None if keys is None else ServerKeys(**keys)
    return Publisher(address, encoding=encoding, keep=keep, proxy=proxy, keys=known)
