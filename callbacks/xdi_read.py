"""Read XDI files back, ours and those of StepScan (ES-32)."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callbacks.errors import ConsumerError
from callbacks.xdi_header import BREAKPOINTS

_FIELD = re.compile(r"#\s*([A-Za-z]\w*)\.(\w+)\s*:(.*)")
_EXTRAS = re.compile(r"#\s*ExtraPVs[. ]Start")
_SOURCE = "||"


@dataclass
class XdiData:
    """What is in an XDI file.

    Parameters
    ----------
    labels
        Of the columns.
    data
        The numbers, a row for each column.
    fields
        Of the header, by name in lower case: ``"element.symbol"``.
    sources
        Where each column comes from, ``""`` where the file does not say.
    comments
        Of the user, line by line.
    breakpoints
        How many points had come at each break of the scan.
    """

    labels: list[str]
    data: NDArray[np.float64]
    fields: dict[str, str]
    sources: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    breakpoints: list[int] = field(default_factory=list)

    def get_data(self, column: int | str) -> NDArray[np.float64]:
        """Give a column by its number (from 0), its label, or the PV that it comes from.

        Raises
        ------
        ConsumerError
            There is no such column.
        """
        index = column if isinstance(column, int) else self._index(column)
        if not -len(self.labels) <= index < len(self.labels):
            message = f"there is no column {column}; there are {', '.join(self.labels)}"
            raise ConsumerError(message)
        return self.data[index]

    def _index(self, name: str) -> int:
        for names in (self.labels, self.sources, [s.removeprefix("PV:") for s in self.sources]):
            if name in names:
                return names.index(name)
        return len(self.labels)


def read_xdi(path: Path | str) -> XdiData:
    """Read a file.

    Parameters
    ----------
    path
        Of an XDI file, which may be still in the making.

    Raises
    ------
    ConsumerError
        It is no XDI file.

    Examples
    --------
    >>> read = read_xdi("data/copper_0003.xdi")  # doctest: +SKIP
    >>> read.get_data("energy"), read.get_data("BL:scaler1.S2")  # doctest: +SKIP
    """
    lines = Path(path).read_text(encoding="utf-8", errors="surrogateescape").split("\n")
    if not lines[0].startswith(("# XDI/", "#XDI/")):
        message = f"{path} is no XDI file: it does not begin with # XDI/"
        raise ConsumerError(message)
    header = [line for line in lines[1:] if line.startswith("#")]
    # what has no line end was torn while it was written
    rows = [line.split() for line in lines[:-1] if line.strip() and not line.startswith("#")]
    fields, comments = _fields(header)
    labels = header[-1].lstrip("# ").split()
    data = np.array(rows, np.float64).reshape(-1, len(labels)).T
    sources = _sources(fields, len(labels))
    breaks = _told_breaks(fields) or _breaks(lines[1:])
    return XdiData(labels, data, fields, sources, comments, breaks)


def _fields(header: list[str]) -> tuple[dict[str, str], list[str]]:
    fields: dict[str, str] = {}
    comments: list[str] = []
    are_comments = False
    for line in header:
        text = line[1:].strip()
        if text.startswith("---"):
            break
        if are_comments:
            comments.append(text)
        elif text.startswith("///"):
            are_comments = True
        elif found := _FIELD.match(line):
            family, tag, value = found.groups()
            fields[f"{family}.{tag}".lower()] = value.strip()
    return fields, comments


def _sources(fields: dict[str, str], number: int) -> list[str]:
    """Give the sources of columns: ours in the legend, StepScan's behind the names of columns."""
    told = (
        fields.get(f"legend.column{i}") or fields.get(f"column.{i}", "")
        for i in range(1, number + 1)
    )
    return [text.partition(_SOURCE)[2].strip() for text in told]


def _told_breaks(fields: dict[str, str]) -> list[int]:
    """Give the points before each break of a file of ours, whose header says after which."""
    told = fields.get(BREAKPOINTS.lower(), "").split()
    return [int(index) + 1 for index in told if index.isdecimal()]


def _breaks(lines: list[str]) -> list[int]:
    """Give the rows before each break of a file of StepScan, which begins each part with PVs.

    So its own reader finds them: class StepScanData of epicsscan's datafile.py.
    """
    found: list[int] = []
    rows = 0
    for line in lines:
        if _EXTRAS.match(line):
            found.append(rows)
        rows += bool(line.strip()) and not line.startswith("#")
    return [number for number in found if number]
