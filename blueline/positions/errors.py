"""What can be wrong with saved positions, as sentences."""

from blueline.errors import BluelineError


class PositionError(BluelineError):
    """Positions that are not there, or cannot be saved or restored."""
