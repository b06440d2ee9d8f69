"""Where the documents of a queue can be followed: said by the beamline, by people, or chosen."""

import contextlib
import secrets
import socket
from pathlib import Path

#: Ports that systems do not give away by themselves: nobody gets one between two scans.
_PORTS = range(12_000, 30_000, 2)
_LAST_PORT = 65_535


def free_stream(kept: str = "") -> str:
    """Give an address of this machine whose port is free, and so is the one after it.

    Parameters
    ----------
    kept
        The address of last time, which followers know; the same is given if it is still free.
    """
    if kept and _is_free_pair(kept):
        return kept
    while True:
        address = f"127.0.0.1:{secrets.choice(_PORTS)}"
        if _is_free_pair(address):
            return address


def _is_free_pair(address: str) -> bool:
    from callbacks.stream_keys import is_loopback  # loads what a session is made of

    host, _, port = address.rpartition(":")
    if not is_loopback(host) or not port.isdecimal() or int(port) >= _LAST_PORT:
        return False
    try:
        with contextlib.ExitStack() as held:
            for number in (int(port), int(port) + 1):
                held.enter_context(socket.create_server((host, number)))
    except OSError:
        return False
    return True


def kept_stream(file: Path) -> str:
    """Give where the last session of a queue published; nothing where it did not."""
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""


def chosen_stream(said: str, described: str, free: str) -> str | None:
    """Give what a session of the queue is opened with; None leaves it to its description.

    Parameters
    ----------
    said
        By people: an address, of which port 0 is any that is free, or ``none``.
    described
        Address of the beamline's description.
    free
        One that is free.

    Examples
    --------
    >>> chosen_stream("", "", "127.0.0.1:15000")
    '127.0.0.1:15000'
    >>> chosen_stream("none", "127.0.0.1:5577", "127.0.0.1:15000")
    'none'
    """
    if said and not said.endswith(":0"):
        return said
    return None if described and not said else free or None
