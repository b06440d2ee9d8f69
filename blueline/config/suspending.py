"""The guards of a configuration, made for an engine to install."""

from collections.abc import Callable
from typing import Any, Protocol

from blueline.config.class_paths import imported
from blueline.config.configuration import Configuration
from blueline.config.device_model import SuspenderModel
from blueline.errors import BluelineError


class Finder(Protocol):
    """Gives devices, and values with what they refer to."""

    def resolved(self, value: Any) -> Any:  # noqa: ANN401 - what a file holds
        """Give a value with what it refers to."""
        ...


def suspender(written: SuspenderModel, configuration: Configuration, finder: Finder) -> Any:  # noqa: ANN401
    """Make a guard: that of `planlib.suspenders`, or a class of others given the signal."""
    signal = finder.resolved(written.signal)
    _require_value(signal, written.signal)
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


def _require_value(signal: Any, asked: str) -> None:  # noqa: ANN401 - any signal or device
    """Refuse a device that tells of no value: the engine would stumble over it.

    Raises
    ------
    BluelineError
        With what is needed.
    """

    def heard(**_: object) -> None: ...

    subscribe, clear = getattr(signal, "subscribe", None), getattr(signal, "clear_sub", None)
    if subscribe is None or clear is None:
        return  # of another framework: its guard looks itself
    try:
        subscribe(heard, run=False)
    except ValueError:
        parts = ", ".join(getattr(signal, "component_names", ())[:3])
        few = f"; it has {parts}" if parts else ""
        message = f"{asked} has no value of its own: name a signal of it{few}"
        raise BluelineError(message) from None
    clear(heard)
