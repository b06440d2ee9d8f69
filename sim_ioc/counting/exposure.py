"""One count of the scaler as arithmetic: what each channel shows after which exposure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sim_ioc.physics.counting import exposure_for, poisson_quantile


@dataclass(slots=True)
class Exposure:
    """Accumulate expected counts over time; `deviates` are drawn once and make the noise.

    Expected numbers only grow, so that counts do too, and how often anybody looks changes nothing.
    """

    deviates: Sequence[float]
    elapsed: float = 0.0
    expected: list[float] = field(default_factory=list[float])

    def __post_init__(self) -> None:
        self.expected = [0.0] * len(self.deviates)

    def add(self, seconds: float, rates: Sequence[float]) -> None:
        """Expose for `seconds` at `rates` per second."""
        self.elapsed += seconds
        for index, rate in enumerate(rates):
            self.expected[index] += seconds * rate

    def counts(self) -> list[int]:
        """Return what each channel shows now."""
        return [poisson_quantile(*pair) for pair in zip(self.expected, self.deviates, strict=True)]

    def seconds_until(self, channel: int, preset: float, rate: float) -> float:
        """Return how much longer `channel` must count at `rate` to show `preset`."""
        missing = exposure_for(preset, self.deviates[channel]) - self.expected[channel]
        if missing <= 0:
            return 0.0
        return missing / rate if rate > 0 else float("inf")
