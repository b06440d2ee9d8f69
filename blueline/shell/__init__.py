"""The prompt: IPython with a session in it, commands for hands, and errors of a few lines."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blueline.shell.prompt import banner, run_shell

__all__ = ["banner", "run_shell"]


def __getattr__(name: str) -> object:
    """Import the prompt when it is asked for: it brings the whole session."""
    if name in __all__:
        from blueline.shell import prompt

        return getattr(prompt, name)
    message = f"module 'blueline.shell' has no attribute {name!r}"
    raise AttributeError(message)
