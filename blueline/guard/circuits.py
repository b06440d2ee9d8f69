"""Connections to the servers of what may have to be stopped, held while the engine lives.

A server that ends closes its side. So a connection that is open still leads to the server that the
engine had, whatever has been started at its host and port since.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterable, Sequence

from blueline.guard.finding import Place, place_of
from blueline.guard.puts import Put
from blueline.guard.writing import Conversation

#: Seconds for a server to take a connection; on a network, milliseconds.
_CONNECTS = 0.3
#: Seconds until a server that took none is asked again.
_AGAIN = 5.0
_CHUNK = 65536
#: Why a PV was not written whose server has closed its connection.
HAS_ENDED = "its server has ended as well"


class Circuit:
    """A connection to one server.

    Raises
    ------
    OSError
        It takes none.
    """

    def __init__(self, place: Place) -> None:
        self._connection = socket.create_connection(place, _CONNECTS)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._conversation = Conversation(self._connection)

    @property
    def is_open(self) -> bool:
        """Whether the server has not closed it."""
        self._connection.setblocking(False)
        try:
            while received := self._connection.recv(_CHUNK):
                self._conversation.hear(received)
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    def write(self, puts: Sequence[Put]) -> dict[Put, str]:
        """Write to PVs; give what each has come to, nothing where it was taken."""
        return self._conversation.write(puts) if self.is_open else dict.fromkeys(puts, HAS_ENDED)

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()


class Circuits:
    """One connection to each server.

    Examples
    --------
    >>> circuits = Circuits()
    >>> put = Put("x", "BL:sample:x.STOP", 1.0)
    >>> circuits.keep([put])
    >>> circuits.leads_to(put)
    False
    """

    def __init__(self) -> None:
        self._held: dict[Place, Circuit] = {}
        self._refused: dict[Place, float] = {}

    def keep(self, puts: Iterable[Put]) -> None:
        """Be connected to the servers of these, anew where that was lost: the engine lives."""
        wanted = {place_of(put.server, 0) for put in puts if put.server}
        for place in [*self._held]:
            if place not in wanted or not self._held[place].is_open:
                self._held.pop(place).close()
        for place in wanted - self._held.keys():
            if time.monotonic() >= self._refused.get(place, 0.0):
                self._connect(place)

    def _connect(self, place: Place) -> None:
        self._refused[place] = time.monotonic() + _AGAIN
        with contextlib.suppress(OSError):  # asked again, as long as the engine lives
            self._held[place] = Circuit(place)
            del self._refused[place]

    def leads_to(self, put: Put) -> bool:
        """Tell whether the server of a put was connected when that was looked at last."""
        return bool(put.server) and place_of(put.server, 0) in self._held

    def write(self, puts: Sequence[Put]) -> dict[Put, str]:
        """Write to PVs whose servers are connected; those of each server in a thread of its own."""
        outcome: dict[Put, str] = {}
        by_place: dict[Place, list[Put]] = {}
        for put in puts:
            by_place.setdefault(place_of(put.server, 0), []).append(put)

        def write(place: Place) -> None:
            outcome.update(self._held[place].write(by_place[place]))

        threads = [threading.Thread(target=write, args=(place,)) for place in by_place]
        for thread in threads:
            thread.start()
        for thread in threads:  # each ends: all that it waits for has a deadline
            thread.join()
        return outcome
