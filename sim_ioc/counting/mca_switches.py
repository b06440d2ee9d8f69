"""The records around an mca record: buttons, when it is read, why it stopped.

Names and meaning as in mca.db of https://github.com/epics-modules/mca: ``mca1EraseStart``,
``mca1Start``, ``mca1Stop``, ``mca1Erase``, ``mca1Read`` and ``mca1Status`` with their SCAN, and
``mca1ClientWait``, which keeps a start from completing until a client that has set
``mca1EnableWait`` has read what it needs.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from sim_ioc.channel_access.fields import Field, Value, menu, readback, short, table
from sim_ioc.channel_access.record import COMMON_FIELDS, Record
from sim_ioc.channel_access.simple_records import shown_integer, switch

#: Scan rates of EPICS base in real seconds; a client that scans passively reads by itself.
SCANS: Mapping[str, float] = {
    "Passive": float("inf"),
    "Event": float("inf"),
    "I/O Intr": float("inf"),
    "10 second": 10.0,
    "5 second": 5.0,
    "2 second": 2.0,
    "1 second": 1.0,
    ".5 second": 0.5,
    ".2 second": 0.2,
    ".1 second": 0.1,
}
_REASONS = "MNOP"
#: Regions whose presets the records explain.
_EXPLAINED = 10

_WHY_FIELDS = table(
    (
        readback("VAL", "Not used"),
        *(readback(letter, f"Reason {letter} ended the acquisition") for letter in _REASONS),
        *COMMON_FIELDS,
    )
)


class McaRecord(Protocol):
    """Be the record that buttons act on."""

    name: str
    values: dict[str, Value]
    fields: Mapping[str, Field]

    def number(self, name: str) -> float:
        """Return the value of a field."""
        ...

    async def take(self, field: Field, value: Value) -> None:
        """Do what a put to a field means."""
        ...


def _scanned_fields(description: str, period: float) -> dict[str, Field]:
    words = tuple(SCANS)
    slower = [word for word in words[3:] if SCANS[word] >= period]
    return table(
        (
            menu("VAL", description, ("Done", description)),
            menu("SCAN", "How often while acquiring", words, words.index((slower or words)[-1])),
            short("PROC", "Any put does it once"),
            *COMMON_FIELDS,
        )
    )


class McaSwitches:
    """Serve the records around `mca`, whose name begins all of theirs."""

    def __init__(self, mca: McaRecord, read_period: float) -> None:
        self._mca = mca
        self._released = asyncio.Event()
        self._released.set()
        self._read = self._scanned("Read", "READ", read_period)
        self._status = self._scanned("Status", "PROC", 0.1)
        self._enable_wait = self._switch("EnableWait", "Starts wait for the client", "Enable")
        self._set_wait = self._switch("SetClientWait", "Have starts wait once", "SetClientWait")
        self._wait = self._switch("ClientWait", "A client still reads", "Wait")
        self._set_wait.handlers["VAL"] = self._begin_wait
        self._wait.handlers["VAL"] = self._put_wait
        self._acquiring = shown_integer(f"{mca.name}CheckACQG", "1 while acquiring, else 2", 2)
        self._whys = [Record(f"{mca.name}Why{n}", "transform", _WHY_FIELDS) for n in (1, 2, 3)]
        self._by_hand = shown_integer(f"{mca.name}Why4", "1 if no preset ended it", 0)
        self._stops = shown_integer(f"{mca.name}WhenAcqStops", "Acquisitions so far", 0)
        self.records: list[Record] = [
            self._button("Start", "STRT", waits=True),
            self._button("EraseStart", "ERST", waits=True),
            self._button("Stop", "STOP"),
            self._button("Erase", "ERAS"),
            self._read,
            self._status,
            self._enable_wait,
            self._set_wait,
            self._wait,
            self._acquiring,
            *self._whys,
            self._by_hand,
            self._stops,
        ]

    @property
    def read_period(self) -> float:
        """Return the real seconds between spectra while acquiring."""
        return _period(self._read)

    @property
    def shows_status(self) -> bool:
        """Say whether times are shown while acquiring."""
        return _period(self._status) < float("inf")

    def _switch(self, suffix: str, description: str, word: str) -> Record:
        zero = "Disable" if word == "Enable" else "Done"
        return switch(f"{self._mca.name}{suffix}", description, (zero, word), writable=True)

    def _button(self, suffix: str, field: str, *, waits: bool = False) -> Record:
        button = self._switch(suffix, f"{suffix}: any put does it", suffix)
        button.handlers["VAL"] = self._pressing(button, field, waits=waits)
        return button

    def _pressing(
        self, button: Record, field: str, *, waits: bool = False
    ) -> Callable[[Value], Awaitable[None]]:
        async def press(_: Value) -> None:
            await button.post(VAL=1)
            if waits and self._enable_wait.values["VAL"]:
                await self._begin_wait(1)
            await self._mca.take(self._mca.fields[field], 1)
            if waits:
                await self._released.wait()

        return press

    def _scanned(self, suffix: str, field: str, period: float) -> Record:
        record = Record(f"{self._mca.name}{suffix}", "bo", _scanned_fields(suffix, period))
        record.handlers["VAL"] = record.handlers["PROC"] = self._pressing(record, field)
        return record

    async def _begin_wait(self, _: int) -> None:
        self._released.clear()
        await self._wait.post(VAL=1)

    async def _put_wait(self, wait: int) -> None:
        if wait:
            self._released.clear()
        else:
            self._released.set()
        await self._wait.post(VAL=wait)

    async def acquisition_began(self) -> None:
        """Follow ACQG."""
        await self._acquiring.post(VAL=1)

    async def acquisition_ended(self) -> None:
        """Follow ACQG, and say which preset was reached: four reasons in each of three records."""
        await self._acquiring.post(VAL=2)
        reasons = [self._region_reached(number) for number in range(_EXPLAINED)]
        reasons += [self._time_reached("PLTM", "ELTM"), self._time_reached("PRTM", "ERTM")]
        for index, record in enumerate(self._whys):
            told = reasons[4 * index : 4 * index + 4]
            await record.post_changes(**dict(zip(_REASONS, map(float, told), strict=True)))
        await self._by_hand.post_changes(VAL=int(not any(reasons)))
        await self._stops.post(VAL=int(self._stops.number("VAL")) + 1)

    def _region_reached(self, number: int) -> bool:
        net, preset = self._mca.number(f"R{number}N"), self._mca.number(f"R{number}P")
        return bool(self._mca.values[f"R{number}IP"]) and net >= preset

    def _time_reached(self, preset: str, elapsed: str) -> bool:
        return 0 < self._mca.number(preset) <= self._mca.number(elapsed)


def _period(record: Record) -> float:
    return tuple(SCANS.values())[int(record.number("SCAN"))]
