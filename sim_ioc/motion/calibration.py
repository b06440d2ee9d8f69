"""User, dial and raw coordinates: user = sign × dial + offset, dial = raw × resolution."""

from dataclasses import dataclass

#: Decimals kept when steps become a position: hides what binary fractions add to 3 × 0.0001.
_DECIMALS = 12


@dataclass(frozen=True, slots=True)
class Calibration:
    """Translate between the coordinates; `sign` is +1 or −1, `resolution` the size of one step."""

    offset: float
    sign: int
    resolution: float

    def dial(self, user: float) -> float:
        """Return the dial position of a user position."""
        return (user - self.offset) * self.sign

    def user(self, dial: float) -> float:
        """Return the user position of a dial position."""
        return round(dial * self.sign + self.offset, _DECIMALS)

    def raw(self, dial: float) -> int:
        """Return the nearest whole number of steps."""
        return round(dial / self.resolution)

    def on_step(self, dial: float) -> float:
        """Return the position of the nearest step, where a motor can really stand."""
        return round(self.raw(dial) * self.resolution, _DECIMALS)

    def steps(self, dial: float) -> float:
        """Return how many steps away from 0 a dial position is, however many those are."""
        return abs(dial / self.resolution)

    def user_limits(self, low: float, high: float) -> tuple[float, float]:
        """Return dial limits in user coordinates, which a negative sign exchanges."""
        first, second = self.user(low), self.user(high)
        return (first, second) if self.sign > 0 else (second, first)
