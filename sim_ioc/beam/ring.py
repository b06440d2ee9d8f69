"""The storage ring: a current that the flux follows, and a gauge that shows it with some noise."""

import asyncio

import numpy as np

from sim_ioc.channel_access.simple_records import shown_number

#: Standard deviation of the gauge in mA; the beam itself is steady.
GAUGE_NOISE = 0.02
#: Real seconds between readings of the gauge.
_PERIOD = 1.0


class Ring:
    """Serve the ring current."""

    def __init__(self, name: str, current: float = 200.0, seed: int = 0) -> None:
        self.current = current
        self.gauge = shown_number(name, "Ring current", current, "mA", 3)
        self._random = np.random.default_rng(seed)

    async def run(self) -> None:
        """Read the gauge once a second for as long as the beamline is served."""
        while True:
            await asyncio.sleep(_PERIOD)
            reading = self.current + GAUGE_NOISE * float(self._random.standard_normal())
            await self.gauge.post(VAL=max(reading, 0.0))
