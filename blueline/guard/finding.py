"""Who serves a PV, asked as a Channel Access client asks it: the rim of `wire`."""

import contextlib
import os
import select
import socket
import time
from collections.abc import Iterable, Mapping

from blueline.guard import wire

#: Seconds between two searches for what has not been found.
_AGAIN = 0.1
_LARGEST_DATAGRAM = 65536
#: Names in one datagram: below what Ethernet carries unbroken, with names of sixty characters.
_TOGETHER = 12

Place = tuple[str, int]


def place_of(text: str, port: int) -> Place:
    """Give host and port of ``host`` or ``host:port``."""
    host, _, told = text.partition(":")
    return host, int(told) if told.isdecimal() else port


def addresses(environment: Mapping[str, str]) -> list[Place]:
    """Give where Channel Access searches, as EPICS clients take it from the environment."""
    port = environment.get("EPICS_CA_SERVER_PORT", "")
    default = int(port) if port.isdecimal() else 5064
    found = [place_of(each, default) for each in environment.get("EPICS_CA_ADDR_LIST", "").split()]
    if environment.get("EPICS_CA_AUTO_ADDR_LIST", "").upper() != "NO":
        found.append(("255.255.255.255", default))
    return found


def search(names: Iterable[str], seconds: float) -> dict[str, Place]:
    """Give host and port of the server of each PV that one tells of within so many seconds."""
    numbered = dict(enumerate(names))
    places: dict[str, Place] = {}
    ends = time.monotonic() + seconds
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        while len(places) < len(numbered) and time.monotonic() < ends:
            _ask(asking, {n: name for n, name in numbered.items() if name not in places})
            for number, place in _answers(asking, min(_AGAIN, ends - time.monotonic())):
                places.setdefault(numbered[number], place)
    return places


def _ask(asking: socket.socket, names: Mapping[int, str]) -> None:
    listed = list(names.items())
    for begin in range(0, len(listed), _TOGETHER):
        datagram = wire.search(dict(listed[begin : begin + _TOGETHER]))
        for place in addresses(os.environ):
            with contextlib.suppress(OSError):  # one network may be down, another one up
                asking.sendto(datagram, place)


def _answers(asking: socket.socket, seconds: float) -> list[tuple[int, Place]]:
    """Give what has been answered when the first answer is there; nothing when none comes."""
    answered: list[tuple[int, Place]] = []
    wait = max(0.0, seconds)
    while select.select([asking], [], [], wait)[0]:
        with contextlib.suppress(OSError):  # a port where nobody listens
            datagram, sender = asking.recvfrom(_LARGEST_DATAGRAM)
            answered += wire.found(datagram, sender[0]).items()
        wait = 0.0
    return answered
