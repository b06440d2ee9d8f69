"""One run: what it is, how it ended, its documents, files and columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from blueline.comments import Comment, add_comment, comments_of
from blueline.errors import BluelineError
from blueline.run_export import FORMATS, export_run
from callbacks import DataFolder, Replay, read_columns
from callbacks.baseline import Difference, Readings, baseline_of, baseline_units, differences
from callbacks.file_names import followers
from callbacks.naming import is_saved
from callbacks.new_file import file_of_run
from callbacks.run_table import command_of, said_command
from callbacks.spec_file import MOST_FILES
from callbacks.spec_format import one_line
from callbacks.spec_places import index_of
from reduction.plural import numbered

if TYPE_CHECKING:
    from planlib.account import ScanTiming


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
        points, word = numbered("?" if self.points is None else self.points, "point").split()
        return (
            f"{self.start.get('scan_id', '?'):>5}  {self.start['uid'][:8]}  "
            f"{began:%Y-%m-%d %H:%M:%S}  {self.status:8} {points:>6} {word:6}  {self._said()}"
            f"{self._besides()}"
        )

    def _besides(self) -> str:
        title = self.start.get("title")
        told = [*([str(title)] if title else []), *([] if self.is_saved else ["not saved"])]
        return f" ({', '.join(told)})" if told else ""

    @property
    def command(self) -> str:
        """What was typed, or the plan's name."""
        return command_of(self.start)

    def _said(self) -> str:
        return said_command(self.start)

    def text(self) -> str:
        """Say what it is, how it ended, and which files it has."""
        lines = [self.line(), ""]
        if self._said() != self.command:
            lines.append(f"{'command':12} {self.command}")
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
        return export_run(self, to, formats)


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
