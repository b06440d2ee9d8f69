"""A site's own file format, written by a class with Py4Syn's interface (PS-120).

The methods are those of ``py4syn/writing/FileWriter.py``, github.com/hhslepicka/py4syn; what calls
them when is decided here: each point is written as it comes (PS-103, PS-124).
"""

# ruff: noqa: N802, N803 - the names are Py4Syn's, so that its writers work as they are

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from callbacks.errors import ConsumerError
from callbacks.file_names import first_free
from callbacks.naming import DataFolder
from callbacks.new_file import NewFile
from callbacks.routing import Document
from callbacks.run_readings import number_or_nan
from callbacks.run_table import RunTable, command_of, comments_of, main_stream
from callbacks.writer import RunWriter, Writers


class FileWriter:
    """What Py4Syn's writers derive from: fill in `writeHeader`, `writeData` and `close`.

    The accessors give the facts of the run: the command, the comments, devices (scanned axes) and
    signals (everything else) by name, and lists of their values, one per point.

    Parameters
    ----------
    fileName
        The file, which is there and empty.

    Examples
    --------
    >>> class Columns(FileWriter):
    ...     def writeHeader(self):
    ...         print(*self.getDevices(), *self.getSignals())
    ...     def writeData(self, partial=False, idx=-1):
    ...         columns = {**self.getDevicesData(), **self.getSignalsData()}
    ...         print(*(column[idx] for column in columns.values()))
    ...     def close(self):
    ...         pass
    """

    def __init__(self, fileName: str) -> None:
        self._file_name = fileName
        self._facts: dict[str, Any] = {
            "username": "",
            "command": "",
            "comments": [],
            "startDate": None,
            "endDate": None,
            "dataSize": None,
        }
        self._names: dict[str, list[str]] = {"devices": [], "signals": []}
        self._data: dict[str, dict[str, list[float]]] = {"devices": {}, "signals": {}}

    def writeHeader(self) -> None:
        """Write what comes before the points."""
        raise NotImplementedError

    def writeData(self, partial: bool = False, idx: int = -1) -> None:
        """Write point `idx` where `partial` is true, which it always is here; else all points."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the file."""
        raise NotImplementedError

    def getFileName(self) -> str:
        """Give the file."""
        return self._file_name

    def getUsername(self) -> str:
        """Give who measures."""
        return self._facts["username"]

    def setUsername(self, value: str) -> None:
        """Set who measures."""
        self._facts["username"] = value

    def getCommand(self) -> str:
        """Give what was typed."""
        return self._facts["command"]

    def setCommand(self, value: str) -> None:
        """Set what was typed."""
        self._facts["command"] = value

    def getComments(self) -> list[str]:
        """Give the comments, line by line."""
        return self._facts["comments"]

    def setComments(self, value: list[str]) -> None:
        """Set the comments."""
        self._facts["comments"] = value

    def insertComment(self, value: str) -> None:
        """Add a comment."""
        self._facts["comments"].append(value)

    def getStartDate(self) -> datetime | None:
        """Give when the run started, in this computer's time zone."""
        return self._facts["startDate"]

    def setStartDate(self, value: datetime) -> None:
        """Set when the run started."""
        self._facts["startDate"] = value

    def getEndDate(self) -> datetime | None:
        """Give when the run ended; None while it has not."""
        return self._facts["endDate"]

    def setEndDate(self, value: datetime) -> None:
        """Set when the run ended."""
        self._facts["endDate"] = value

    def getDataSize(self) -> int:
        """Give the number of points that are planned, or else that there are."""
        planned = self._facts["dataSize"]
        columns = [*self._data["devices"].values(), *self._data["signals"].values()]
        return max(map(len, columns), default=0) if planned is None else planned

    def setDataSize(self, value: int) -> None:
        """Set the number of points that are planned."""
        self._facts["dataSize"] = value

    def getDevices(self) -> list[str]:
        """Give the names of the scanned axes."""
        return self._names["devices"]

    def setDevices(self, value: list[str]) -> None:
        """Set the names of the scanned axes."""
        self._names["devices"] = value

    def insertDevice(self, value: str) -> None:
        """Add a scanned axis."""
        self._names["devices"].append(value)

    def getSignals(self) -> list[str]:
        """Give the names of what was read."""
        return self._names["signals"]

    def setSignals(self, value: list[str]) -> None:
        """Set the names of what was read."""
        self._names["signals"] = value

    def insertSignal(self, value: str) -> None:
        """Add something that was read."""
        self._names["signals"].append(value)

    def getDevicesData(self) -> dict[str, list[float]]:
        """Give the positions, a list by the name of each axis; NaN where one is missing."""
        return self._data["devices"]

    def setDevicesData(self, value: dict[str, list[float]]) -> None:
        """Set the positions."""
        self._data["devices"] = value

    def insertDeviceData(self, device: str, value: float) -> None:
        """Add a position."""
        self._data["devices"].setdefault(device, []).append(value)

    def getSignalsData(self) -> dict[str, list[float]]:
        """Give what was read, a list by name; NaN where a value is missing."""
        return self._data["signals"]

    def setSignalsData(self, value: dict[str, list[float]]) -> None:
        """Set what was read."""
        self._data["signals"] = value

    def insertSignalData(self, signal: str, value: float) -> None:
        """Add something that was read."""
        self._data["signals"].setdefault(signal, []).append(value)


