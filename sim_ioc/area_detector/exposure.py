"""One exposure: what the beam did while it lasted, as looks at it and how long each counts."""

from collections.abc import Callable
from dataclasses import astuple, dataclass, field

from sim_ioc.physics.rates import OnSample

#: Looks at the beam during a span in which something moves.
_LOOKS = 8
#: Beyond so many, neighboring looks count as one.
_MOST_LOOKS = 64


@dataclass(frozen=True, slots=True)
class Look:
    """Say what arrives at the sample, and for how many seconds."""

    seconds: float
    on_sample: OnSample


@dataclass(slots=True)
class Exposure:
    """Collect looks; `account` is called before anything in the beam changes, and at the end."""

    look: Callable[[float], OnSample]
    has_moved_since: Callable[[float], bool]
    since: float
    looks: list[Look] = field(default_factory=list[Look])

    def account(self, until: float) -> None:
        """Look at the beam since the last time: once if nothing moved, else all along the way."""
        seconds = until - self.since
        if seconds <= 0:
            return
        if self.has_moved_since(self.since):
            step = seconds / _LOOKS
            times = [self.since + (index + 0.5) * step for index in range(_LOOKS)]
            self.looks += [Look(step, self.look(time)) for time in times]
        else:
            self.looks.append(Look(seconds, self.look(until)))
        self.since = until
        if len(self.looks) > _MOST_LOOKS:
            self._thin_out()

    def _thin_out(self) -> None:
        pairs = zip(self.looks[::2], self.looks[1::2], strict=False)
        thinned = [_merged(one, two) for one, two in pairs]
        self.looks = thinned + self.looks[len(thinned) * 2 :]

    def lasting(self, seconds: float, end: float) -> list[Look]:
        """Return the looks, as parts of an exposure of `seconds` that ended at time `end`.

        A clock on a busy machine lets exposures last longer than asked, and an instant one has
        them take no time: a frame counts photons for as long as it was asked to.
        """
        self.account(end)
        total = sum(look.seconds for look in self.looks)
        if not total:
            return [Look(seconds, self.look(end))]
        return [Look(look.seconds * seconds / total, look.on_sample) for look in self.looks]


def _merged(one: Look, two: Look) -> Look:
    """Return one look in place of two: the mean of everything, weighted with time."""
    seconds = one.seconds + two.seconds
    part = two.seconds / seconds
    pairs = zip(astuple(one.on_sample), astuple(two.on_sample), strict=True)
    return Look(seconds, OnSample(*(first + part * (last - first) for first, last in pairs)))
