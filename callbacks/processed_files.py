"""What was derived of each run, beside its journal: ``processed/0003_1f3c88aa.jsonl`` (BL-158)."""

import os
import re
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from callbacks.isolate import InProcess, Notice
from callbacks.line import to_line
from callbacks.naming import DataFolder, files_of_run, is_saved
from callbacks.processes import PROCESSING, settled_processes_of
from callbacks.processing import Processed
from callbacks.replay import Replay, stop_of
from callbacks.routing import Document, PerRun, passed_over
from callbacks.run_columns import RunColumns
from callbacks.run_readings import DERIVED_FROM

#: Folder of the files.
FOLDER = "processed"

_ASKS = re.compile(rb'\{\s*"name"\s*:\s*"start".*"processing"\s*:\s*\{\s*"', re.DOTALL)


class ProcessedFiles:
    """Write the derived streams of every run that has any, each into a file of its own.

    The file is a journal of start document, derived descriptors, their events and stop document:
    `callbacks.Replay` reads it, into any writer. It grows while the run goes on, and can be made
    again from the run's journal: ``Replay(journal).into(Processed(ProcessedFiles("data")))``. Of a
    run that asks for some and gave none it has start and stop alone, which tells that it is whole.

    Parameters
    ----------
    root
        The data folder; ``processed`` in it is made with the first file.

    Attributes
    ----------
    paths
        The files that were made.

    Examples
    --------
    >>> from callbacks.processed_files import ProcessedFiles
    >>> from callbacks.processing import Processed
    >>> files = Processed(ProcessedFiles("data"))
    >>> RE.subscribe(files)  # doctest: +SKIP
    """

    def __init__(self, root: Path | str) -> None:
        self.paths: list[str] = []
        folder = DataFolder(root)
        self._per_run = PerRun(
            lambda start: (
                _RunFile(start, processed_path(folder, start), self.paths)
                if is_saved(start)
                else passed_over
            )
        )

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        self._per_run(name, doc)

    def close(self) -> None:
        """Let go of the files of runs that are still open."""
        for run in self._per_run.open.values():
            if isinstance(run, _RunFile):
                run.close()
        self._per_run.open.clear()


class _RunFile:
    """The file of one run; the first derived stream has it made."""

    def __init__(self, start: Document, path: Path, paths: list[str]) -> None:
        self._start = start
        self._path = path
        self._paths = paths
        self._streams: dict[str, str] = {}
        self._file: BinaryIO | None = None

    def __call__(self, name: str, doc: Document) -> None:
        if name == "descriptor" and DERIVED_FROM in doc:
            self._streams[doc["uid"]] = str(doc["name"])
            self._write(name, doc)
        elif name in ("event", "event_page") and doc["descriptor"] in self._streams:
            self._write(name, doc)
        elif name == "stop":
            self._stop(doc)

    def _stop(self, stop: Document) -> None:
        if self._file is not None or self._start.get(PROCESSING):
            derived = set(self._streams.values())
            counted = stop.get("num_events") or {}
            kept = {name: number for name, number in counted.items() if name in derived}
            self._write("stop", {**stop, "num_events": kept})
        self.close()

    def _write(self, name: str, doc: Document) -> None:
        file = self._file or self._opened()
        file.write(to_line(name, doc))
        file.flush()

    def _opened(self) -> BinaryIO:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("wb")
        self._paths.append(str(self._path))
        self._file.write(to_line("start", self._start))
        return self._file

    def close(self) -> None:
        """Let go of the file as it is."""
        if self._file is not None:
            self._file.close()


def processed_path(folder: DataFolder, start: Document) -> Path:
    """Give the file of what is derived of a run."""
    return folder.root / FOLDER / folder.journal_path(start).name


class Processing(InProcess):
    """Store what runs derive, in a process that the first run which asks for it starts.

    Parameters
    ----------
    root
        The data folder.
    notice
        Called with a sentence for each process that failed, and where this is put aside.

    Examples
    --------
    >>> from callbacks.processed_files import Processing
    >>> consumer = Processing("data", print)
    >>> consumer.offer(b'{"name": "start", "doc": {"uid": "a"}}')
    >>> consumer.lag
    0
    """

    def __init__(self, root: Path | str, notice: Notice) -> None:
        factory = "callbacks.processed_files:processing_consumer"
        super().__init__(
            "the processing",
            factory,
            {"root": str(root)},
            notice,
            heard=lambda said: notice(str(said["problem"])),
        )
        self._is_asked = False

    def offer(self, line: bytes) -> None:
        """Queue one document without waiting, from the first run on that asks for something."""
        self._is_asked = self._is_asked or _ASKS.match(line) is not None
        if self._is_asked:
            super().offer(line)


def processing_consumer(root: str, data_set: str = "") -> Processed:
    """Make the consumer, for `callbacks.isolate.InProcess`."""
    return Processed(ProcessedFiles(root))


def is_whole(folder: DataFolder, start: Document) -> bool:
    """Tell whether a run asks for nothing, or what is derived of it has been stored to its end."""
    if not start.get(PROCESSING):
        return True
    path = processed_path(folder, start)
    return path.exists() and stop_of(path) is not None


def rebuild_processed(documents: Iterable[tuple[str, Document]], folder: DataFolder) -> list[Path]:
    """Derive the streams of one run again from its documents, in place of what there is.

    Frames that cannot be read by now are not waited for.

    Returns
    -------
    The file; nothing where the run asks for nothing, or has no end and gives nothing.
    """
    stream = iter(documents)
    _, start = next(stream)
    path = processed_path(folder, start)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    run = _RunFile(start, temporary, [])
    follow = Processed(run, settled_processes_of(start))
    try:
        for name, doc in chain([("start", start)], stream):
            follow(name, doc)
        run.close()
        if not temporary.exists():
            return []
        temporary.replace(path)
        return [path]
    finally:
        temporary.unlink(missing_ok=True)


def read_processed(root: Path | str, uid: str) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Give what was derived of a run as columns, by the name of the stream; nothing where nothing.

    Parameters
    ----------
    root
        The data folder.
    uid
        Of the run, or its beginning.

    Examples
    --------
    >>> from callbacks import read_processed
    >>> read_processed("data", uid)["rois"]["spot"].max()  # doctest: +SKIP
    """
    for path in files_of_run(Path(root) / FOLDER, ".jsonl", uid):
        found = _columns(path, uid)
        if found is not None:
            return found
    return {}


def _columns(path: Path, uid: str) -> dict[str, dict[str, NDArray[np.float64]]] | None:
    """Give the columns of a file by stream; None where it is of another run."""
    streams: dict[str, RunColumns] = {}
    by_descriptor: dict[str, RunColumns] = {}
    for name, doc in Replay(path):
        if name == "start" and not str(doc["uid"]).startswith(uid):
            return None
        if name == "descriptor":
            stream = streams.setdefault(str(doc["name"]), RunColumns({}))
            by_descriptor[doc["uid"]] = stream
            stream("descriptor", {**doc, "name": "primary"})
        elif name in ("event", "event_page"):
            by_descriptor[doc["descriptor"]](name, doc)
    return {name: stream.arrays() for name, stream in streams.items()}
