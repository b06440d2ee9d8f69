"""What every mca record does whatever fills it: shows a spectrum, sums its regions, warns."""

import re
import time
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from sim_ioc.channel_access.fields import Field, Value
from sim_ioc.channel_access.record import SEVERITIES, Record
from sim_ioc.counting.mca_fields import REGIONS, mca_fields
from sim_ioc.errors import PutRefusedError
from sim_ioc.physics.regions import Sums, region_sums

Spectrum = NDArray[np.int32]

#: Seconds from 1970 to 1990, when time begins for EPICS.
_EPICS_EPOCH = 631152000.0
_OF_REGION = re.compile(r"R\d+(LO|HI|BG)$")
#: Shortest real time of which dead time can be told, as in the record.
_SHORTEST = 1e-3


class SpectrumRecord(Record):
    """Serve one mca record; a subclass acquires what it shows."""

    def __init__(self, name: str, channels: int, description: str) -> None:
        super().__init__(name, "mca", mca_fields(channels), DESC=description)
        self.values |= {"VAL": np.zeros(1, np.int32), "BG": np.zeros(1, np.int32)}
        self.handlers = {
            "NUSE": self._put_used,
            **{name: self._put_not_negative(name) for name in ("PRTM", "PLTM", "PCT")},
        }

    @property
    def channels(self) -> int:
        """Return how many channels are used."""
        return int(self.number("NUSE"))

    async def _put_used(self, channels: int) -> None:
        if channels < 1:
            raise PutRefusedError(f"NUSE takes 1 to {self.number('NMAX'):g}, not {channels}.")
        await self.post(NUSE=min(channels, int(self.number("NMAX"))))

    def _put_not_negative(self, name: str):  # noqa: ANN202 - a handler
        async def put(number: float) -> None:
            if number < 0:
                raise PutRefusedError(f"{name} takes 0, for none, or more, not {number:g}.")
            await self.post(**{name: number})
            self.presets_changed()

        return put

    def presets_changed(self) -> None:
        """Heed presets that were put just now; they count also while acquiring."""

    async def take(self, field: Field, value: Value) -> None:
        """Do what a put to `field` means; sums follow where a region is put."""
        await super().take(field, value)
        if _OF_REGION.match(field.name):
            await self.post_changes(**self._summed(self._spectrum()))
        if field.name.startswith(("R", "PCT")):
            self.presets_changed()

    def _spectrum(self) -> Spectrum:
        return np.asarray(self.values["VAL"], np.int32)

    async def show(self, spectrum: Spectrum, **status: Value) -> None:
        """Show what was read: the spectrum first, then the status, then regions that changed."""
        stamp = time.time()
        await self.post(stamp, VAL=spectrum)
        shown = self._summed(spectrum)
        background = shown.pop("BG")
        await self.post_changes(
            stamp, BG=background, **status, RTIM=stamp - _EPICS_EPOCH, NORD=len(spectrum), **shown
        )

    async def show_erased(self) -> None:
        """Show that there is nothing, as the record does: one channel with 0, none of them read."""
        await self.show(np.zeros(1, np.int32))
        await self.post(NORD=0)

    def erase_silently(self) -> None:
        """Forget the spectrum; who monitors it sees what is read next, as after ERST."""
        self.values["VAL"] = np.zeros(1, np.int32)

    def _summed(self, spectrum: Spectrum) -> dict[str, Value]:
        """Return the sums of all regions, and their backgrounds."""
        background = np.zeros(len(spectrum), np.int32)
        summed: dict[str, Value] = {}
        for number in range(REGIONS):
            low = int(self.number(f"R{number}LO"))
            sums, beneath = Sums(0.0, 0.0), np.zeros(0)
            if low >= 0:
                high, averaged = self.number(f"R{number}HI"), self.number(f"R{number}BG")
                sums, beneath = region_sums(spectrum, low, int(high), int(averaged))
            background[low : low + len(beneath)] = beneath[: len(background)]
            summed[f"R{number}"], summed[f"R{number}N"] = sums.counts, sums.net
        return {"BG": background, **summed}

    # --- status

    def dead_times(self, real: float, live: float) -> dict[str, Value]:
        """Return elapsed times, and what part of them was dead in %: of all, and since the last."""
        whole = _dead_share(real, live)
        passed = real - self.number("ERTM")
        recent = _dead_share(passed, live - self.number("ELTM")) if passed > 0 else whole
        return {"ERTM": real, "ELTM": live, "DTIM": whole, "IDTIM": recent}

    async def warn(self) -> None:
        """Raise the alarm of too much dead time, or end it when that has gone well below."""
        dead = self.number("DTIM")
        for limit, severity in (("HIHI", "HHSV"), ("HIGH", "HSV")):
            is_on = self.values["STAT"] == self.fields["STAT"].choices.index(limit)
            level = self.number(limit) - (self.number("HYST") if is_on else 0.0)
            if dead >= level and self.number(severity):
                await self.set_alarm(limit, SEVERITIES[int(self.number(severity))])
                return
        await self.set_alarm()


def stop_time() -> str:
    """Return the present as the record writes it."""
    return datetime.now(UTC).astimezone().strftime("%b %d, %Y %H:%M:%S.%f")[:-3]


def _dead_share(real: float, live: float) -> float:
    return 100 * min(max(1 - live / real, 0.0), 1.0) if real > _SHORTEST else 0.0
