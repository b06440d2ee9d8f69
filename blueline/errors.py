"""What can go wrong with the application, as sentences."""


class BluelineError(Exception):
    """Root of all errors raised by the application itself."""
