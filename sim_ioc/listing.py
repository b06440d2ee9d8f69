"""The PVs of a beamline as a table: what `--list` prints and the reference pages are made of."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from sim_ioc.channel_access.fields import Field, Kind
from sim_ioc.channel_access.record import Record

_HEADINGS = ("name", "type", "unit", "limits", "access", "description")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class PvRow:
    """Describe one name that the IOC serves."""

    name: str
    type: str
    unit: str
    limits: tuple[float, float] | None
    access: str
    description: str

    @property
    def cells(self) -> tuple[str, ...]:
        """Return what people read, in the order of the headings."""
        limits = "" if self.limits is None else f"{self.limits[0]:g} .. {self.limits[1]:g}"
        return self.name, self.type, self.unit, limits, self.access, self.description


def pv_rows(records: Iterable[Record]) -> Iterator[PvRow]:
    """Give one row per name served, faults left out: the only list of PVs there is."""
    for record in records:
        for field in record.fields.values():
            yield pv_row(record, field)


def pv_row(record: Record, field: Field) -> PvRow:
    """Describe one field of a record."""
    return PvRow(
        name=record.pv_name(field),
        type=_type(field),
        unit=record.unit(field),
        limits=record.limits(field) if field.limits else None,
        access="read/write" if field.writable else "read",
        description=field.description,
    )


def _type(field: Field) -> str:
    kind = "string" if field.kind is Kind.TEXT else field.kind.value
    if field.length > 1:
        kind += f"[{field.length}]"
    return kind + (f" ({', '.join(field.choices)})" if field.choices else "")


def listing(rows: Iterable[PvRow]) -> str:
    """Return one line per PV, in columns."""
    lines = [_HEADINGS, *(row.cells for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join("  ".join(map(str.ljust, line, widths)).rstrip() + "\n" for line in lines)


def folded(rows: Iterable[PvRow]) -> Iterator[PvRow]:
    """Give one row for those that differ in a number only: ``S1 … S32``."""
    for _, alike in groupby(rows, _without_numbers):
        first, *others = alike
        if not others:
            yield first
        else:
            yield replace(first, name=f"{first.name} … {others[-1].name}")


def _without_numbers(row: PvRow) -> tuple[str, ...]:
    return tuple(_NUMBER.sub("#", cell) for cell in (row.name, row.type, row.description))
