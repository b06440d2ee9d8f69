"""What can be wrong with a plan, as sentences for the person who typed it."""


class PlanError(ValueError):
    """Root of all errors raised by plans before anything moves."""


class NoSessionError(PlanError):
    """A plan left something to the session, and there is none."""


class NotFoundError(PlanError):
    """What was looked for in a scan is not there; nothing moves."""
