"""The runs of a data folder, as their journals have them."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from blueline.comments import Comment, add_comment, comments_of
from blueline.errors import BluelineError, NoRunError
from callbacks import DataFolder, Replay, SpecWriter, read_columns
from callbacks.baseline import Difference, Readings, baseline_of, baseline_units, differences
from callbacks.catalog_query import RunQuery, Time
from callbacks.errors import ConsumerError
from callbacks.file_names import followers, slug
from callbacks.naming import is_saved
from callbacks.new_file import file_of_run
from callbacks.recover import recover
from callbacks.replay import journals, start_of, stop_of
from callbacks.spec_file import MOST_FILES
from callbacks.spec_format import one_line
from callbacks.spec_places import index_of

if TYPE_CHECKING:
    from callbacks.catalog_runs import Runs
    from planlib.account import ScanTiming

#: What a run can be exported to.
FORMATS = ("spec", "nexus", "plot", "csv", "xdi")

#: Runs that are named where one is to be chosen.
MOST_CHOICES = 4


@dataclass(frozen=True)
class RunRecord:
    """One run: its journal, and the documents that say what it is and how it ended."""

    journal: Path
    start: dict[str, Any]
    stop: dict[str, Any] | None

    @property
    def folder(self) -> DataFolder:
        """Where its files are."""
        return DataFolder(self.journal.parent.parent, self.start.get("data_set", "blueline"))

    @property
    def name(self) -> str:
        """Its data set and its number, which `RunArchive.find` takes."""
        return f"{self.folder.data_set}/{self.start.get('scan_id', '?')}"

    @property
    def is_saved(self) -> bool:
        """Whether files are made of it."""
        return is_saved(self.start)

    @property
    def status(self) -> str:
        """How it ended, in one word."""
        return self.stop["exit_status"] if self.stop is not None else "open"

    @property
    def points(self) -> int | None:
        """Number of points of the primary stream; None while the run is open."""
        return None if self.stop is None else self.stop.get("num_events", {}).get("primary", 0)

    def line(self) -> str:
        """Say it in one line."""
        began = datetime.fromtimestamp(self.start.get("time", 0.0)).astimezone()
        points = "?" if self.points is None else self.points
        return (
            f"{self.start.get('scan_id', '?'):>5}  {self.start['uid'][:8]}  "
            f"{began:%Y-%m-%d %H:%M:%S}  {self.status:8} {points:>6} points  {self.command}"
            f"{self._besides()}"
        )

    def _besides(self) -> str:
        title = self.start.get("title")
        told = [*([str(title)] if title else []), *([] if self.is_saved else ["not saved"])]
        return f" ({', '.join(told)})" if told else ""

    @property
    def command(self) -> str:
        """What was typed, or the plan's name."""
        return str(self.start.get("scan_command") or self.start.get("plan_name") or "?")

    def text(self) -> str:
        """Say what it is, how it ended, and which files it has."""
        lines = [self.line(), ""]
        shown = (
            "uid",
            "title",
            "scan_name",
            "user",
            "sample",
            "motors",
            "detectors",
            "num_points",
            "time_factor",
        )
        lines += [f"{key:12} {self.start[key]}" for key in shown if key in self.start]
        if self.stop is not None and self.stop.get("reason"):
            lines.append(f"{'reason':12} {self.stop['reason']}")
        lines += [f"{'comment':12} {comment}" for comment in self.comments]
        lines += ["", "files", *(f"  {path}" for path in self.files())]
        return "\n".join(lines)

    def files(self) -> list[Path]:
        """Give the files that have this run, also where they were given another name."""
        folder, start = self.folder, self.start
        uid = one_line(start["uid"])
        tables = (
            file_of_run(folder.csv_path(start, stream), f"# uid: {uid}")
            for stream in self.streams()
        )
        named = (
            folder.nexus_path(start),
            folder.plot_path(start),
            folder.root / "results" / f"{self.journal.stem}.json",
        )
        found = [
            _spec_file(folder.spec_path(start), str(start["uid"])),
            file_of_run(folder.xdi_path(start), f"# Blueline.uid: {uid}"),
            *tables,
            *(path for path in named if path.exists()),
        ]
        return [self.journal, *(path for path in found if path is not None)]

    def streams(self) -> list[str]:
        """Give the names of its streams; of an open run, of those described by now."""
        counted = None if self.stop is None else self.stop.get("num_events")
        if counted is not None:
            return list(counted)
        documents = (doc for name, doc in self.documents() if name == "descriptor")
        return list(dict.fromkeys(str(doc.get("name", "primary")) for doc in documents))

    def documents(self) -> Replay:
        """Give its documents as they were emitted; whatever consumes documents can have them."""
        return Replay(self.journal)

    @property
    def comments(self) -> list[Comment]:
        """What people have said of it since, the oldest first (BL-89)."""
        return comments_of(self.folder.root, str(self.start["uid"]))

    def add_comment(self, text: str, user: str = "") -> Comment:
        """Keep a comment with it, beside its documents, which stay as they are.

        Raises
        ------
        BluelineError
            There is no text, or the disk refuses it.
        """
        return add_comment(self.folder.root, str(self.start["uid"]), text, user)

    def timing(self) -> "ScanTiming":
        """Give what its time went into, by device and by message (BL-85).

        Raises
        ------
        BluelineError
            That is not known.
        """
        from blueline.timings import read_timing

        return read_timing(self.folder.root, str(self.start["uid"]))

    def columns(self, stream: str = "primary") -> dict[str, NDArray[np.float64]]:
        """Give the numbers of its points as columns by name, derived ones among them.

        Raises
        ------
        BluelineError
            There is no such stream; ``primary`` is in all, be it empty.
        """
        known = self.streams()
        if stream not in {"primary", *known}:
            message = f"the run has no stream {stream!r}; it has {', '.join(known) or 'none yet'}"
            raise BluelineError(message)
        return read_columns(self.documents(), stream)

    def baseline(self) -> Readings:
        """Give where everything stood before and after it, by name; nothing where not read."""
        return baseline_of(self.documents())

    def baseline_differences(self, other: "RunRecord") -> list[Difference]:
        """Give what another run began with differently, such as ``gap: 12.8 → 13.5 mm``."""
        units = {**baseline_units(other.documents()), **baseline_units(self.documents())}
        return differences(self.baseline(), other.baseline(), units)

    def export(self, to: Path, formats: Sequence[str] = FORMATS) -> list[Path]:
        """Make files of this run in another folder, also where it was not to be saved.

        XDI is made where it scanned an energy.

        Parameters
        ----------
        formats
            Of `FORMATS`.

        Raises
        ------
        BluelineError
            There is no such format.
        CallbackError
            A file is there already, or cannot be made.
        """
        to.mkdir(parents=True, exist_ok=True)
        consumers = [_exporter(each, to, self.folder.data_set) for each in formats]
        with ExitStack() as closing:
            for consumer in consumers:
                closing.callback(consumer.close)
            for name, doc in self.documents():
                told = {**doc, "save": True} if name == "start" and not self.is_saved else doc
                for consumer in consumers:
                    consumer(name, told)
        for consumer in consumers:
            for problem in getattr(consumer, "problems", ()):
                raise ConsumerError(problem)
        return [Path(path) for consumer in consumers for path in consumer.paths]


