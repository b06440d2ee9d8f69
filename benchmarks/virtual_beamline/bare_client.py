"""A Channel Access client of few lines: asks for many names at once and waits for no library."""

import socket
import struct
import time
from collections.abc import Callable, Sequence
from typing import Self

LOOPBACK = "127.0.0.1"
VERSION, SEARCH, CREATE_CHANNEL, FAILED = 0, 6, 18, 26
_HEADER = struct.Struct(">HHHHII")
_DEADLINE = 90.0
_RETRY = 0.01
#: Names asked for before the answers are read; no server has to queue more.
_CHUNK = 200


def message(command: int, name: str = "", kind: int = 0, count: int = 0, first: int = 0) -> bytes:
    """Pack a command of version 13 of the protocol; `name` is its payload."""
    payload = name.encode() + b"\0" if name else b""
    payload += bytes(-len(payload) % 8)
    second = 13 if command == CREATE_CHANNEL else first
    return _HEADER.pack(command, len(payload), kind, count, first, second) + payload


def _holds_answer(datagram: bytes) -> bool:
    """Say whether a datagram, usually headed by a version, answers a search."""
    while len(datagram) >= _HEADER.size:
        command, size, *_ = _HEADER.unpack_from(datagram)
        if command == SEARCH:
            return True
        datagram = datagram[_HEADER.size + size :]
    return False


def wait_until_answered(name: str, port: int, is_alive: Callable[[], bool]) -> None:
    """Search for a name until the server at `port` says that it serves it."""
    request = message(VERSION, count=13) + message(SEARCH, name, kind=5, count=13, first=1)
    deadline = time.monotonic() + _DEADLINE
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.settimeout(_RETRY)
        while time.monotonic() < deadline and is_alive():
            sent = time.monotonic()
            try:
                datagrams.sendto(request, (LOOPBACK, port))
                if _holds_answer(datagrams.recv(65536)):
                    return
            except ConnectionRefusedError:
                time.sleep(max(0.0, sent + _RETRY - time.monotonic()))
            except TimeoutError:
                pass
    raise TimeoutError(f"nobody serves {name} at port {port}")


class Connection:
    """Channels to many names over one circuit."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((LOOPBACK, port), _DEADLINE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(message(VERSION, count=13))
        self._data = b""
        self._channels = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def connect(self, names: Sequence[str]) -> None:
        """Make a channel to each name; KeyError if the server refuses one."""
        for start in range(0, len(names), _CHUNK):
            chunk = names[start : start + _CHUNK]
            self._socket.sendall(
                b"".join(
                    message(CREATE_CHANNEL, name, first=self._channels + index)
                    for index, name in enumerate(chunk)
                )
            )
            self._await_answers(len(chunk))
            self._channels += len(chunk)

    def _await_answers(self, count: int) -> None:
        while count:
            self._data += self._socket.recv(65536)
            while len(self._data) >= _HEADER.size:
                command, size, *_ = _HEADER.unpack_from(self._data)
                if len(self._data) < _HEADER.size + size:
                    break
                self._data = self._data[_HEADER.size + size :]
                if command == FAILED:
                    raise KeyError("the server does not serve one of the names")
                count -= command == CREATE_CHANNEL
