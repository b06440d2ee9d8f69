"""What the pure mathematics refuses."""


class ReductionError(ValueError):
    """Data that a computation cannot be meant for; the message says why."""


class ExpressionError(ReductionError):
    """A formula that is not in the grammar, or a value it asks for that is not there."""
