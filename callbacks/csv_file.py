"""Write CSV files: a table for each stream of a run, for spreadsheets and pandas."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from callbacks.naming import DataFolder
from callbacks.new_file import NewFile, file_of_run, last_line, rebuild_files
from callbacks.routing import Document
from callbacks.run_table import RunTable, command_of, comments_of, ending_of, points_told
from callbacks.spec_format import number, one_line
from callbacks.writer import RunWriter, Writers

#: The column of the POSIX time of an event, in seconds.
TIME = "time"
_ENDED = "# ended: "


class CsvRun(RunWriter):
    """The CSV files of one run, one for each stream that has points.

    Lines that begin with ``#`` say what the table is, and at the end how the run ended. Then comes
    a line of names and one per event: scanned axes, other numbers with all their digits, the time,
    text. Arrays stay with the formats that can hold them.

    Parameters
    ----------
    start
        The start document.
    path_of
        Gives the file of a stream.
    """

    def __init__(self, start: Document, path_of: Callable[[str], Path]) -> None:
        super().__init__(start)
        self._path_of = path_of
        self._tables: dict[str, RunTable] = {}
        self._files: dict[str, NewFile] = {}
        self._points: dict[str, int] = {}

    def described(self, stream: str, descriptor: Document) -> None:
        """Learn the columns."""
        self._tables.setdefault(stream, RunTable(self.start, descriptor))

    def point(self, stream: str, event: Document) -> None:
        """Write a line, in the first place those before it."""
        table = self._tables[stream]
        text = _line(table, event)
        if stream not in self._files:
            self._files[stream] = NewFile(self._path_of(stream))
            self.paths.append(self._files[stream].path)
            text = self._heading(stream, table) + text
        self._files[stream].append(text)
        self._points[stream] = self._points.get(stream, 0) + 1

    def ended(self, stop: Document) -> None:
        """Write how the run ended."""
        for stream, file in self._files.items():
            file.append(f"{_ENDED}{one_line(ending_of(stop, self._points[stream]))}\n")

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()

    def _heading(self, stream: str, table: RunTable) -> str:
        keys = [*_numbers(table), *table.texts]
        units = [f"{key} {table.units(key)}" for key in keys if table.units(key)]
        then = datetime.fromtimestamp(float(self.start.get("time", 0.0))).astimezone()
        told = [
            # first, as what tells whose file this is must stand near its beginning
            ("uid", self.start["uid"]),
            ("scan", self.start.get("scan_id", "")),
            ("command", command_of(self.start)),
            ("stream", stream),
            ("start", then.isoformat(timespec="milliseconds")),
            ("units", ", ".join([*units, f"{TIME} s"])),
            *(("comment", comment) for comment in comments_of(self.start)),
        ]
        lines = [f"# {name}: {one_line(value)}\n" for name, value in told]
        return f"# blueline CSV\n{''.join(lines)}{_names(keys)}"


def _numbers(table: RunTable) -> list[str]:
    """Give the columns of numbers; one comes first, as ``#`` begins what is no data."""
    return [*table.scanned, *(key for key in table.others if key != TIME), TIME]


def _line(table: RunTable, event: Document) -> str:
    values = {**table.read(event), TIME: event["time"]}
    cells = [number(values.get(key)) for key in _numbers(table)]
    cells += [_quoted(str(values.get(key, ""))) for key in table.texts]
    return ",".join(cells) + "\n"


def _names(keys: list[str]) -> str:
    names = (one_line(key) for key in keys)
    is_plain = re.compile(r"[^\s\",#][^\",#]*").fullmatch
    return ",".join(name if is_plain(name) else _quoted(name) for name in names) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def csv_consumer(root: str, data_set: str = "blueline") -> Writers:
    """Make the writer for `InThread` or a worker process.

    Examples
    --------
    >>> writer = csv_consumer("data", "copper")
    >>> RE.subscribe(writer)  # doctest: +SKIP
    """
    folder = DataFolder(root, data_set)
    return Writers(lambda start: _run(start, folder))


def is_whole(folder: DataFolder, start: Document, points: Mapping[str, int]) -> bool:
    """Tell whether the CSV files of a run have ended with its points per stream, or more.

    More are kept: a journal that was damaged has lost points which the files still have.
    """
    for stream, count in points.items():
        file = file_of_run(folder.csv_path(start, stream), _line_of(start))
        if file is None:
            return False
        ending = last_line(file)
        if not ending.startswith(_ENDED) or points_told(ending) < count:
            return False
    return True


def rebuild_csv(documents: Iterable[tuple[str, Document]], folder: DataFolder) -> list[Path]:
    """Write the CSV files of a run again from its documents; see `rebuild_files`."""
    return rebuild_files(
        documents,
        lambda start, root: _run(start, DataFolder(root, folder.data_set)),
        folder.root,
        _line_of,
    )


def _run(start: Document, folder: DataFolder) -> CsvRun:
    return CsvRun(start, lambda stream: folder.csv_path(start, stream))


def _line_of(start: Document) -> str:
    return f"# uid: {one_line(start['uid'])}"
