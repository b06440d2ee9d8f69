"""A record: values by field name, channels for those asked for, and what a put does."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

from caproto import ChannelAlarm

from sim_ioc.channel_access.channels import FieldChannel, make_channel
from sim_ioc.channel_access.fields import Field, Kind, Value, string
from sim_ioc.channel_access.misbehaviour import Misbehaviour, are_equal, is_real_readback
from sim_ioc.faults import NO_FAULTS, RECORD_FAULTS, Faults

Handler = Callable[[Any], Awaitable[None]]
_REAL = (Kind.DOUBLE, Kind.FLOAT)
_NUMERIC = (*_REAL, Kind.LONG, Kind.SHORT, Kind.CHAR)
#: The first of menuAlarmStat of EPICS base: Channel Access shows 16 choices and no more.
STATUSES = (
    "NO_ALARM",
    "READ",
    "WRITE",
    "HIHI",
    "HIGH",
    "LOLO",
    "LOW",
    "STATE",
    "COS",
    "COMM",
    "TIMEOUT",
    "HWLIMIT",
    "CALC",
    "SCAN",
    "LINK",
    "SOFT",
)
SEVERITIES = ("NO_ALARM", "MINOR", "MAJOR", "INVALID")
#: When a record processes by itself, as in menuScan.
SCANS = (
    *("Passive", "Event", "I/O Intr", "10 second", "5 second", "2 second", "1 second"),
    *(".5 second", ".2 second", ".1 second"),
)  #: Characters of a unit that Channel Access carries; EPICS cuts off the others.
_LONGEST_UNIT = 7
#: Fields that hold the limits of alarms, and what Channel Access calls those.
ALARM_LIMITS = {
    "HIHI": "upper_alarm_limit",
    "HIGH": "upper_warning_limit",
    "LOW": "lower_warning_limit",
    "LOLO": "lower_alarm_limit",
}

#: Fields that every record of EPICS has, as far as clients ask for them.
COMMON_FIELDS = (
    string("NAME", "Record name", writable=False),
    string("RTYP", "Record type", writable=False),
    string("DESC", "Description"),
    Field("STAT", Kind.ENUM, "Alarm status", choices=STATUSES, writable=False),
    Field("SEVR", Kind.ENUM, "Alarm severity", choices=SEVERITIES, writable=False),
)


class Record:
    """Hold one record; a subclass says with `handlers` what a put to each field does.

    A field without a handler simply keeps what was put. Coroutines of a record suspend only where
    they wait for simulated time, so that what they post together arrives together.
    """

    #: What can be made to go wrong with records of this class.
    FAULTS: ClassVar[Mapping[str, Field]] = RECORD_FAULTS

    def __init__(
        self, name: str, record_type: str, fields: Mapping[str, Field], **initial: Value
    ) -> None:
        self.name = name
        self.record_type = record_type
        self.fields = fields
        self.values: dict[str, Value] = {key: field.default for key, field in fields.items()}
        self.values.update(initial, NAME=name, RTYP=record_type)
        self.handlers: dict[str, Handler] = {}
        self._channels: dict[str, FieldChannel] = {}
        self._alarm = ChannelAlarm()
        self._timestamp = time.time()
        self._own_alarm = (0, 0)
        self.faults = NO_FAULTS
        self._misbehaviour: Misbehaviour | None = None

    def pv_name(self, field: Field) -> str:
        """Return the name under which clients find a field."""
        return self.name if field.name == "VAL" else f"{self.name}.{field.name}"

    def channel(self, name: str) -> FieldChannel:
        """Return the channel of a field, made now if nobody asked before; KeyError if unknown."""
        channel = self._channels.get(name)
        if channel is None:
            field = self.fields[name]
            value, options = self.values[name], self._options(field)
            channel = make_channel(self.name, field, value, self.put, **options)
            channel.takes_at_once = lambda: self.takes_at_once(name)
            channel.dated = self.dated
            self._channels[name] = channel
        return channel

    def takes_at_once(self, name: str) -> bool:
        """Say whether a put to a field surely waits for nothing."""
        is_plain = type(self).take is Record.take and name not in self.handlers
        return is_plain and self._misbehaviour is None

    def number(self, name: str) -> float:
        """Return the value of a numeric field."""
        return float(self.values[name])  # type: ignore[arg-type]

    async def put(self, field: Field, value: Value) -> None:
        """Take a client's put; return when the record has finished with it."""
        if self._misbehaviour is None:
            await self.take(field, value)
        else:
            await self._misbehaviour.before(field.name)
            await self.take(field, value)
            await self._misbehaviour.after()

    async def take(self, field: Field, value: Value) -> None:
        """Do what a put to `field` means."""
        handler = self.handlers.get(field.name)
        if handler is not None:
            await handler(value)
        else:
            await self.post(**{field.name: value})

    async def post(self, timestamp: float | None = None, /, **values: Value) -> None:
        """Set fields and show them to clients, in the order given and with one timestamp."""
        stamp = self._timestamp = time.time() if timestamp is None else timestamp
        for name, value in values.items():
            previous, self.values[name] = self.values[name], value
            channel = self._channels.get(name)
            if channel is None:
                continue
            if self._misbehaviour is None:
                await channel.post(value, stamp)
            else:
                await self._misbehaviour.post(channel, previous, value, stamp)

    def make_faults(self) -> Faults:
        """Return the faults of this record, which from now on it heeds."""
        if self._misbehaviour is None:
            self.faults = Faults(self.FAULTS)
            self._misbehaviour = Misbehaviour(self.faults)
        return self.faults

    def dated(self, timestamp: float) -> float:
        """Return the time that clients are told, in seconds since 1970: the true one, or not."""
        return timestamp if self._misbehaviour is None else self._misbehaviour.dated(timestamp)

    async def heed(self, name: str) -> None:
        """Let a fault that was put just now take effect."""
        if name == "alarm":
            await self._show_alarm()
        elif name == "hold" and self._misbehaviour is not None:
            self._misbehaviour.release()
        elif name == "nan":
            shown = [key for key in self._channels if is_real_readback(self.fields[key])]
            await self.post(**{key: self.values[key] for key in shown})
        await self.fault_changed(name)

    async def fault_changed(self, name: str) -> None:
        """Act on a fault of the class's own; those of every record act without."""

    async def set_alarm(self, status: str = "NO_ALARM", severity: str = "NO_ALARM") -> None:
        """Show an alarm with every value; names as in `STATUSES` and `SEVERITIES`."""
        self._own_alarm = STATUSES.index(status), SEVERITIES.index(severity)
        await self._show_alarm()

    async def _show_alarm(self) -> None:
        """Show the record's own alarm, or that of its fault where it is more severe."""
        status, severity = self._own_alarm
        feigned = int(self.faults.number("alarm"))
        if feigned > severity:
            status, severity = STATUSES.index("STATE"), feigned
        if (self._alarm.status, self._alarm.severity) == (status, severity):
            return
        if self._misbehaviour is None:
            await self._alarm.write(status=status, severity=severity)
        else:
            await self._misbehaviour.write_alarm(self._alarm, status, severity)
        if "SEVR" in self.fields:
            await self.post(STAT=status, SEVR=severity)

    def _pressing(
        self, name: str, act: Callable[[], Awaitable[None]]
    ) -> Callable[[int], Awaitable[None]]:
        """Give what a field does that acts when it is set, and goes back to 0."""

        async def press(value: int) -> None:
            await self.post(**{name: value})
            if value:
                await act()
                await self.post(**{name: 0})

        return press

    async def post_changes(self, timestamp: float | None = None, /, **values: Value) -> None:
        """Post those fields whose value differs from what clients see."""
        changed = {k: value for k, value in values.items() if not are_equal(self.values[k], value)}
        await self.post(timestamp, **changed)

    async def refresh_metadata(self) -> None:
        """Tell clients that units, precision or limits have changed."""
        for name, channel in self._channels.items():
            changed = {
                key: value
                for key, value in self._metadata(self.fields[name]).items()
                if getattr(channel, key) != value
            }
            if changed:
                await channel.write_metadata(**changed)

    def unit(self, field: Field) -> str:
        """Return the unit of a field, with the record's own unit filled in."""
        return field.unit.format(EGU=self.values.get("EGU", ""))

    def limits(self, field: Field) -> tuple[float, float]:
        """Return the control limits of a field; (0, 0) means none, as everywhere in EPICS."""
        if field.limits is None:
            return 0.0, 0.0
        low, high = field.limits
        return self.number(low), self.number(high)

    def _options(self, field: Field) -> dict[str, Any]:
        """Return what a new channel needs to know of the record."""
        return self._metadata(field) | {
            "alarm": self._alarm,
            "timestamp": self.dated(self._timestamp),
            "reported_record_type": self.record_type,
        }

    def _metadata(self, field: Field) -> dict[str, Any]:
        if field.kind not in _NUMERIC:
            return {}
        low, high = self.limits(field)
        metadata: dict[str, Any] = {
            "units": self.unit(field)[:_LONGEST_UNIT],
            "lower_ctrl_limit": low,
            "upper_ctrl_limit": high,
            "lower_disp_limit": low,
            "upper_disp_limit": high,
        }
        if field.alarms:
            metadata |= {limit: self.number(name) for name, limit in ALARM_LIMITS.items()}
        if field.kind in _REAL:
            metadata["precision"] = int(self.values.get("PREC", 0))
        return metadata
