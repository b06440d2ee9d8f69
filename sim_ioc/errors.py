"""Errors of the simulated beamline, each one sentence for the person who reads it."""


class SimError(Exception):
    """Be the parent of every error of this package."""


class PutRefusedError(SimError, ValueError):
    """Tell a client why its value was not taken; nothing has moved or changed."""


class PhysicsError(SimError, ValueError):
    """Tell which number lies outside what a formula is defined for."""


class ServerError(SimError, RuntimeError):
    """Tell why the server could not start."""


class ProcessError(SimError, RuntimeError):
    """Tell what the child process that serves the beamline did wrong."""


class ConfigError(SimError, ValueError):
    """Tell what is wrong with the description of a beamline, each problem with its line."""


class FrameFileError(SimError, OSError):
    """Tell why frames could not be written to a file."""
