"""A process that stops what the engine has moved, and shuts the shutter, when the engine dies."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blueline.guard.guard import Guard

__all__ = ["Guard"]


def __getattr__(name: str) -> object:
    """Import what is asked for when it is: the watching process asks for none."""
    if name in __all__:
        from blueline.guard import guard

        return getattr(guard, name)
    message = f"module 'blueline.guard' has no attribute {name!r}"
    raise AttributeError(message)
