"""Peak numbers and fits of each run, kept on disk beside it: ``results/0003_1f3c88aa.json``."""

import dataclasses
import json
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from callbacks.errors import ResultError
from callbacks.naming import DataFolder, files_of_run, is_saved
from callbacks.peaks import PeakNumbers, peak_numbers
from callbacks.routing import Document, Handler, PerRun, passed_over
from callbacks.run_columns import RunColumns
from callbacks.switches import is_fitted
from reduction.fits import FitResult
from reduction.peaks import PeakResult

#: Of the file's layout; another is refused.
VERSION = 1

NumbersOf = Callable[[RunColumns], Mapping[str, PeakNumbers]]
Numbers = TypeVar("Numbers", PeakResult, FitResult)


@dataclass(frozen=True)
class StoredNumbers:
    """The numbers of one curve of a run as they were stored: as `callbacks.peaks.PeakNumbers`."""

    x: str
    y: str
    peak: PeakResult
    fit: FitResult


class ResultFiles:
    """Write the results of every run that scans along one line, when it stops.

    The file is made under another name and then renamed, so that there is a whole one or none. It
    can be made again from the journal: ``for document in Replay(path): files(*document)``.

    Parameters
    ----------
    root
        The data folder; ``results`` in it is made with the first file.
    numbers
        Gives the numbers of a run's columns; `callbacks.Peaks.of` where they are known already.

    Attributes
    ----------
    paths
        The files that were made.

    Examples
    --------
    >>> from callbacks.results import ResultFiles, read_results
    >>> RE.subscribe(ResultFiles("data"))  # doctest: +SKIP
    >>> (uid,) = RE(ascan(x, 0, 5, 10, 0.1))  # doctest: +SKIP
    >>> read_results("data", uid)["I0"].fit.center  # doctest: +SKIP
    """

    def __init__(self, root: Path | str, numbers: NumbersOf = peak_numbers) -> None:
        self.numbers = numbers
        self.paths: list[str] = []
        self._folder = DataFolder(root)
        self._per_run = PerRun(self._begin)

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        self._per_run(name, doc)

    def _begin(self, start: Document) -> Handler:
        return _RunResults(start, self) if is_saved(start) else passed_over

    def write(self, start: Document, found: Mapping[str, PeakNumbers]) -> Path:
        """Write the numbers of one run and give the file."""
        path = _path(self._folder, start)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.part")
        try:
            unfinished.write_text(json.dumps(_content(start, found), indent=1, allow_nan=False))
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        self.paths.append(str(path))
        return path


class _RunResults:
    def __init__(self, start: Document, files: ResultFiles) -> None:
        self._columns = RunColumns(start)
        self._files = files

    def __call__(self, name: str, doc: Document) -> None:
        self._columns(name, doc)
        if name == "stop" and is_fitted(self._columns.start):
            found = self._files.numbers(self._columns)
            if found:
                self._files.write(self._columns.start, found)


def results_consumer(root: str, data_set: str = "") -> ResultFiles:
    """Make the consumer, for `callbacks.isolate.InProcess`."""
    return ResultFiles(root)


def read_results(root: Path | str, uid: str) -> dict[str, StoredNumbers]:
    """Give the stored numbers of a run, by the name of the column; nothing where none are stored.

    Parameters
    ----------
    root
        The data folder.
    uid
        Of the run, or its beginning.

    Raises
    ------
    ResultError
        The file is not one of ours.
    """
    for path in files_of_run(Path(root) / "results", ".json", uid):
        content = _read(path)
        if str(content["uid"]).startswith(uid):
            return {name: _restored(name, content) for name in content["curves"]}
    return {}


def _path(folder: DataFolder, start: Document) -> Path:
    return folder.root / "results" / f"{folder.journal_path(start).stem}.json"


def _content(start: Document, found: Mapping[str, PeakNumbers]) -> dict[str, Any]:
    facts = {name: start.get(name) for name in ("uid", "scan_id", "time", "scan_command")}
    curves = {
        name: {"x": each.x, "peak": _without_nan(each.peak), "fit": _without_nan(each.fit)}
        for name, each in found.items()
    }
    return {"version": VERSION, **facts, "curves": curves}


def _without_nan(numbers: PeakResult | FitResult) -> dict[str, Any]:
    """Write what is not there as null: NaN is not in JSON."""
    values = dataclasses.asdict(numbers)
    return {name: None if _is_nan(value) else value for name, value in values.items()}


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
        is_ours = content["version"] == VERSION and isinstance(content["curves"], dict)
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path} cannot be read: {error}; replay the run's journal to make it again"
        raise ResultError(message) from error
    if not is_ours:
        message = f"{path} is not of version {VERSION}; replay the run's journal to make it again"
        raise ResultError(message)
    return content


def _restored(name: str, content: Mapping[str, Any]) -> StoredNumbers:
    curve = content["curves"][name]
    peak, fit = _numbers(PeakResult, curve["peak"]), _numbers(FitResult, curve["fit"])
    return StoredNumbers(str(curve["x"]), name, peak, fit)


def _numbers(of: type[Numbers], values: Mapping[str, Any]) -> Numbers:
    known = {field.name for field in dataclasses.fields(of)}
    given: dict[str, Any] = {
        name: math.nan if value is None else value
        for name, value in values.items()
        if name in known
    }
    return of(**given)
