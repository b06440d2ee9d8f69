"""The Channel Access repeater of this process, on loopback.

libca listens for beacons through the one repeater of its machine, and where there is none it starts
a process that listens on all interfaces and never ends. This thread takes that place while the
process lives. It is ours because caproto's binds to all interfaces too. The protocol is that of the
"CA Repeater" chapter of the Channel Access Protocol Specification.
"""

import contextlib
import socket
import struct
import threading

LOOPBACK = "127.0.0.1"

# command, payload size, data type, data count, two parameters
_HEADER = struct.Struct(">HHHHII")
_BEACON, _CONFIRM, _REGISTER = 13, 17, 24
_LARGEST_DATAGRAM = 65536


class Repeater:
    """Pass the beacons of servers on to the clients that registered.

    Parameters
    ----------
    port
        ``EPICS_CA_REPEATER_PORT``.

    Raises
    ------
    OSError
        There is a repeater already.
    """

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind((LOOPBACK, port))
        except OSError:
            self._socket.close()
            raise
        self._clients: dict[int, socket.socket] = {}
        self._thread = threading.Thread(target=self._serve, name="CA repeater", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let go of the port."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread
        self._thread.join(1.0)
        self._socket.close()
        for port in list(self._clients):
            self._drop(port)

    def _serve(self) -> None:
        while True:
            try:
                datagram, sender = self._socket.recvfrom(_LARGEST_DATAGRAM)
            except OSError:
                return
            if sender is None:  # the socket was shut down
                return
            if _is_registration(datagram):
                self._register(sender[1])
            elif datagram:
                self._pass_on(_with_address(datagram))

    def _register(self, port: int) -> None:
        if port not in self._clients:
            client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            client.connect((LOOPBACK, port))
            self._clients[port] = client
        self._send(port, _HEADER.pack(_CONFIRM, 0, 0, 0, 0, _address()))

    def _pass_on(self, datagram: bytes) -> None:
        for port in list(self._clients):
            self._send(port, datagram)

    def _send(self, port: int, datagram: bytes) -> None:
        try:
            self._clients[port].send(datagram)
        except OSError:  # the client has ended
            self._drop(port)

    def _drop(self, port: int) -> None:
        self._clients.pop(port).close()


def _is_registration(datagram: bytes) -> bool:
    if len(datagram) < _HEADER.size:
        return False
    return _HEADER.unpack_from(datagram)[0] == _REGISTER


def _with_address(datagram: bytes) -> bytes:
    """Fill in where a beacon comes from; servers leave that to the repeater."""
    if len(datagram) != _HEADER.size:
        return datagram
    command, *rest, address = _HEADER.unpack(datagram)
    if command != _BEACON or address:
        return datagram
    return _HEADER.pack(command, *rest, _address())


def _address() -> int:
    return int.from_bytes(socket.inet_aton(LOOPBACK), "big")
