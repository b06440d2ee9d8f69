"""What a channel of a scaler means: its factor, its dark counts, its unit."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from devices.errors import InvalidTargetError
from reduction.counting import counter_value

#: Channels of a scaler record.
CHANNELS = 32


@dataclass(frozen=True)
class Channel:
    """A channel of a scaler, and how its counts become the value of a counter (PS-60).

    The dark counts are subtracted first, then the time divides, then the factor.

    Parameters
    ----------
    number
        Of the channel, 1 to 32.
    factor
        The value is divided by it.
    dark_rate
        Counts per second without beam, subtracted.
    per_second
        Give a rate.
    unit
        Of the value; ``counts`` or ``counts/s`` where it is empty.

    Examples
    --------
    >>> Channel(3, factor=1000, per_second=True, unit="kcts/s").value(25_000.0, 0.5)
    50.0
    """

    number: int
    factor: float = 1.0
    dark_rate: float = 0.0
    per_second: bool = False
    unit: str = ""

    def __post_init__(self) -> None:
        """Refuse a factor or dark rate that gives no number."""
        if not (math.isfinite(self.factor) and self.factor):
            message = f"the factor of channel {self.number} divides, so it is not {self.factor}"
            raise InvalidTargetError(message)
        if not (math.isfinite(self.dark_rate) and self.dark_rate >= 0):
            message = (
                f"the dark rate of channel {self.number} is counts per second from 0 on, "
                f"not {self.dark_rate}"
            )
            raise InvalidTargetError(message)

    @property
    def is_plain(self) -> bool:
        """Whether its value is the counts as they are."""
        return self.factor == 1.0 and not self.dark_rate and not self.per_second

    @property
    def units(self) -> str:
        """Unit of its value."""
        return self.unit or ("counts/s" if self.per_second else "counts")

    def value(self, counts: float, seconds: float) -> float:
        """Give the value for what was counted in so many seconds."""
        return counter_value(
            counts,
            seconds,
            dark_rate=self.dark_rate,
            factor=self.factor,
            per_second=self.per_second,
        )

    def __str__(self) -> str:
        """Say in words what is done to its counts."""
        steps = [f"channel {self.number}"]
        steps += [f"less {self.dark_rate:g}/s"] if self.dark_rate else []
        steps += ["per second"] if self.per_second else []
        steps += [f"divided by {self.factor:g}"] if self.factor != 1.0 else []
        return ", ".join(steps)


def checked_channels(name: str, counters: Mapping[str, int | Channel]) -> dict[str, Channel]:
    """Give the channel of each counter; plain numbers are channels as they are.

    Raises
    ------
    InvalidTargetError
        There is none, or one that a scaler does not have.
    """
    channels = {n: c if isinstance(c, Channel) else Channel(c) for n, c in counters.items()}
    wrong = {n: c.number for n, c in channels.items() if not 1 <= c.number <= CHANNELS}
    if not channels or wrong:
        message = f"{name} needs counters on channels 1 to {CHANNELS}, not {wrong or {}}"
        raise InvalidTargetError(message)
    return channels
