"""A record: values by field name, channels for those asked for, and what a put does."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from caproto import ChannelAlarm

from sim_ioc.channels import FieldChannel, make_channel
from sim_ioc.fields import Field, Kind, Value, string

Handler = Callable[[Any], Awaitable[None]]
_NUMERIC = (Kind.DOUBLE, Kind.LONG, Kind.SHORT)

#: Fields that every record of EPICS has, as far as clients ask for them.
COMMON_FIELDS = (
    string("NAME", "Record name", writable=False),
    string("RTYP", "Record type", writable=False),
    string("DESC", "Description"),
    Field("STAT", Kind.ENUM, "Alarm status", choices=("NO_ALARM", "READ", "WRITE"), writable=False),
    Field(
        "SEVR",
        Kind.ENUM,
        "Alarm severity",
        choices=("NO_ALARM", "MINOR", "MAJOR", "INVALID"),
        writable=False,
    ),
)


class Record:
    """Hold one record; a subclass says with `handlers` what a put to each field does.

    A field without a handler simply keeps what was put. Coroutines of a record suspend only where
    they wait for simulated time, so that what they post together arrives together.
    """

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

    def channel(self, name: str) -> FieldChannel:
        """Return the channel of a field, made now if nobody asked before; KeyError if unknown."""
        channel = self._channels.get(name)
        if channel is None:
            field = self.fields[name]
            value, options = self.values[name], self._options(field)
            channel = make_channel(self.name, field, value, self.put, **options)
            self._channels[name] = channel
        return channel

    def number(self, name: str) -> float:
        """Return the value of a numeric field."""
        return float(self.values[name])

    async def put(self, field: Field, value: Value) -> None:
        """Do what a client's put to `field` means; return when the record has finished with it."""
        handler = self.handlers.get(field.name)
        if handler is not None:
            await handler(value)
        else:
            await self.post(**{field.name: value})

    async def post(self, timestamp: float | None = None, /, **values: Value) -> None:
        """Set fields and show them to clients, in the order given and with one timestamp."""
        stamp = self._timestamp = time.time() if timestamp is None else timestamp
        for name, value in values.items():
            self.values[name] = value
            channel = self._channels.get(name)
            if channel is not None:
                await channel.post(value, stamp)

    async def post_changes(self, timestamp: float | None = None, /, **values: Value) -> None:
        """Post those fields whose value differs from what clients see."""
        changed = {name: value for name, value in values.items() if self.values[name] != value}
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
            "timestamp": self._timestamp,
            "reported_record_type": self.record_type,
        }

    def _metadata(self, field: Field) -> dict[str, Any]:
        if field.kind not in _NUMERIC:
            return {}
        low, high = self.limits(field)
        metadata: dict[str, Any] = {
            "units": self.unit(field),
            "lower_ctrl_limit": low,
            "upper_ctrl_limit": high,
            "lower_disp_limit": low,
            "upper_disp_limit": high,
        }
        if field.kind is Kind.DOUBLE:
            metadata["precision"] = int(self.values.get("PREC", 0))
        return metadata
