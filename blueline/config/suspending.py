"""The guards of a configuration, made for an engine to install."""

from collections.abc import Callable
from typing import Any, Protocol

from blueline.config.class_paths import imported
from blueline.config.configuration import Configuration
from blueline.config.device_model import SuspenderModel


class Finder(Protocol):
    """Gives devices, and values with what they refer to."""

    def resolved(self, value: Any) -> Any:  # noqa: ANN401 - what a file holds
        """Give a value with what it refers to."""
        ...


def suspender(written: SuspenderModel, configuration: Configuration, finder: Finder) -> Any:  # noqa: ANN401
    """Make a guard: that of `planlib.suspenders`, or a class of others given the signal."""
    signal = finder.resolved(written.signal)
    if written.class_ is not None:
        made: Callable[..., Any] = imported(written.class_, configuration.packages)
        return made(signal, **finder.resolved(written.arguments))
    from planlib.suspenders import Guard

    return Guard(
        signal,
        low=written.low,
        high=written.high,
        resume_low=written.resume_low,
        resume_high=written.resume_high,
        sleep=written.sleep,
    )
