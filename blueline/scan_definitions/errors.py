"""What can be wrong with named scans, as sentences."""

from blueline.errors import BluelineError


class ScanDefinitionError(BluelineError):
    """A named scan that is not there, or cannot be kept or run."""
