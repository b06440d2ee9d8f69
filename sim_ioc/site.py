"""What every part of a beamline shares: the prefix, the clock, the seed of all noise."""

import zlib
from dataclasses import dataclass

import numpy as np

from sim_ioc.clock import Clock


@dataclass(frozen=True, slots=True)
class Site:
    """Say where a part is served and how time passes there."""

    prefix: str
    clock: Clock
    seed: int = 0

    def pv(self, name: str) -> str:
        """Return the full name of a PV, or of a part."""
        return self.prefix + name

    def random(self, name: str) -> np.random.Generator:
        """Return the generator of one part's noise: no part changes the noise of another."""
        return np.random.default_rng((self.seed, zlib.crc32(name.encode())))
