"""caproto channels for the fields of our records, and the checks of what is put to them."""

from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
from caproto import (
    AccessRights,
    AlarmSeverity,
    AlarmStatus,
    ChannelByte,
    ChannelChar,
    ChannelData,
    ChannelDouble,
    ChannelEnum,
    ChannelFloat,
    ChannelInteger,
    ChannelShort,
    ChannelString,
    ChannelType,
    SubscriptionType,
    native_type,
)
from caproto._data import SubscriptionUpdate
from caproto._dbr import _channel_type_by_name

from sim_ioc.channel_access.fields import Field, Kind, Value, checked
from sim_ioc.channel_access.wire import stamp, timed_number
from sim_ioc.errors import PutRefusedError

Put = Callable[[Field, Value], Awaitable[None]]
_NOT_VALUES = (
    ChannelType.PUT_ACKS,
    ChannelType.PUT_ACKT,
    ChannelType.STSACK_STRING,
    ChannelType.CLASS_NAME,
)
_NEW_VALUE = int(SubscriptionType.DBE_VALUE | SubscriptionType.DBE_LOG)
_CONVERSION_ERRORS = (ValueError, TypeError, IndexError, ArithmeticError)


#: Of names of files, which areaDetector hands to the system byte by byte.
_LONG_TEXTS = "utf-8"


def _text(raw: bytes, encoding: str = "latin-1") -> str:
    """Return what stands before the first zero; latin-1 as caproto sends it, or else as given."""
    letters = raw.split(b"\0")[0]
    try:
        return letters.decode(encoding)
    except UnicodeDecodeError:
        return letters.decode("latin-1")


class FieldChannel(ChannelData):
    """Hand what clients put to the record, which decides what happens; show what the record posts.

    Nothing here suspends: a record that posts several fields does so in one piece.
    """

    field: Field
    put: Put
    record_name: str
    #: Says whether a put is done without waiting for anything.
    takes_at_once: Callable[[], bool] = staticmethod(bool)
    #: Gives the time that clients are told: the true one, or that of a fault.
    dated: Callable[[float], float] = staticmethod(float)

    def check_access(self, hostname: str, username: str) -> AccessRights:
        """Let anybody read, and write where the field allows."""
        if self.field.writable:
            return AccessRights.READ | AccessRights.WRITE
        return AccessRights.READ

    async def write_from_dbr(
        self, data: object, data_type: ChannelType, metadata: object, *, flags: int = 0
    ) -> None:
        """Take what a client put: caproto calls this, and tells client and log of a refusal."""
        try:
            await self.put(self.field, checked(self.field, self._decoded(data, data_type)))
        except PutRefusedError as refusal:
            raise PutRefusedError(f"{self.record_name}: {refusal}") from refusal

    @property
    def _takes_one_number(self) -> bool:
        return self.field.length == 1 and self.field.kind is not Kind.STRING

    def _decoded(self, data: Any, data_type: ChannelType) -> object:  # noqa: ANN401
        """Return the one value that came over the wire, whatever type it was sent as."""
        if data_type in _NOT_VALUES:
            raise PutRefusedError(f"{self.field.name} takes values, not {data_type.name}.")
        if self._takes_one_number and isinstance(data, np.ndarray) and data.size == 1:
            return data.item()
        native = native_type(data_type)
        if native is ChannelType.CHAR and self.field.kind in {Kind.STRING, Kind.TEXT}:
            return _text(bytes(data), _LONG_TEXTS if self.field.kind is Kind.TEXT else "latin-1")
        if self.field.is_array and native is not ChannelType.STRING:
            return np.frombuffer(data, np.uint8) if isinstance(data, bytes) else np.asarray(data)
        values = list(data)
        if len(values) != 1:
            raise PutRefusedError(f"{self.field.name} takes one value, not {len(values)}.")
        value = values[0]
        return _text(value) if isinstance(value, bytes) else value.item()

    async def post(self, value: Value, timestamp: float, *, publish: bool = True) -> None:
        """Take a new value, and show it to every client that monitors the field."""
        shown: Any = value
        if self.field.kind is Kind.ENUM:
            shown = self.field.choices[int(value)]  # type: ignore[arg-type]
        if self.field.kind is Kind.TEXT:
            room = self.field.length - 1
            shown = str(value).encode(_LONG_TEXTS)[:room].decode(_LONG_TEXTS, "ignore")
        self._data["value"] = self.preprocess_value(shown)
        self._data["timestamp"] = stamp(self.dated(timestamp))
        self._content.clear()  # what caproto keeps for the next client to subscribe
        if publish:
            await self.publish(_NEW_VALUE)

    async def publish(self, flags: int) -> None:
        """Show the value to those who monitor.

        caproto's own also looks after filters by states of the server, of which ours has none.
        """
        self._content.clear()
        for queue, by_state in self._queues.items():
            for name, specifications in by_state[None].items():
                if specifications:
                    data_type: Any = _channel_type_by_name[name]
                    metadata, values = await self._read(data_type)
                    told = SubscriptionUpdate(tuple(specifications), metadata, values, flags, None)
                    await queue.put(told)

    async def publish_past(self, value: Value, timestamp: float) -> None:
        """Show an older value to every client that monitors; a get still gives the newest."""
        newest = self._data["value"], self._data["timestamp"]
        try:
            await self.post(value, timestamp)
        finally:
            self._data["value"], self._data["timestamp"] = newest
            self._content.clear()

    async def subscribe(self, queue: Any, sub_spec: Any, sub: Any) -> None:  # noqa: ANN401
        """Begin to monitor; a client that asks for an impossible type is forgotten at once."""
        try:
            await super().subscribe(queue, sub_spec, sub)
        except Exception:
            await self.unsubscribe(queue, sub_spec)
            raise

    async def read(self, data_type: ChannelType) -> tuple[Any, Any]:
        """Return metadata and value as `data_type`; an error if it has no such form."""
        return timed_number(self, data_type) or await super()._read(data_type)

    async def _read(self, data_type: ChannelType) -> tuple[Any, Any]:
        """Return what monitors get: where the value has no such form, zero and an alarm.

        A word that is monitored as a number must not keep the record from telling the others.
        """
        try:
            return await self.read(data_type)
        except _CONVERSION_ERRORS:
            dbr: Any
            value = self._data["value"]
            self._data["value"] = "0"
            try:
                dbr, values = await super()._read(data_type)
            finally:
                self._data["value"] = value
            if hasattr(dbr, "severity"):
                dbr.severity, dbr.status = AlarmSeverity.INVALID_ALARM, AlarmStatus.READ
            return dbr, values


