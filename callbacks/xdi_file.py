"""Write XDI files, which programs for X-ray absorption read: one per scan (acquisition 4.8)."""

import math
from collections.abc import Iterable, Mapping
from numbers import Real
from pathlib import Path

from callbacks.naming import DataFolder
from callbacks.new_file import NewFile, beginning, file_of_run, rebuild_files
from callbacks.routing import Document
from callbacks.run_table import RunTable, ending_of, main_stream, points_told
from callbacks.spec_format import number, one_line
from callbacks.writer import RunWriter, Writers
from callbacks.xdi_header import (
    END_TIME,
    OUTCOME,
    XdiColumns,
    header,
    iso_time,
    outcome,
)

_BASELINE = "baseline"
_WIDTH = 15


class XdiRun(RunWriter):
    """The XDI file of one run, complete at each point (ES-33).

    Scans over photon energy have the labels that XDI's dictionary prescribes; others have the same
    form with their own names, as StepScan's files do (ES-30).

    XDI allows finite numbers only: a point with a number that is none is left out, and the header
    says how many were. A run without points has no file, as XDI needs data.

    Parameters
    ----------
    start
        The start document.
    path
        Of the file.
    """

    def __init__(self, start: Document, path: Path) -> None:
        super().__init__(start)
        self._path = path
        self._main = main_stream(start)
        self._columns: XdiColumns | None = None
        self._baseline: dict[str, tuple[object, str, str]] = {}
        self._described: Mapping[str, Mapping[str, object]] = {}
        self._file: NewFile | None = None
        self._at: dict[str, int] = {}
        self._points = 0
        self._left_out = 0

    def described(self, stream: str, descriptor: Document) -> None:
        """Learn the columns, and what is read beside the scan."""
        if stream == _BASELINE:
            self._described = descriptor["data_keys"]
        elif stream == self._main and self._columns is None:
            self._columns = XdiColumns(self.start, RunTable(self.start, descriptor))

    def point(self, stream: str, event: Document) -> None:
        """Write a row."""
        if stream == self._main and self._columns is not None:
            self._write(self._columns, event)
        elif stream == _BASELINE and not self._baseline:
            self._baseline = dict(_extras(self._described, event))

    def ended(self, stop: Document) -> None:
        """Write when and how the run ended."""
        if self._file is not None:
            self._put(END_TIME, iso_time(float(stop.get("time", 0.0))))
            left_out = f" ({self._left_out} without a number left out)" if self._left_out else ""
            self._put(OUTCOME, outcome(f"{ending_of(stop, self._points)}{left_out}"))

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _write(self, columns: XdiColumns, event: Document) -> None:
        self._points += 1
        values = columns.values(event)
        if not all(isinstance(each, Real) and math.isfinite(each) for each in values):
            self._left_out += 1
            return
        file = self._begun(columns)
        file.append(" ".join(f"{number(value):>{_WIDTH}}" for value in values) + "\n")
        self._put(END_TIME, iso_time(event["time"]))

    def _begun(self, columns: XdiColumns) -> NewFile:
        if self._file is None:
            text = header(self.start, columns, self._baseline)
            self._at = {line: _after(text, line) for line in (END_TIME, OUTCOME)}
            self._file = NewFile(self._path)
            self.paths.append(self._file.path)
            self._file.append(text)
        return self._file

    def _put(self, line: str, text: str) -> None:
        if self._file is not None:
            self._file.put(self._at[line], text)


def _after(text: str, line: str) -> int:
    """Give the byte at which the value of a header line begins."""
    return len(text[: text.index(f"\n{line}") + 1 + len(line)].encode("utf-8"))


def _extras(
    described: Mapping[str, Mapping[str, object]], event: Document
) -> Iterable[tuple[str, tuple[object, str, str]]]:
    for name, value in event["data"].items():
        if isinstance(value, int | float | str) and name in described:
            told = described[name]
            yield name, (value, str(told.get("units") or ""), str(told.get("source") or ""))


def xdi_consumer(root: str, data_set: str = "blueline") -> Writers:
    """Make the writer for `InThread` or a worker process.

    Examples
    --------
    >>> writer = xdi_consumer("data", "copper")
    >>> RE.subscribe(writer)  # doctest: +SKIP
    """
    folder = DataFolder(root, data_set)
    return Writers(lambda start: XdiRun(start, folder.xdi_path(start)))


def is_whole(folder: DataFolder, start: Document, points: Mapping[str, int]) -> bool:
    """Tell whether the XDI file of a run has ended with its points per stream, or more.

    So has that of a run without points, which has none.
    """
    count = points.get(main_stream(start), 0)
    file = file_of_run(folder.xdi_path(start), _line_of(start))
    if not count or file is None:
        return not count
    ending = beginning(file).partition(f"\n{OUTCOME}")[2].partition("\n")[0]
    return points_told(ending) >= count


def rebuild_xdi(documents: Iterable[tuple[str, Document]], folder: DataFolder) -> list[Path]:
    """Write the XDI file of a run again from its documents; see `rebuild_files`."""

    def begin(start: Document, root: Path) -> XdiRun:
        return XdiRun(start, DataFolder(root, folder.data_set).xdi_path(start))

    return rebuild_files(documents, begin, folder.root, _line_of)


def _line_of(start: Document) -> str:
    return f"# Blueline.uid: {one_line(start['uid'])}"
