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
    outcome = dict.fromkeys(puts, "its server does not answer")
    try:
        with socket.create_connection(place, timeout=_PATIENCE) as connection:
            connection.settimeout(_PATIENCE)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _Conversation(connection, outcome).hold(puts)
    except OSError as error:
        reason = error.strerror or str(error)
        return {put: f"{why}: {reason}" if why else why for put, why in outcome.items()}
    return outcome


class _Conversation:
    """Open channels, write to each as soon as it is open, and wait until all was taken."""

    def __init__(self, connection: socket.socket, outcome: dict[Put, str]) -> None:
        self._connection = connection
        self._outcome = outcome

    def hold(self, puts: Iterable[Put]) -> None:
        open_ = dict(enumerate(puts))
        asked = b"".join(wire.create(put.pv, number) for number, put in open_.items())
        self._connection.sendall(wire.hello(_user(), socket.gethostname()) + asked)
        ends = time.monotonic() + _PATIENCE
        rest = b""
        while open_ and time.monotonic() < ends:
            received = self._connection.recv(_CHUNK)
            if not received:
                return
            heard, rest = wire.messages(rest + received)
            for message in heard:
                self._take(message, open_)

    def _take(self, message: wire.Message, open_: dict[int, Put]) -> None:
        """Answer a message; a put that is decided is no longer `open_`."""
        if message.command == wire.RIGHTS and not message.second & wire.MAY_WRITE:
            self._decide(open_, message.first, "its server lets us not write")
        elif message.command == wire.FAILED:
            self._decide(open_, message.first, NOT_FOUND)
        elif message.command == wire.CREATE and message.first in open_:
            put = open_[message.first]
            self._connection.sendall(wire.write(message, put.value) + wire.read(message))
        elif message.command == wire.READ:
            self._decide(open_, message.second, "")
        elif message.command == wire.ERROR:
            self._decide(open_, message.first, "its server has refused it")

    def _decide(self, open_: dict[int, Put], number: int, outcome: str) -> None:
        put = open_.pop(number, None)
        if put is not None:
            self._outcome[put] = outcome


def _user() -> str:
    return os.environ.get("USER") or str(os.getuid())
