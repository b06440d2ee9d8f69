"""What a publisher has open: the socket that is asked, the live one, and a bell."""

import contextlib
import socket
from typing import Any

import zmq
from zmq.auth.thread import ThreadAuthenticator

from callbacks.stream_keys import ServerKeys, endpoint, lock
from callbacks.stream_wire import MAX_REQUEST, StreamError

#: Answers that may wait for one follower, which asks for one at a time.
_ANSWERS_WAITING = 4
#: Live messages that may wait for one subscriber; beyond, it loses some and sees the numbers jump.
_LIVE_WAITING = 10_000
#: Milliseconds in which 0MQ gets the last messages out.
_LINGER = 500
#: Milliseconds between two signs of life, and without one until a peer is given up.
_HEARTBEAT, _HEARTBEAT_LOST = 10_000, 30_000


class Sockets:
    """The sockets of a publisher, which belong to one thread, and the pipe that wakes it.

    Parameters
    ----------
    address, proxy, keys
        See `callbacks.publish.Publisher`.

    Attributes
    ----------
    answers, live, bell
        The socket that is asked, the one that documents go out on, and what is rung.
    addresses
        Of the first two, ``"host:port"``.

    Raises
    ------
    StreamError
        The ports cannot be had.
    """

    def __init__(self, address: str, proxy: str | None, keys: ServerKeys | None) -> None:
        asked = endpoint(address, keys)
        if proxy is not None and keys is not None:
            message = "a proxy is fed without keys only; leave either of them out"
            raise StreamError(message)
        fed = None if proxy is None else endpoint(proxy, None)
        self.context: zmq.Context[Any] = zmq.Context()
        self.context.setsockopt(zmq.LINGER, _LINGER)
        self._doorman: ThreadAuthenticator | None = None
        self.bell, self._button = socket.socketpair()
        self._is_rung = False
        try:
            self._doorman = self._watched(keys)
            self.answers = self._socket(zmq.ROUTER, keys, _ANSWERS_WAITING)
            self.live = self._socket(zmq.PUB, keys, _LIVE_WAITING)
            self.addresses = self._bound(asked)
            if fed is not None:
                self.live.connect(fed)
        except BaseException:
            self.close()
            raise

    def _watched(self, keys: ServerKeys | None) -> ThreadAuthenticator | None:
        if keys is None:
            return None
        doorman = ThreadAuthenticator(self.context)
        doorman.start()
        doorman.configure_curve(domain="*", location=keys.clients)
        return doorman

    def _socket(self, kind: int, keys: ServerKeys | None, waiting: int) -> zmq.Socket[bytes]:
        made = self.context.socket(kind)
        made.sndhwm = waiting
        made.maxmsgsize = MAX_REQUEST
        made.heartbeat_ivl, made.heartbeat_timeout = _HEARTBEAT, _HEARTBEAT_LOST
        lock(made, keys)
        return made

    def _bound(self, asked: str) -> tuple[str, str]:
        host, _, port = asked.rpartition(":")
        try:
            self.answers.bind(asked)
            # any port that is free is wanted for both, or one and its neighbour
            self.live.bind(f"{host}:{int(port) + 1 if int(port) else 0}")
        except zmq.ZMQError as error:
            message = (
                f"documents cannot be published on {asked.removeprefix('tcp://')} and the port "
                f"after it: {error.strerror}; another session may publish there, so name "
                "another port"
            )
            raise StreamError(message) from error
        return _address(self.answers), _address(self.live)

    def wake(self) -> None:
        """Let the thread look at what is new; once is enough until it has looked."""
        if not self._is_rung:
            self._is_rung = True
            with contextlib.suppress(OSError):  # it has ended
                self._button.send(b"!")

    def has_looked(self) -> None:
        """Let the bell be rung again."""
        self.bell.recv(64)
        self._is_rung = False

    def close(self) -> None:
        """Get out what still waits, as far as anybody takes it, and let go of the ports."""
        if self._doorman is not None:
            self._doorman.stop()
        self.context.destroy(linger=_LINGER)
        self._button.close()
        self.bell.close()


def _address(bound: zmq.Socket[bytes]) -> str:
    return bytes(bound.get(zmq.LAST_ENDPOINT)).decode().removeprefix("tcp://")
