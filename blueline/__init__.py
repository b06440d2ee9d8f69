"""The application: sessions, the command line, the demonstration."""

from typing import TYPE_CHECKING

from blueline.errors import BluelineError

if TYPE_CHECKING:
    from blueline.opening import open_session

__all__ = ["BluelineError", "open_session"]


def __getattr__(name: str) -> object:
    """Import `open_session` when it is asked for: it brings the whole Bluesky stack."""
    if name == "open_session":
        from blueline.opening import open_session

        return open_session
    message = f"module 'blueline' has no attribute {name!r}"
    raise AttributeError(message)
