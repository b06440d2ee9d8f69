"""What can go wrong with locks, as sentences."""

from blueline.errors import BluelineError


class LockedError(BluelineError):
    """Somebody else has what was asked for."""


class StolenLockError(LockedError):
    """Somebody with a higher priority has taken away what was locked here."""


class LockFileError(BluelineError):
    """The file of a lock cannot be used."""
