"""What can be wrong with the data policy, as sentences."""

from blueline.errors import BluelineError


class DataPolicyError(BluelineError):
    """A name, a template or a folder that data cannot go by."""