def _exporter(kind: str, to: Path, data_set: str) -> Any:  # noqa: ANN401 - any consumer of files
    if kind == "spec":
        return SpecWriter(DataFolder(to, data_set).spec_path)
    makers = {
        "nexus": "callbacks.nexus_file:nexus_consumer",
        "plot": "callbacks.plot:plot_consumer",
        "csv": "callbacks.csv_file:csv_consumer",
        "xdi": "callbacks.xdi_file:xdi_consumer",
    }
    if kind not in makers:
        message = f"there is no format {kind!r} to export to; there are {', '.join(FORMATS)}"
        raise BluelineError(message)
    module, _, name = makers[kind].partition(":")
    return getattr(import_module(module), name)(str(to), data_set)


class RunArchive:
    r"""All runs of a data folder, in the order in which they began.

    Parameters
    ----------
    root
        The data folder.

    Examples
    --------
    >>> from blueline.runs import RunArchive
    >>> archive = RunArchive("blueline-demo")  # doctest: +SKIP
    >>> for record in archive.search(motor="x", since="2025-11-20"):  # doctest: +SKIP
    ...     print(record.line())
    >>> first, last = archive.find("1"), archive.find("-1")  # doctest: +SKIP
    >>> print(*first.baseline_differences(last), sep="\n")  # doctest: +SKIP
    """

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root).absolute()
        if not self.root.is_dir():
            message = f"there is no data folder {self.root}"
            raise BluelineError(message)

    def __iter__(self) -> Iterator[RunRecord]:
        """Go through the runs that have a start document, in the order in which they began."""
        starts = [(path, start_of(path)) for path in journals(self.root)]
        found = [(path, start) for path, start in starts if start is not None]
        for path, start in sorted(found, key=_began):
            yield RunRecord(path, start, stop_of(path))

    def of_uid(self, uid: str) -> RunRecord:
        """Give the run of a whole uid, without looking at the others.

        Raises
        ------
        NoRunError
            There is none.
        """
        for path in (self.root / "journal").glob(f"*_{slug(uid)[:8]}.jsonl"):
            start = start_of(path)
            if start is not None and start["uid"] == uid:
                return RunRecord(path, start, stop_of(path))
        message = f"{self.root} has no run {uid}"
        raise NoRunError(message)

    def search(
        self,
        *,
        plan: str | None = None,
        sample: str | None = None,
        motor: str | None = None,
        since: Time | None = None,
        until: Time | None = None,
    ) -> list[RunRecord]:
        """Give the runs that meet all conditions, see `callbacks.catalog_query.RunQuery`.

        Raises
        ------
        CatalogError
            A time cannot be read.
        """
        query = RunQuery(plan, sample, motor, since, until)
        return [record for record in self if query.matches(record.start)]

    def catalog(
        self, database: str = "", readable: Sequence[Path | str] = ()
    ) -> AbstractContextManager["Runs"]:
        """Give the runs as databroker reads them, see `callbacks.catalog.open_catalog`."""
        from callbacks.catalog import open_catalog

        return open_catalog(self.root, database, readable)

    def find(self, run: str) -> RunRecord:
        """Give one run by scan number, by the beginning of its uid, or -1, -2 ... from the end.

        Each data set has its own scan 1: where several scans have one number, the data set is said
        as well, ``"Cu_0002/1"``.

        Raises
        ------
        BluelineError
            There is none, or more than one; the choices are named.
        """
        records = list(self)
        if run.startswith("-") and run[1:].isdigit() and 0 < int(run[1:]) <= len(records):
            return records[-int(run[1:])]
        data_set, _, number = run.rpartition("/")
        scan_id = int(number) if number.isdigit() else None
        numbered = [
            r
            for r in records
            if scan_id is not None
            and r.start.get("scan_id") == scan_id
            and data_set in {"", r.folder.data_set}
        ]
        found = numbered or [r for r in records if r.start["uid"].startswith(run)]
        if len(found) == 1:
            return found[0]
        if numbered:
            message = f"{run} is the number of {len(found)} runs: say {_choices(found)}"
            raise BluelineError(message)
        what = "more than one run" if found else "no run"
        message = f"{self.root} has {what} {run!r}; `blueline runs list` shows them"
        raise BluelineError(message) if found else NoRunError(message)


