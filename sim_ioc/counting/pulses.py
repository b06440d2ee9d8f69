"""Pulses from elsewhere, which end what is counted into and begin the next."""

from collections.abc import Callable
from typing import Protocol


class Pulses(Protocol):
    """Be what may advance channels or pixels: it tells each pulse once, with position and time."""

    def subscribe(self, listener: Callable[[float, float], None]) -> Callable[[], None]:
        """Tell `listener` of every pulse from now on; return what ends that."""
        ...

    def catch_up(self) -> None:
        """Give the pulses that were due until now."""
        ...


class NoPulses:
    """Stand in for a cable that leads nowhere."""

    def subscribe(self, listener: Callable[[float, float], None]) -> Callable[[], None]:
        """Tell of none."""
        del listener
        return lambda: None

    def catch_up(self) -> None:
        """Give none."""
