"""What can go wrong with locks, as sentences."""

from blueline.errors import BluelineError


class LockedError(BluelineError):
    """Somebody else has what was asked for."""


class LockFileError(BluelineError):
    """The file of a lock cannot be used."""
