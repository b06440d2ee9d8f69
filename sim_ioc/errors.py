"""Errors of the simulated beamline, each one sentence for the person who reads it."""


class SimIocError(Exception):
    """Be the parent of every error of this package."""


class PutRefusedError(SimIocError, ValueError):
    """Tell a client why its value was not taken; nothing has moved or changed."""


class PhysicsError(SimIocError, ValueError):
    """Tell which number lies outside what a formula is defined for."""


class ServerError(SimIocError, RuntimeError):
    """Tell why the server could not start."""


class ProcessError(SimIocError, RuntimeError):
    """Tell what the child process that serves the beamline did wrong."""
