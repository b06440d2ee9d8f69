"""Many PVs that belong together under one prefix, as a port of areaDetector has them.

A record of EPICS has fields behind a dot; a group has members behind its prefix, each of which is a
record to its clients: ``BL:cam1:AcquireTime``, with ``.DESC``, ``.EGU`` and so on.
"""

import time
from collections.abc import Mapping
from typing import Any

from sim_ioc.channel_access.channels import FieldChannel, make_channel
from sim_ioc.channel_access.fields import Field, Value
from sim_ioc.channel_access.member_fields import (
    attribute_field,
    attributes,
    elements,
    record_type,
)
from sim_ioc.channel_access.record import Record


class Group(Record):
    """Hold the members of one prefix; `fields` and `values` are by member name."""

    def __init__(self, prefix: str, fields: Mapping[str, Field], **initial: Value) -> None:
        super().__init__(prefix, "", fields, **initial)
        del self.values["NAME"], self.values["RTYP"]
        self._alarm_channels: list[FieldChannel] = []
        self._lengths: dict[str, FieldChannel] = {}

    def pv_name(self, field: Field) -> str:
        """Return the name under which clients find a member."""
        return self.name + field.name

    def channel(self, name: str) -> FieldChannel:
        """Return the channel of a member, or of one of its fields; KeyError if unknown."""
        member, _, attribute = name.partition(".")
        if attribute in {"", "VAL"}:
            return super().channel(member)
        return self._attribute(self.fields[member], attribute)

    def _attribute(self, field: Field, attribute: str) -> FieldChannel:
        """Return what a client sees of a member's other fields; KeyError if it has no such one."""
        told = {"NAME": self.pv_name(field), "EGU": self.unit(field)}
        values = attributes(field, told, int(self.values.get("PREC", 0)))  # type: ignore[arg-type]
        if attribute in {"STAT", "SEVR"}:
            values |= {"STAT": int(self._alarm.status), "SEVR": int(self._alarm.severity)}
        elif attribute == "NORD" and "NORD" in values:
            values["NORD"] = elements(self.values[field.name])
        shown = attribute_field(attribute)
        channel = make_channel(self.pv_name(field), shown, values[attribute], self.put)
        channel.dated = self.dated
        if attribute in {"STAT", "SEVR"}:
            self._alarm_channels.append(channel)
        elif attribute == "NORD":
            self._lengths[field.name] = channel
        return channel

    async def post(self, timestamp: float | None = None, /, **values: Value) -> None:
        """Set members and show them, and how long those are whose length somebody has asked for."""
        await super().post(timestamp, **values)
        for name in self._lengths.keys() & values.keys():
            await self._lengths[name].post(elements(values[name]), self._timestamp)

    async def _show_alarm(self) -> None:
        await super()._show_alarm()
        shown = {"STAT": int(self._alarm.status), "SEVR": int(self._alarm.severity)}
        for channel in self._alarm_channels:
            await channel.post(shown[channel.field.name], time.time())

    def _options(self, field: Field) -> dict[str, Any]:
        return super()._options(field) | {"reported_record_type": record_type(field)}