def _choices(found: Sequence[RunRecord]) -> str:
    """Name runs such that each can be found, the newest first; data sets as far as they differ."""
    names = [run.name for run in found]
    shown = [
        f'"{run.name}"' if names.count(run.name) == 1 else f'"{run.start["uid"][:8]}"'
        for run in reversed(found)
    ]
    more = f" or one of {len(shown) - MOST_CHOICES} others" * (len(shown) > MOST_CHOICES)
    return f"{', '.join(shown[:MOST_CHOICES])}{more}"


def _began(found: tuple[Path, dict[str, Any]]) -> float:
    return float(found[1].get("time", 0.0))


def _spec_file(path: Path, uid: str) -> Path | None:
    """Give the SPEC file that has a run: that of its day, or one that another session began."""
    for name in islice(followers(path.name), MOST_FILES):
        file = path.with_name(name)
        if file.exists() and _has_run(file, uid):
            return file
    return None


def _has_run(path: Path, uid: str) -> bool:
    with path.open("rb") as file:
        return index_of(file).number_of(uid) is not None


def recover_all(root: Path) -> list[str]:
    """Repair all runs of a folder and say what was done, a sentence each."""
    done = recover(RunArchive(root).root)
    return [str(repaired) for repaired in done] or ["all runs are complete"]
