"""What can go wrong with settings, as sentences."""

from blueline.errors import BluelineError


class SettingsError(BluelineError):
    """Settings cannot be read, written or understood."""


class NotJsonError(SettingsError, TypeError):
    """A value or a name that cannot be kept as JSON."""
