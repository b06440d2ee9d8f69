"""Write numbers to PVs, with nothing but sockets: what is left when libca has died with the engine.

Each server is written to in a thread of its own, so that one that is dead delays no other.
"""

import os
import socket
import threading
import time
from collections.abc import Iterable, Sequence

from blueline.guard import finding, wire
from blueline.guard.finding import Place
from blueline.guard.puts import Put

#: Seconds for a server to take a connection and each answer; on a network, milliseconds.
_PATIENCE = 0.8
_CHUNK = 65536
#: Why a PV was not written, where nothing better is known.
NOT_FOUND = "no server has it"
_SILENT = "its server does not answer"


def write_all(puts: Sequence[Put]) -> dict[Put, str]:
    """Write each put once; give what each has come to: nothing where it was taken, else why not.

    A put goes where its server was last; where it is not there any more, it is searched for.
    """
    told = {put: finding.place_of(put.server, 0) for put in puts if put.server}
    outcome = _write_to(told)
    lost = [put for put in puts if outcome.get(put, NOT_FOUND)]
    if lost:
        places = finding.search({put.pv for put in lost}, _PATIENCE)
        outcome |= dict.fromkeys((put for put in lost if put not in outcome), NOT_FOUND)
        outcome |= _write_to({put: places[put.pv] for put in lost if put.pv in places})
    return outcome


def _write_to(places: dict[Put, Place]) -> dict[Put, str]:
    outcome: dict[Put, str] = {}

    def write(place: Place) -> None:
        puts = [put for put, where in places.items() if where == place]
        outcome.update(write_to(place, puts))

    threads = [threading.Thread(target=write, args=(place,)) for place in set(places.values())]
    for thread in threads:
        thread.start()
    for thread in threads:  # each ends: all that it waits for has a deadline
        thread.join()
    return outcome


def write_to(place: Place, puts: Sequence[Put]) -> dict[Put, str]:
    """Write to PVs of one server."""
    try:
        with socket.create_connection(place, timeout=_PATIENCE) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return Conversation(connection).write(puts)
    except OSError as error:
        return dict.fromkeys(puts, f"{_SILENT}: {error.strerror or error}")


class Conversation:
    """Open channels, write to each as soon as it is open, and wait until all was taken.

    Parameters
    ----------
    connection
        To a server, to which nothing was said yet.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._is_greeted = False
        #: Of each put, which stands for its channel as well.
        self._numbers: dict[Put, int] = {}
        self._channels: dict[int, wire.Message] = {}
        self._rest = b""
        self._open: dict[int, Put] = {}
        self._outcome: dict[Put, str] = {}

    def write(self, puts: Iterable[Put]) -> dict[Put, str]:
        """Write each; give what it has come to: nothing where it was taken, else why not."""
        self._open = {self._numbers.setdefault(put, len(self._numbers)): put for put in puts}
        self._outcome = dict.fromkeys(self._open.values(), _SILENT)
        try:
            self._connection.settimeout(_PATIENCE)
            self._ask()
            self._wait()
        except OSError as error:
            why = f"{_SILENT}: {error.strerror or error}"
            self._outcome |= dict.fromkeys(self._open.values(), why)
        return self._outcome

    def hear(self, received: bytes) -> None:
        """Take what the server has said."""
        heard, self._rest = wire.messages(self._rest + received)
        for message in heard:
            self._take(message)

    def _ask(self) -> None:
        said = b"" if self._is_greeted else wire.hello(_user(), socket.gethostname())
        for number, put in self._open.items():
            channel = self._channels.get(number)
            said += wire.create(put.pv, number) if channel is None else _written(channel, put)
        self._connection.sendall(said)
        self._is_greeted = True

    def _wait(self) -> None:
        ends = time.monotonic() + _PATIENCE
        while self._open and time.monotonic() < ends:
            received = self._connection.recv(_CHUNK)
            if not received:
                return
            self.hear(received)

    def _take(self, message: wire.Message) -> None:
        """Answer a message; a put that is decided is no longer open."""
        if message.command == wire.RIGHTS and not message.second & wire.MAY_WRITE:
            self._decide(message.first, "its server lets us not write")
        elif message.command == wire.FAILED:
            self._decide(message.first, NOT_FOUND)
        elif message.command == wire.CREATE and message.first in self._open:
            self._channels[message.first] = message
            self._connection.sendall(_written(message, self._open[message.first]))
        elif message.command == wire.READ:
            self._decide(message.second, "")
        elif message.command == wire.ERROR:
            self._decide(message.first, "its server has refused it")

    def _decide(self, number: int, outcome: str) -> None:
        put = self._open.pop(number, None)
        if put is not None:
            self._outcome[put] = outcome


def _written(channel: wire.Message, put: Put) -> bytes:
    return wire.write(channel, put.value) + wire.read(channel)


def _user() -> str:
    return os.environ.get("USER") or str(os.getuid())
