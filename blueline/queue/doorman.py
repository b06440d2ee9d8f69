"""Who may ask the RE Manager beyond this machine: those whose public CURVE keys are in a folder.

CURVE alone keeps out nobody: a server takes any pair of keys as long as no handler of ZAP, ZeroMQ's
protocol for authentication (RFC 27), says who is known.
"""

import logging
from pathlib import Path
from typing import Any

import zmq
import zmq.auth
from zmq.auth.asyncio import AsyncioAuthenticator

_log = logging.getLogger(__name__)


class KnownKeys:
    """Knows the manager's own pair, which this queue's commands use, and the keys in a folder.

    Parameters
    ----------
    own
        Public key of the manager.
    clients
        Folder with the public key, ``*.key``, of everyone who may ask; it is read at each new
        connection, so that whoever is put in or taken out counts from then on.
    """

    def __init__(self, own: bytes, clients: Path) -> None:
        self._own, self._clients = own, clients

    def callback(self, _domain: str, key: bytes) -> bool:
        """Say whether a key is known; the name is that of `zmq.auth`."""
        return key == self._own or key in self._read()

    def _read(self) -> dict[bytes, Any]:
        try:
            return dict(zmq.auth.load_certificates(self._clients))
        except (OSError, ValueError) as error:  # an exception here would end the authenticator
            _log.warning("nobody is let in, since a key of %s is unsound: %s", self._clients, error)
            return {}


def started_doorman(
    context: "zmq.Context[Any]", secret: str, clients: Path
) -> AsyncioAuthenticator:
    """Have the sockets of a context that are bound from now on answer to known keys alone.

    Parameters
    ----------
    context
        Of the sockets; the event loop that runs is what looks at keys.
    secret
        The manager's secret key.
    clients
        See `KnownKeys`.
    """
    doorman = AsyncioAuthenticator(context)
    doorman.configure_curve_callback(
        credentials_provider=KnownKeys(zmq.curve_public(secret.encode()), clients)
    )
    doorman.start()
    return doorman