class _SiteRun(RunWriter):
    """One run, told to a `FileWriter`, which is made at the first point."""

    def __init__(
        self, start: Document, make: Callable[[str], FileWriter], path_of: Callable[[], Path]
    ) -> None:
        super().__init__(start)
        self._make = make
        self._path_of = path_of
        self._main = main_stream(start)
        self._table: RunTable | None = None
        self._writer: FileWriter | None = None
        self._points = 0

    def described(self, stream: str, descriptor: Document) -> None:
        if stream == self._main and self._table is None:
            self._table = RunTable(self.start, descriptor)

    def point(self, stream: str, event: Document) -> None:
        if stream != self._main or self._table is None:
            return
        writer = self._writer or self._begun(self._table)
        values = self._table.read(event)
        for name in writer.getDevices():
            writer.insertDeviceData(name, number_or_nan(values.get(name)))
        for name in writer.getSignals():
            writer.insertSignalData(name, number_or_nan(values.get(name)))
        writer.writeData(partial=True, idx=self._points)
        self._points += 1

    def ended(self, stop: Document) -> None:
        if self._writer is not None:
            self._writer.setEndDate(_date(stop))

    def close(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def _begun(self, table: RunTable) -> FileWriter:
        reserved = NewFile(self._path_of())
        reserved.close()
        self.paths.append(reserved.path)
        writer = self._writer = self._make(str(reserved.path))
        _tell(writer, self.start)
        writer.setDevices(table.scanned)
        writer.setSignals(table.others)
        writer.writeHeader()
        return writer


def _tell(writer: FileWriter, start: Mapping[str, Any]) -> None:
    writer.setUsername(str(start.get("user", "")))
    writer.setCommand(command_of(start))
    writer.setComments(comments_of(start))
    writer.setStartDate(_date(start))
    if isinstance(start.get("num_points"), int):
        writer.setDataSize(start["num_points"])


def _date(doc: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(float(doc.get("time", 0.0))).astimezone()


def site_files(
    make: Callable[[str], FileWriter], folder: DataFolder, suffix: str, kind: str = "site"
) -> Writers:
    """Write every run that has points with a site's own `FileWriter`, into a file each.

    Parameters
    ----------
    make
        The class, called with the name of a new, empty file.
    folder
        Names the files: as those of other writers, ``copper_0003.dat``.
    suffix
        Of the names, e.g. ``"dat"``.
    kind
        Under which a run may name a template of its own; see `DataFolder`.

    Examples
    --------
    >>> from callbacks.naming import DataFolder
    >>> writer = site_files(FileWriter, DataFolder("data", "copper"), "dat")
    >>> RE.subscribe(writer)  # doctest: +SKIP
    """
    _require_writer(make)
    return Writers(
        lambda start: _SiteRun(start, make, lambda: folder.scan_path(start, kind, suffix))
    )


def numbered_files(
    make: Callable[[str], FileWriter],
    root: Path | str,
    output: str,
    next_name: Callable[[str, Callable[[str], bool]], str] = first_free,
) -> Writers:
    """Write every run as `site_files` does, numbered as after Py4Syn's ``setOutput`` (PS-121).

    Parameters
    ----------
    make
        The class, called with the name of a new, empty file.
    root
        The folder.
    output
        E.g. ``"cu.dat"``, for the files ``cu_0001.dat``, ``cu_0002.dat`` and so on.
    next_name
        Gives the next name that is free; `callbacks.file_names.next_free` counts as StepScan does
        (ES-31): ``cu.001``, ``cu.002``.

    Examples
    --------
    >>> writer = numbered_files(FileWriter, "data", "cu.dat")
    """
    _require_writer(make)
    folder = Path(root)

    def path() -> Path:
        return folder / next_name(output, lambda name: os.path.lexists(folder / name))

    return Writers(lambda start: _SiteRun(start, make, path))


def _require_writer(make: object) -> None:
    if isinstance(make, type) and not issubclass(make, FileWriter):
        message = f"{make.__name__} is no FileWriter: derive it from callbacks.FileWriter"
        raise ConsumerError(message)
