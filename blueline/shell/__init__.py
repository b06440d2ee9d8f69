"""The prompt: IPython with a session in it, commands for hands, and errors of a few lines."""

from blueline.shell.prompt import banner, run_shell

__all__ = ["banner", "run_shell"]
