"""A clock that shows what a test has set it to."""


class SetClock:
    """Give the time to whoever calls it; a test changes `now`."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now
