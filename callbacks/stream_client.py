"""Follow the documents of a session from another process, whatever happens to either of them."""

import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import zmq

from callbacks.routing import Handler
from callbacks.stream_keys import ClientKeys, endpoint, lock
from callbacks.stream_wire import (
    DEFAULT_ADDRESS,
    MAX_DOCUMENT,
    Header,
    Published,
    Request,
    Since,
    StreamError,
    read_answer,
    request_message,
)
from reduction.plural import numbered

log = logging.getLogger(__name__)

#: Seconds in which a publisher answers that has nothing new.
_WAIT = 2.0
#: Seconds that an answer may be on its way: by so much a publisher must be younger than the wait.
_TRANSIT = 0.5
#: Seconds beyond that after which a publisher is taken for gone: it may have much to do.
_GRACE = 3.0
#: Seconds after which a follower sees that it was told to stop.
_GLANCE = 0.1
#: Seconds that nobody may answer: a session may be closed for a night, not for a week.
PATIENCE = 86_400.0
_FOREVER = float("inf")


class Follower:
    """Iterate over the documents that a session publishes, in their order, each once.

    It waits for a session that is not there yet, or not there any more, and goes on with the next
    one, from its beginning. What it came too late for is counted, and told: the journal has it.

    Parameters
    ----------
    address
        Of the publisher, ``"host:port"``.
    since
        Where to begin: "run" with the start of the run that goes on, "oldest" with all that the
        publisher still has, "new" with what comes from now on.
    patience
        Seconds that nobody may answer before that is an error.
    idle
        Seconds without a document after which the iteration ends.
    keys
        Needed where the publisher has some.
    notice
        Called with one sentence when the publisher is silent or new, or documents are lost; logged
        by default. What it raises ends the iteration.

    Attributes
    ----------
    lost
        Documents that came too late to get.
    is_told_to_stop
        Whether `stop` was called.
    """

    def __init__(
        self,
        address: str = DEFAULT_ADDRESS,
        *,
        since: Since = "run",
        patience: float = PATIENCE,
        idle: float = _FOREVER,
        keys: ClientKeys | None = None,
        notice: Callable[[str], None] = log.warning,
    ) -> None:
        self.lost = 0
        self.is_told_to_stop = False
        self._address = address
        self._endpoint = endpoint(address, keys)
        self._since = since
        self._patience = patience
        self._idle = idle
        self._keys = keys
        self._notice = notice
        self._publisher = ""
        self._next: Since = since
        self._silence = 0.0
        self._began = time.monotonic()

    def __iter__(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield (name, document) until told to stop.

        Raises
        ------
        StreamError
            Nobody has answered for `patience`, or what answers is no stream.
        """
        with zmq.Context() as context:
            context.setsockopt(zmq.LINGER, 0)
            line = _Line(context, self._endpoint, self._keys)
            try:
                yield from self._documents(line)
            finally:
                line.close()

    def _documents(self, line: "_Line") -> Iterator[tuple[str, dict[str, Any]]]:
        latest = time.monotonic()
        while not self.is_told_to_stop and time.monotonic() - latest < self._idle:
            answer = self._ask(line, self._idle - (time.monotonic() - latest))
            if answer is None:
                continue
            header, published = answer
            self._next = header.first
            for each in published:
                self._count_lost(each.number)
                self._next = each.number + 1
                yield each.name, each.doc
                if self.is_told_to_stop:
                    return
            self._count_lost(header.after)
            self._next = header.after
            if published:
                latest = time.monotonic()

    def _count_lost(self, number: int) -> None:
        """Tell where the publisher goes on with a later document than the next one."""
        lost = number - self._next if isinstance(self._next, int) else 0
        if lost > 0:
            self.lost += lost
            self._notice(
                f"{numbered(lost, 'document')} came too late to follow; the journal has them"
            )

    def stop(self) -> None:
        """End the iteration, from another thread or from within; it takes a tenth of a second."""
        self.is_told_to_stop = True

    def _ask(self, line: "_Line", at_most: float) -> tuple[Header, list[Published]] | None:
        wait = max(0.0, min(_WAIT, at_most))
        request = Request(self._next, self._publisher, wait)
        deadline = min(wait + _GRACE, self._patience)
        frames = line.ask(request_message(request), deadline, lambda: self.is_told_to_stop)
        if frames is None:
            if not self.is_told_to_stop:
                self._note_silence(deadline)
            return None
        if self._silence:
            self._silence = 0.0
            self._notice(f"the publisher at {self._address} answers")
        header, published = read_answer(frames)
        if header.is_ending:
            self._notice(f"the publisher at {self._address} has ended; waiting for the next one")
            line.close()
        return None if self._is_from_the_beginning(header) else (header, published)

    def _is_from_the_beginning(self, header: Header) -> bool:
        """See whether all of a publisher is wanted, as it came while this one was following."""
        is_another = self._publisher not in ("", header.publisher)
        if is_another:
            self._notice(f"another publisher answers at {self._address}; all of it comes")
        waited = time.monotonic() - self._began - _TRANSIT
        is_younger = not self._publisher and header.age < waited
        self._publisher = header.publisher
        if is_younger and self._next in ("run", "new"):
            self._next = "oldest"
            return True
        return False

    def _note_silence(self, seconds: float) -> None:
        """Count how long nobody has answered, but for times in which this process stood still."""
        if not self._silence:
            self._notice(f"nobody answers at {self._address}; still trying")
        self._silence += seconds
        if self._silence >= self._patience:
            message = (
                f"nobody has answered at {self._address} for {self._silence:g} s; "
                "see whether a session runs there and publishes its documents"
            )
            raise StreamError(message)


class _Line:
    """The socket to a publisher; a new one after each silence, so that no late answer confuses."""

    def __init__(self, context: "zmq.Context[Any]", address: str, keys: ClientKeys | None) -> None:
        self._context = context
        self._endpoint = address
        self._keys = keys
        self._socket: zmq.Socket[bytes] | None = None

    def ask(
        self, request: bytes, seconds: float, is_told_to_stop: Callable[[], bool]
    ) -> list[bytes] | None:
        """Give the frames of the answer, or None where there was none within `seconds`."""
        socket = self._socket or self._open()
        socket.send(request)
        for _ in range(max(1, round(seconds / _GLANCE))):
            if socket.poll(int(1e3 * _GLANCE)):
                return socket.recv_multipart()
            if is_told_to_stop():
                break
        self.close()
        return None

    def _open(self) -> "zmq.Socket[bytes]":
        self._socket = socket = self._context.socket(zmq.REQ)
        socket.maxmsgsize = MAX_DOCUMENT
        lock(socket, self._keys)
        socket.connect(self._endpoint)
        return socket

    def close(self) -> None:
        """Let go of the socket; the next question opens another."""
        if self._socket is not None:
            self._socket.close(0)
            self._socket = None


def follow(address: str = DEFAULT_ADDRESS, **settings: Any) -> Follower:  # noqa: ANN401 - Follower's
    """Give the documents that a session publishes; see `Follower` for the settings.

    Parameters
    ----------
    address
        Of the publisher.
    settings
        Those of `Follower`.

    Examples
    --------
    >>> from callbacks.stream_client import follow
    >>> for name, doc in follow("127.0.0.1:5577"):  # doctest: +SKIP
    ...     print(name, doc.get("seq_num"))
    """
    return Follower(address, **settings)


class StreamDispatcher:
    """Call callbacks with every document that a session publishes.

    A callback that raises is called no more, with a notice; the others go on.

    Parameters
    ----------
    address
        Of the publisher.
    notice
        Called with one sentence, see `Follower`.
    settings
        Further ones of `Follower`.

    Examples
    --------
    >>> import sys
    >>> from callbacks import LiveTable
    >>> from callbacks.stream_client import StreamDispatcher
    >>> dispatcher = StreamDispatcher("127.0.0.1:5577")
    >>> dispatcher.subscribe(LiveTable(sys.stdout))
    >>> dispatcher.start()  # doctest: +SKIP
    """

    def __init__(
        self,
        address: str = DEFAULT_ADDRESS,
        notice: Callable[[str], None] = log.warning,
        **settings: Any,  # noqa: ANN401 - Follower's
    ) -> None:
        self._follower = Follower(address, notice=notice, **settings)
        self._notice = notice
        self._callbacks: list[Handler] = []

    def subscribe(self, callback: Handler) -> None:
        """Call `callback` with (name, document) from now on."""
        self._callbacks.append(callback)

    def unsubscribe(self, callback: Handler) -> None:
        """Call it no more."""
        self._callbacks.remove(callback)

    def start(self) -> None:
        """Follow until `stop` is called, or as long as the settings say.

        Raises
        ------
        StreamError
            See `Follower`.
        """
        for name, doc in self._follower:
            for callback in list(self._callbacks):
                self._call(callback, name, doc)

    def stop(self) -> None:
        """End `start`, from another thread or from a callback."""
        self._follower.stop()

    def _call(self, callback: Handler, name: str, doc: dict[str, Any]) -> None:
        try:
            callback(name, doc)
        except Exception as error:
            log.exception("%r failed", callback)
            self._callbacks.remove(callback)
            self._notice(f"{callback!r} was put aside: {type(error).__name__}: {error}")
