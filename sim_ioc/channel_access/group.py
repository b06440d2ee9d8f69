"""Many PVs that belong together under one prefix, as a port of areaDetector has them.

A record of EPICS has fields behind a dot; a group has members behind its prefix, each of which is a
record to its clients: ``BL:cam1:AcquireTime``, with ``.DESC``, ``.EGU`` and so on.
"""

from collections.abc import Mapping
from typing import Any

from sim_ioc.channel_access.channels import FieldChannel, make_channel
from sim_ioc.channel_access.fields import Field, Kind, Value, string
from sim_ioc.channel_access.record import Record

#: Record types by kind: what is read, what is written.
_TYPES = {
    Kind.DOUBLE: ("ai", "ao"),
    Kind.FLOAT: ("ai", "ao"),
    Kind.LONG: ("longin", "longout"),
    Kind.SHORT: ("longin", "longout"),
    Kind.CHAR: ("longin", "longout"),
    Kind.STRING: ("stringin", "stringout"),
    Kind.TEXT: ("waveform", "waveform"),
}


class Group(Record):
    """Hold the members of one prefix; `fields` and `values` are by member name."""

    def __init__(self, prefix: str, fields: Mapping[str, Field], **initial: Value) -> None:
        super().__init__(prefix, "", fields, **initial)
        del self.values["NAME"], self.values["RTYP"]

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
        """Return what a client sees of a member's other fields: they are constant."""
        told = {
            "NAME": self.pv_name(field),
            "RTYP": self._type(field),
            "DESC": field.description[:39],
            "EGU": self.unit(field),
        }
        shown = string(attribute, "Field of a member", writable=False)
        return make_channel(self.pv_name(field), shown, told[attribute], self.put)

    def _type(self, field: Field) -> str:
        if field.is_array:
            return "waveform"
        if field.kind is Kind.ENUM:
            binary = len(field.choices) <= 2
            return ("bo" if binary else "mbbo") if field.writable else ("bi" if binary else "mbbi")
        return _TYPES[field.kind][field.writable]

    def _options(self, field: Field) -> dict[str, Any]:
        return super()._options(field) | {"reported_record_type": self._type(field)}
