"""What can go wrong with the queue, as sentences."""

from blueline.errors import BluelineError


class QueueError(BluelineError):
    """Root of all errors of the queue."""
