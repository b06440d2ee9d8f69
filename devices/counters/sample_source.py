"""What a counter can sample: a process variable, a device, a function, an attribute."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ophyd.signal import EpicsSignalBase

from devices import channel_access
from devices.channel_access import Sample
from devices.errors import CountError, InvalidTargetError


@dataclass(frozen=True)
class SampleSource:
    """Where samples come from: a channel that is asked in a group, or else a function.

    Parameters
    ----------
    text
        What it is, for people and for the ``source`` of data keys.
    """

    text: str
    signal: EpicsSignalBase | None = None
    function: Callable[[], Any] | None = None

    @classmethod
    def of(cls, thing: Any, owner: str) -> "SampleSource":  # noqa: ANN401 - any signal, device...
        """Find out how a thing is sampled.

        Raises
        ------
        InvalidTargetError
            It has nothing that could be read.
        """
        if isinstance(thing, EpicsSignalBase):
            return cls(f"PV:{thing.pvname}", signal=thing)
        name = getattr(thing, "name", None) or getattr(thing, "__name__", type(thing).__name__)
        if not isinstance(thing, type):
            if callable(getattr(thing, "read", None)):
                return cls(f"device {name}", function=lambda: _first_value(thing))
            if callable(getattr(thing, "get", None)):
                return cls(f"device {name}", function=thing.get)
            if callable(thing):
                return cls(f"function {name}", function=thing)
        message = f"{owner} samples a signal, a device or a function, not {thing!r}"
        raise InvalidTargetError(message)

    @classmethod
    def of_attribute(cls, thing: object, path: str, owner: str) -> "SampleSource":
        """Sample an attribute, or what a method gives, under a dotted path.

        Raises
        ------
        InvalidTargetError
            There is no such attribute.
        """

        def value() -> Any:  # noqa: ANN401
            found = thing
            for part in path.split("."):
                found = getattr(found, part)
            return found() if callable(found) else found

        first = path.split(".", maxsplit=1)[0]
        if not hasattr(thing, first):
            message = f"{owner} samples {path}, and {thing!r:.60} has no {first}"
            raise InvalidTargetError(message)
        return cls(f"attribute {path} of {type(thing).__name__}", function=value)

    def called(self) -> Sample:
        """Give what the function gives now, as a number.

        Raises
        ------
        CountError
            It fails, or gives no number.
        """
        if self.function is None:
            message = f"{self.text} is no function"
            raise CountError(message)
        try:
            return Sample(float(self.function()), time.time(), 0)
        except Exception as error:  # whatever a function of others may raise
            message = f"{self.text} failed: {type(error).__name__}: {error}"
            raise CountError(message) from error

    def now(self) -> Sample:
        """Give one value, asked for now; waits for the answer."""
        if self.signal is None:
            return self.called()
        (sample,) = channel_access.fetch([self.signal])
        return sample


def _first_value(device: Any) -> Any:  # noqa: ANN401
    """Give the value under the device's own name, or else the first that it reads."""
    readings = device.read()
    key = device.name if device.name in readings else next(iter(readings))
    return readings[key]["value"]
