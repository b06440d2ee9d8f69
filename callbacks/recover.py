"""Close runs that were interrupted and rebuild their files; safe to repeat and to interrupt."""

import contextlib
import fcntl
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from event_model import compose_stop

from callbacks.errors import CallbackError
from callbacks.journal import to_line
from callbacks.naming import DataFolder
from callbacks.replay import Replay, journals, start_of, stop_of
from callbacks.routing import PROCESS_ENDED, Document
from callbacks.spec_file import has_run, rebuild_spec


@dataclass
class Recovered:
    """What was done for one run: points per stream, files rebuilt, and why others were not."""

    start: Document
    points: dict[str, int]
    was_open: bool
    files: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Say it in a sentence."""
        number = self.points.get("primary", 0)
        ended = f" closed as failed ({PROCESS_ENDED})," if self.was_open else ""
        said = [f"rebuilt: {', '.join(map(str, self.files))}"] if self.files else []
        said += [f"not rebuilt: {problem}" for problem in self.problems]
        files = "; ".join(said) or "no file had to be rebuilt"
        return f"scan {self.start.get('scan_id')}:{ended} {number} points kept; {files}"


def recover(root: Path) -> list[Recovered]:
    """Repair all runs of a data folder, of all data sets in it.

    A journal without a stop document gets one (``exit_status`` fail), after a torn last line was
    cut; then SPEC and NeXus files that miss points of any run, and pictures that are missing, are
    made again. Runs that are being recorded right now are left alone. What keeps a file from being
    built is told in `problems`.

    Examples
    --------
    >>> from callbacks import recover
    >>> recover("data")  # doctest: +SKIP
    """
    done = []
    for path in journals(root):
        with _locked(path) as ours:
            start = start_of(path) if ours else None
            if start is not None:
                repaired = _repair(path, start, DataFolder(root, start.get("data_set", "blueline")))
                if repaired.was_open or repaired.files or repaired.problems:
                    done.append(repaired)
    return done


def interrupted(root: Path, newest: int = 0) -> list[Path]:
    """Give the journals of runs that have no stop document and are not being recorded.

    Parameters
    ----------
    root
        The data folder.
    newest
        Look at so many of the newest runs alone; 0 for all.
    """
    found = []
    for path in journals(root)[-newest:]:
        if stop_of(path) is None:
            with _locked(path) as ours:
                if ours:
                    found.append(path)
    return found


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Tell whether a journal could be locked: its writer holds the lock while it lives."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _repair(path: Path, start: Document, folder: DataFolder) -> Recovered:
    was_open = stop_of(path) is None
    points = _points(path)
    if was_open:
        _close(path, start, points)
    done = Recovered(start, points, was_open)
    for rebuild in (_rebuild_spec, _rebuild_nexus, _rebuild_plot):
        try:
            file = rebuild(path, start, folder, points.get("primary", 0))
        except (CallbackError, OSError) as error:
            done.problems.append(str(error))
        else:
            done.files.extend([file] if file is not None else [])
    return done


def _rebuild_spec(path: Path, start: Document, folder: DataFolder, number: int) -> Path | None:
    file = folder.spec_path(start)
    if has_run(file, str(start["uid"]), number):
        return None
    rebuild_spec(Replay(path), file)
    return file


def _rebuild_nexus(path: Path, start: Document, folder: DataFolder, number: int) -> Path | None:
    from callbacks.nexus_file import (  # noqa: PLC0415 - imports h5py, which no engine may
        is_complete,
        rebuild_nexus,
    )

    file = folder.nexus_path(start)
    if is_complete(file, number, str(start["uid"])):
        return None
    rebuild_nexus(Replay(path), file)
    return file


def _rebuild_plot(path: Path, start: Document, folder: DataFolder, number: int) -> Path | None:
    file = folder.plot_path(start)
    if file.exists() or not number:
        return None
    from callbacks.plot import rebuild_plot  # noqa: PLC0415 - imports matplotlib

    return file if rebuild_plot(Replay(path), file) else None


def _points(path: Path) -> dict[str, int]:
    streams: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for name, doc in Replay(path):
        if name == "descriptor":
            streams[doc["uid"]] = doc.get("name", "primary")
        elif name in ("event", "event_page"):
            number = len(doc["seq_num"]) if name == "event_page" else 1
            counted[streams.get(doc["descriptor"], "primary")] += number
    return dict(counted)


def _close(path: Path, start: Document, points: dict[str, int]) -> None:
    """Append the missing stop document after the last whole line."""
    last = float(start["time"])
    for _name, doc in Replay(path):
        last = _latest(doc, last)
    stop = compose_stop(
        start=start,  # pyright: ignore[reportArgumentType] - a RunStart read back from JSON
        event_counters={stream: number + 1 for stream, number in points.items()},
        poison_pill=[],
        exit_status="fail",
        reason=PROCESS_ENDED,
        time=last,
    )
    with path.open("r+b") as file:
        file.truncate(_whole_lines(file.read()))
        file.seek(0, os.SEEK_END)
        file.write(to_line("stop", stop))
        file.flush()
        os.fsync(file.fileno())


def _latest(doc: dict[str, Any], so_far: float) -> float:
    time = doc.get("time", so_far)
    return max(so_far, *time) if isinstance(time, list) else max(so_far, float(time))


def _whole_lines(content: bytes) -> int:
    return content.rfind(b"\n") + 1
