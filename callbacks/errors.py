"""What can go wrong with consumers of documents, as sentences."""


class CallbackError(Exception):
    """Root of all errors raised by our consumers."""


class JournalError(CallbackError):
    """A document that could not be stored, or that cannot be read back."""


class ConsumerError(CallbackError):
    """A consumer that cannot be made or does not end."""


class CatalogError(CallbackError):
    """A catalog that cannot be served, filled or searched."""


class ResultError(CallbackError):
    """Stored results that cannot be read."""
