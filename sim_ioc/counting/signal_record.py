"""The mca record of one signal of a multichannel scaler: its buttons are those of the scaler."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim_ioc.channel_access.fields import Value
from sim_ioc.counting.mca_fields import mca_fields
from sim_ioc.counting.spectrum_record import SpectrumRecord

_MCS = mca_fields(1)["MODE"].choices.index("MCS")
_LARGEST_COUNT = 2**31 - 1


class Electronics(Protocol):
    """Be what acquires all signals together."""

    async def erase(self) -> None:
        """Forget all counts."""
        ...

    async def erase_and_start(self) -> None:
        """Begin anew; return at the end."""
        ...

    async def start(self) -> None:
        """Go on; return at the end."""
        ...

    async def stop(self) -> None:
        """End with what was counted so far."""
        ...

    async def read(self) -> None:
        """Show what has been counted."""
        ...


class SignalRecord(SpectrumRecord):
    """Serve the counts of one signal by channel."""

    def __init__(self, name: str, channels: int, counter: str, electronics: Electronics) -> None:
        super().__init__(name, channels, counter)
        self.values |= {"MODE": _MCS, "EGU": "channels"}
        self.handlers |= {
            "ERAS": self._pressing("ERAS", electronics.erase),
            "ERST": self._pressing("ERST", electronics.erase_and_start),
            "STRT": self._pressing("STRT", electronics.start),
            "STOP": self._pressing("STOP", electronics.stop),
            "READ": self._pressing("READ", electronics.read),
        }

    async def show_ticks(self, ticks: NDArray[np.float64], **status: Value) -> None:
        """Show what a clock has counted in each channel, up to what fits."""
        counts = np.minimum(np.rint(ticks), _LARGEST_COUNT).astype(np.int32)
        await self.show_counts(counts, len(counts), **status)

    async def show_counts(
        self, counts: NDArray[np.int32] | None, used: int, **status: Value
    ) -> None:
        """Show the counts of the channels used; a signal without a counter has none in any."""
        shown = np.zeros(used, np.int32) if counts is None else counts
        if not used:
            await self.show(np.zeros(1, np.int32), **status)
            await self.post(NORD=0)
        else:
            await self.show(shown, **status)