class _DoubleField(FieldChannel, ChannelDouble):
    """Serve a DBF_DOUBLE."""


class _LongField(FieldChannel, ChannelInteger):
    """Serve a DBF_LONG."""


class _ShortField(FieldChannel, ChannelShort):
    """Serve a DBF_SHORT."""


class _EnumField(FieldChannel, ChannelEnum):
    """Serve a DBF_MENU or DBF_ENUM."""


class _StringField(FieldChannel, ChannelString):
    """Serve a DBF_STRING."""


class _FloatField(FieldChannel, ChannelFloat):
    """Serve a DBF_FLOAT."""


class _ByteField(FieldChannel, ChannelByte):
    """Serve a DBF_UCHAR."""


class _TextField(FieldChannel, ChannelChar):
    """Serve a text as an array of characters."""


_CLASSES: dict[Kind, type[FieldChannel]] = {
    Kind.DOUBLE: _DoubleField,
    Kind.LONG: _LongField,
    Kind.SHORT: _ShortField,
    Kind.ENUM: _EnumField,
    Kind.STRING: _StringField,
    Kind.FLOAT: _FloatField,
    Kind.CHAR: _ByteField,
    Kind.TEXT: _TextField,
}


def make_channel(
    record_name: str,
    field: Field,
    value: Value,
    put: Put,
    **options: Any,  # noqa: ANN401
) -> FieldChannel:
    """Make the channel of one field; `options` are caproto's: alarm, timestamp, unit, limits."""
    if field.kind is Kind.ENUM:
        options |= {"value": field.choices[int(value)], "enum_strings": field.choices}
    else:
        options |= {"value": value}
    if field.kind is Kind.CHAR:
        options["strip_null_terminator"] = False
    if field.kind is Kind.TEXT:
        options["string_encoding"] = _LONG_TEXTS
    if field.length > 1:
        options["max_length"] = field.length
    channel = _CLASSES[field.kind](**options)
    channel.field = field
    channel.put = put
    channel.record_name = record_name
    return channel
