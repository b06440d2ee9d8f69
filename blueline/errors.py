"""What can go wrong with the application, as sentences."""


class BluelineError(Exception):
    """Root of all errors raised by the application itself."""


class NoRunError(BluelineError, KeyError):
    """There is no such run; also the `KeyError` that `planlib.context` promises to plans."""

    def __str__(self) -> str:
        """Give the sentence, which a `KeyError` would put into quotes."""
        return str(self.args[0])
