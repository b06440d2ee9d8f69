"""Channel Access, as far as it takes to write a number: messages as bytes, and bytes as messages.

No socket is here. The protocol is that of the Channel Access Protocol Specification, version 4.13
(EPICS documentation); a test holds it against caproto's.
"""

import struct
from typing import NamedTuple

#: Minor version of the protocol.
VERSION = 13
#: Commands.
(HELLO, WRITE, SEARCH, ERROR, READ, CREATE, CLIENT, HOST, RIGHTS, FAILED) = (
    *(0, 4, 6, 11, 15, 18, 20, 21, 22, 26),
)
#: What a search says of servers that do not have it: they need not answer.
_ONLY_IF_FOUND = 5
#: The address in an answer to a search that stands for its sender's.
_SENDER = 0xFFFFFFFF
#: Bit of the access rights that allows to write.
MAY_WRITE = 2
_HEADER = struct.Struct(">HHHHII")
#: Where size and count are too large for the header, two more numbers follow it.
_LARGE, _LONGER = 0xFFFF, struct.Struct(">II")
#: How a number of each native type is packed: string, short, float, enum, char, long, double.
_FORMATS = (None, ">h", ">f", ">H", ">B", ">i", ">d")
_STRING = 40


class Message(NamedTuple):
    """One message of `number` elements; what the two parameters mean depends on the command."""

    command: int
    data_type: int = 0
    number: int = 0
    first: int = 0
    second: int = 0
    payload: bytes = b""

    def __bytes__(self) -> bytes:
        """Give it as it travels; payloads are filled up to a multiple of eight bytes."""
        payload = self.payload + bytes(-len(self.payload) % 8)
        numbers = self.data_type, self.number, self.first, self.second
        return _HEADER.pack(self.command, len(payload), *numbers) + payload


def hello(user: str, host: str) -> bytes:
    """Give what a client says first on a connection."""
    name, place = user.encode() + b"\0", host.encode() + b"\0"
    said = (Message(HELLO, 0, VERSION), Message(CLIENT, payload=name), Message(HOST, payload=place))
    return b"".join(map(bytes, said))


def search(names: dict[int, str]) -> bytes:
    """Give the datagram that asks who has these PVs, by number."""
    asked = [Message(HELLO, 0, VERSION)]
    for number, name in names.items():
        payload = name.encode() + b"\0"
        asked.append(Message(SEARCH, _ONLY_IF_FOUND, VERSION, number, number, payload))
    return b"".join(map(bytes, asked))


def found(datagram: bytes, sender: str) -> dict[int, tuple[str, int]]:
    """Give host and port of the server of each PV that an answer to a search names."""
    places: dict[int, tuple[str, int]] = {}
    for message in messages(datagram)[0]:
        if message.command == SEARCH:
            told = ".".join(map(str, message.first.to_bytes(4, "big")))
            host = sender if message.first == _SENDER else told
            places[message.second] = host, message.data_type
    return places


def create(name: str, number: int) -> bytes:
    """Ask for a channel."""
    return bytes(Message(CREATE, 0, 0, number, VERSION, name.encode() + b"\0"))


def write(channel: Message, value: float) -> bytes:
    """Write to the channel that an answer to `create` has opened, without asking for an answer.

    An answer to a put with completion would come only when all motions that others wait for have
    ended: the IOC keeps such puts to one record in a queue.
    """
    kind = channel.data_type
    payload = _packed(kind, value)
    return bytes(Message(WRITE, kind, 1, channel.second, channel.first, payload))


def read(channel: Message) -> bytes:
    """Ask for the value: the answer comes when what was written before it has been taken."""
    return bytes(Message(READ, channel.data_type, 1, channel.second, channel.first))


def _packed(kind: int, value: float) -> bytes:
    code = _FORMATS[kind] if kind < len(_FORMATS) else None
    if code is None:
        return f"{value:g}".encode().ljust(_STRING, b"\0")
    return struct.pack(code, value if code in {">f", ">d"} else round(value))


def messages(data: bytes) -> tuple[list[Message], bytes]:
    """Give the messages that are whole, and what is left."""
    whole: list[Message] = []
    while True:
        sized = _sized(data)
        if sized is None or len(data) < sum(sized):
            return whole, data
        start, size = sized
        command, _, kind, count, first, second = _HEADER.unpack_from(data)
        whole.append(Message(command, kind, count, first, second, data[start : start + size]))
        data = data[start + size :]


def _sized(data: bytes) -> tuple[int, int] | None:
    """Give the lengths of header and payload; None where the header is not whole."""
    if len(data) < _HEADER.size:
        return None
    size = _HEADER.unpack_from(data)[1]
    if size != _LARGE:
        return _HEADER.size, size
    if len(data) < _HEADER.size + _LONGER.size:
        return None
    return _HEADER.size + _LONGER.size, _LONGER.unpack_from(data, _HEADER.size)[0]
