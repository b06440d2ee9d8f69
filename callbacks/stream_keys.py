"""Who may follow the stream: this machine, or those whose keys are known (CURVE, as 0MQ has it)."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path

import zmq
import zmq.auth

from callbacks.stream_wire import StreamError


@dataclass(frozen=True)
class ServerKeys:
    """Keys of a publisher that others than this machine may follow.

    Parameters
    ----------
    secret
        File of its own secret key, ``*.key_secret`` of ``zmq.auth.create_certificates``.
    clients
        Folder with the public key, ``*.key``, of everyone who may follow.
    """

    secret: Path | str
    clients: Path | str


@dataclass(frozen=True)
class ClientKeys:
    """Keys of a follower.

    Parameters
    ----------
    secret
        File of its own secret key.
    server
        File of the publisher's public key.
    """

    secret: Path | str
    server: Path | str


def endpoint(address: str, keys: ServerKeys | ClientKeys | None) -> str:
    """Give 0MQ's name of ``"host:port"``.

    Raises
    ------
    StreamError
        It is no address, or one beyond this machine without keys.
    """
    host, colon, port = address.removeprefix("tcp://").rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        message = f"{address!r} is no address of a stream; give one such as '127.0.0.1:5577'"
        raise StreamError(message)
    host = "127.0.0.1" if host == "localhost" else host
    if keys is None and not is_loopback(host):
        message = f"the stream at {address} would be open to other machines without keys; "
        raise StreamError(message + "give CURVE keys, or an address of this machine: 127.0.0.1")
    return f"tcp://{host}:{port}"


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine: ``localhost``, or an IPv4 address of loopback.

    Any other name is not, whatever it begins with: a name server says where it leads.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("127.evil.example.com")
    (True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return False


def lock(socket: zmq.Socket[bytes], keys: ServerKeys | ClientKeys | None) -> None:
    """Give a socket its keys, before it is bound or connected.

    Raises
    ------
    StreamError
        A key cannot be read.
    """
    if keys is None:
        return
    socket.curve_publickey, socket.curve_secretkey = _pair(keys.secret)
    if isinstance(keys, ServerKeys):
        socket.curve_server = True
    else:
        socket.curve_serverkey = _certificate(keys.server)[0]


def _pair(path: Path | str) -> tuple[bytes, bytes]:
    public, secret = _certificate(path)
    if secret is None:
        message = f"{path} has no secret key; give the file that ends in .key_secret"
        raise StreamError(message)
    return public, secret


def _certificate(path: Path | str) -> tuple[bytes, bytes | None]:
    try:
        return zmq.auth.load_certificate(path)
    except (OSError, ValueError) as error:
        message = f"the key {path} cannot be read: {error}"
        raise StreamError(message) from error
