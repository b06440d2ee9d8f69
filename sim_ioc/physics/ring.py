"""The current of a storage ring as a function of time: decay, top-up, injection, dump."""

import math
from dataclasses import dataclass, replace

#: Points at which a saw tooth is averaged over a span.
_LOOKS = 16


@dataclass(frozen=True, slots=True)
class Fill:
    """Say what happens to the beam from `start` on, until something else is decided.

    Without top-up the current decays exponentially with the `lifetime`, the definition of a beam
    lifetime (Wiedemann, Particle Accelerator Physics, 4th ed., section 8.4). With top-up, injection
    at `rate` fills the ring to `target`; from then on a shot every `interval` seconds restores the
    target; an interval of 0 means shots so small and many that the current is constant.
    Seconds and mA.
    """

    start: float
    current: float
    target: float
    lifetime: float
    interval: float = 0.0
    rate: float = 100.0
    is_topped_up: bool = True

    @property
    def filled(self) -> float:
        """Return when the target is reached for the first time; infinity without top-up."""
        if not self.is_topped_up:
            return math.inf
        return self.start + max(self.target - self.current, 0.0) / self.rate

    def at(self, time: float) -> float:
        """Return the current at a time from `start` on."""
        since = max(time - self.start, 0.0)
        if not self.is_topped_up:
            return self.current * math.exp(-since / self.lifetime)
        if time < self.filled:
            return self.current + self.rate * since
        if self.interval == 0:
            return self.target
        return self.target * math.exp(-((time - self.filled) % self.interval) / self.lifetime)

    def average(self, start: float, end: float) -> float:
        """Return the mean current over a span; at its end, where it takes no time."""
        if end <= start or self.is_steady_since(start):
            return self.at(end)
        step = (end - start) / _LOOKS
        return sum(self.at(start + (look + 0.5) * step) for look in range(_LOOKS)) / _LOOKS

    def is_steady_since(self, time: float) -> bool:
        """Say whether the current has been constant since `time` and stays so."""
        if not self.is_topped_up:
            return self.current == 0.0
        return self.interval == 0 and time >= self.filled

    def next_shot(self, time: float) -> float:
        """Return the seconds until the next injection; 0 where it is continuous or never comes."""
        if not self.is_topped_up or self.interval == 0 or time < self.filled:
            return 0.0
        return self.interval - (time - self.filled) % self.interval

    def changed(self, time: float, *, is_topped_up: bool) -> "Fill":
        """Return what follows when top-up is switched."""
        return replace(self, start=time, current=self.at(time), is_topped_up=is_topped_up)

    def dumped(self, time: float) -> "Fill":
        """Return what follows when the beam is lost."""
        return replace(self, start=time, current=0.0, is_topped_up=False)
