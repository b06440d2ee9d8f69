"""The fields that a member of a group has as a record of EPICS, besides its value.

Names as in the dbd files of the records of EPICS base: aiRecord, boRecord, mbboRecord, waveform.
"""

from collections.abc import Mapping

import numpy as np

from sim_ioc.channel_access.fields import Field, Kind, Value, short, string
from sim_ioc.channel_access.record import SCANS, SEVERITIES, STATUSES

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
#: What the elements of an array are.
_ELEMENTS = {
    Kind.DOUBLE: "DOUBLE",
    Kind.FLOAT: "FLOAT",
    Kind.LONG: "LONG",
    Kind.SHORT: "SHORT",
    Kind.CHAR: "UCHAR",
    Kind.TEXT: "CHAR",
}
_REAL = (Kind.DOUBLE, Kind.FLOAT)
_BINARY = ("ZNAM", "ONAM")
_MANY = (
    *("ZRST", "ONST", "TWST", "THST", "FRST", "FVST", "SXST", "SVST"),
    *("EIST", "NIST", "TEST", "ELST", "TVST", "TTST", "FTST", "FFST"),
)


def record_type(field: Field) -> str:
    """Return the type of record that serves such a member in EPICS."""
    if field.is_array:
        return "waveform"
    if field.kind is Kind.ENUM:
        binary = _is_binary(field)
        return ("bo" if binary else "mbbo") if field.writable else ("bi" if binary else "mbbi")
    return _TYPES[field.kind][field.writable]


def _is_binary(field: Field) -> bool:
    return len(field.choices) <= len(_BINARY)


def attributes(field: Field, told: Mapping[str, str], precision: int) -> dict[str, Value]:
    """Return by name what a member's further fields hold from the start.

    `told` are texts that only its group knows. STAT, SEVR and NORD change later.
    """
    values: dict[str, Value] = {**told, "RTYP": record_type(field), "DESC": field.description[:39]}
    values |= {"SCAN": 0, "STAT": 0, "SEVR": 0}
    if field.kind in _REAL:
        values["PREC"] = precision
    if field.kind is Kind.ENUM:
        names = _BINARY if _is_binary(field) else _MANY
        values |= dict.fromkeys(names, "") | dict(zip(names, field.choices, strict=False))
    if field.length > 1:
        values |= {"NELM": field.length, "NORD": 0, "FTVL": _ELEMENTS[field.kind]}
    return values


def attribute_field(name: str) -> Field:
    """Describe one of them: clients only read it."""
    choices = {"SCAN": SCANS, "STAT": STATUSES, "SEVR": SEVERITIES}.get(name)
    if choices is not None:
        return Field(name, Kind.ENUM, "Field of a member", choices=choices, writable=False)
    if name in {"NELM", "NORD"}:
        return Field(name, Kind.LONG, "Field of a member", writable=False)
    if name == "PREC":
        return short(name, "Field of a member", writable=False)
    return string(name, "Field of a member", writable=False)


def elements(value: Value) -> int:
    """Return how many elements an array or a text has."""
    return len(value) if isinstance(value, str | np.ndarray) else 1
