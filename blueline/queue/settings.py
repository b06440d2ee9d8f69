"""What a queue is to be: what `blueline queue up` was told, as it goes to the other processes."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from blueline.queue.errors import QueueError
from blueline.queue.places import QueueFolder

#: Port of the RE Manager that clients try where nobody tells them another.
STOCK_PORT = 60615


@dataclass(frozen=True)
class QueueSettings:
    """What a queue is to be.

    Parameters
    ----------
    folder
        Of its files; only one manager at a time runs on it.
    environment
        Variables of the worker that opens the session, such as ``BLUELINE_DATA``.
    redis
        Address of a Redis of the site, ``host:port/db``, or which kind of our own; empty for the
        first that is found, see `blueline.queue.redis_provider.choose`.
    address
        Where the manager listens, ``host:port``; port 0 for the stock one or a free one.
    information
        Where it tells its console, ``host:port`` of this machine; port 0 for a free one.
    key
        File of the manager's secret CURVE key, asked for where `address` is not this machine; the
        folder ``clients`` beside it has the public keys of those who may ask.
    scripts
        Whether whoever reaches the manager may send code to be executed.
    most_items
        Number of items that the queue and one batch may have.
    most_bytes
        Length of one item as JSON.
    """

    folder: str
    environment: dict[str, str]
    redis: str = ""
    address: str = "127.0.0.1:0"
    information: str = "127.0.0.1:0"
    key: str = ""
    scripts: bool = False
    most_items: int = 1000
    most_bytes: int = 1_000_000

    @property
    def place(self) -> QueueFolder:
        """The files."""
        return QueueFolder(Path(self.folder))

    @property
    def clients(self) -> Path | None:
        """Folder with the public key, ``*.key``, of everyone who may ask; None without keys."""
        return Path(self.key).absolute().parent / "clients" if self.key else None


def as_json(settings: QueueSettings, **more: Any) -> bytes:  # noqa: ANN401 - JSON
    """Give what goes to the standard input of another process."""
    return json.dumps({**asdict(settings), **more}).encode()


def from_json(given: dict[str, Any]) -> QueueSettings:
    """Read what came by standard input; what is not of the settings is left out."""
    names = {field.name for field in fields(QueueSettings)}
    return QueueSettings(**{name: value for name, value in given.items() if name in names})


def require_sound(settings: QueueSettings) -> None:
    """Refuse an address that others than this machine reach without keys of both sides (S1).

    Raises
    ------
    QueueError
        It is one, or no address at all, or there is a key but no folder of those who may ask.
    """
    from callbacks.stream_keys import ServerKeys, endpoint
    from callbacks.stream_wire import StreamError

    keys = ServerKeys(settings.key, "") if settings.key else None
    try:
        endpoint(settings.information, None)
    except StreamError as error:
        message = (
            f"the console of the queue cannot be told at {settings.information}, since it is not "
            "encrypted: give an address of this machine such as 127.0.0.1:60625"
        )
        raise QueueError(message) from error
    try:
        endpoint(settings.address, keys)
    except StreamError as error:
        message = (
            f"the queue cannot listen at {settings.address}: give an address of this machine such "
            f"as 127.0.0.1:{STOCK_PORT}, or the file of a secret CURVE key as well"
        )
        raise QueueError(message) from error
    if settings.clients is not None and not settings.clients.is_dir():
        message = (
            f"the queue has a key, but nobody who may ask it: make the folder {settings.clients} "
            "and put the public key, *.key, of each client there"
        )
        raise QueueError(message)


def secret_key(path: str) -> str:
    """Give the secret key of a file that ``zmq.auth.create_certificates`` has written.

    Raises
    ------
    QueueError
        It has none.
    """
    import zmq.auth

    try:
        _, secret = zmq.auth.load_certificate(path)
    except (OSError, ValueError) as error:
        message = f"the key {path} cannot be read: {error}"
        raise QueueError(message) from error
    if secret is None:
        message = f"{path} has no secret key; give the file that ends in .key_secret"
        raise QueueError(message)
    return secret.decode()
