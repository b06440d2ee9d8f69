"""What keeps a plan out of the queue, as a sentence."""

from blueline.errors import BluelineError


class NotForQueueError(BluelineError):
    """A plan cannot be in the queue: what it takes cannot be said in JSON, or has no hint."""
