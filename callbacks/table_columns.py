"""What stands in which column of the live table; pure."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from callbacks.routing import Document
from callbacks.run_readings import Derived
from callbacks.run_table import said_command
from reduction.run_plot import hinted_keys, scanned_keys

_NARROWEST = 10
#: Decimals of what is counted; what they would show as nothing gets an exponent (PS-105).
_DECIMALS = 4
_SMALLEST = 1e-4
_BETWEEN = "  "
#: The unit of what is whole as it is counted, and has decimals only where it was corrected.
_COUNTS = "counts"
#: The columns that are no readings.
POINT, TIME = "point", "time"


class TableLayout:
    """What stands in which column of the table of one run, and what is above it.

    Parameters
    ----------
    start
        Its start document.
    has_time
        Whether there is a column of seconds since the start.
    width
        Gives the columns of the terminal, None for any number.
    """

    def __init__(self, start: Document, has_time: bool, width: Callable[[], int | None]) -> None:
        self.start = start
        self.columns: list[Column] = []
        self._left_out: list[Column] = []
        self._has_time = has_time
        self._width = width

    def describe(self, descriptor: Document, derived: Derived) -> None:
        """Decide on the columns: the scanned axes, what is hinted, what is derived."""
        keys = descriptor["data_keys"]
        scanned = {name: keys[name] for name in scanned_keys(self.start, descriptor)}
        others = {name: keys[name] for name in hinted_keys(self.start, descriptor)}
        others |= {n: each for n, each in derived.described.items() if n not in keys}
        digits = len(str(self.start.get("num_points") or ""))
        columns = [Column(POINT, "", 0, max(6, digits))]
        columns += [Column(TIME, "s", 3, _NARROWEST)] * self._has_time
        columns += [Column.of_axis(name, described) for name, described in scanned.items()]
        columns += [Column.of_counter(name, described) for name, described in others.items()]
        self._fit(columns)

    def _fit(self, columns: list["Column"]) -> None:
        width, number, used = self._width(), 0, -len(_BETWEEN)
        for column in columns:
            used += len(_BETWEEN) + column.width
            if width is not None and used > width and number:
                break
            number += 1
        self.columns, self._left_out = columns[:number], columns[number:]

    def heading(self) -> list[str]:
        """Give what is said once: which scan it is, and what the terminal has no room for."""
        start = self.start
        began = datetime.fromtimestamp(start["time"]).astimezone()
        what = said_command(start)
        said = ["", f"Scan {start.get('scan_id', '?')}  {what}  {began:%Y-%m-%d %H:%M:%S}"]
        if self._left_out:
            names = ", ".join(column.name for column in self._left_out)
            said.append(f"the terminal is too narrow for {names}")
        return [self._cut(line) for line in said]

    def names(self) -> list[str]:
        """Give the names of the columns, and their units where there are any."""
        lines = [_line(column.title for column in self.columns)] if self.columns else []
        if any(column.units for column in self.columns):
            lines.append(_line(column.unit_line for column in self.columns))
        return [self._cut(line.rstrip()) for line in lines]

    def row(self, values: Mapping[str, Any]) -> str:
        """Give the line of one point."""
        return self._cut(_line(column.cell(values.get(column.name)) for column in self.columns))

    def _cut(self, line: str) -> str:
        width = self._width()
        return line if width is None or len(line) <= width else f"{line[: width - 1]}…"


@dataclass(frozen=True)
class Column:
    """One column: what it shows, and how wide it is."""

    name: str
    units: str
    decimals: int
    width: int

    @classmethod
    def of_axis(cls, name: str, described: Mapping[str, Any]) -> "Column":
        """Make the column of a scanned axis, with the decimals that it says it has."""
        precision = described.get("precision")
        decimals = precision if isinstance(precision, int) and precision >= 0 else _DECIMALS
        return cls._of(name, described, decimals)

    @classmethod
    def of_counter(cls, name: str, described: Mapping[str, Any]) -> "Column":
        """Make the column of anything else."""
        return cls._of(name, described, _DECIMALS)

    @classmethod
    def _of(cls, name: str, described: Mapping[str, Any], decimals: int) -> "Column":
        units = str(described.get("units") or "")
        return cls(name, units, decimals, max(_NARROWEST, len(name), len(units)))

    @property
    def title(self) -> str:
        """Its name."""
        return f"{self.name:>{self.width}}"

    @property
    def unit_line(self) -> str:
        """Its unit."""
        return f"{self.units:>{self.width}}"

    def cell(self, value: object) -> str:
        """Show a value in the column's width."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            text = self._text(value)
        else:
            text = self._number(value)
        return f"{text:>{self.width}}"

    def _text(self, value: object) -> str:
        text = " ".join(str(value).split())
        return text if len(text) <= self.width else f"{text[: self.width - 1]}…"

    def _number(self, value: float) -> str:
        if isinstance(value, int):
            text = str(value)
            return text if len(text) <= self.width else self._exponent(value)
        if not math.isfinite(value):
            return str(value)
        if 0 < abs(value) < min(_SMALLEST, 10.0**-self.decimals):
            return self._exponent(value)
        most = 0 if self.units == _COUNTS and value.is_integer() else self.decimals
        for decimals in range(most, -1, -1):
            text = f"{value:.{decimals}f}"
            if len(text) <= self.width:
                return text
        return self._exponent(value)

    def _exponent(self, value: float) -> str:
        """Give as many digits as fit beside an exponent."""
        # an integer may be beyond all doubles
        exact = Decimal(value) if isinstance(value, int) else value
        for digits in range(_DECIMALS, 0, -1):
            text = f"{exact:.{digits}e}"
            if len(text) <= self.width:
                return text
        return f"{exact:.0e}"


def _line(cells: Iterable[str]) -> str:
    return _BETWEEN.join(cells)
