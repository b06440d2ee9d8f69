"""A port of this machine that is free now."""

import socket


def free_port() -> int:
    """Give it; somebody else may take it before it is used."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
