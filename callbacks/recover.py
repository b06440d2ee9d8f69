"""Close runs that were interrupted and rebuild their files; safe to repeat and to interrupt."""

import contextlib
import errno
import fcntl
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from event_model import compose_stop

from callbacks import csv_file, leftovers, processed_files, spec_rebuild, xdi_file
from callbacks.errors import CallbackError
from callbacks.line import to_line
from callbacks.naming import DataFolder, is_saved, left_out
from callbacks.processes import settled_processes_of
from callbacks.processing import processed
from callbacks.queued import reason_of
from callbacks.replay import Damage, Replay, journals, start_of, stop_of
from callbacks.results import ResultFiles
from callbacks.routing import PROCESS_ENDED, Document
from callbacks.survey import Survey, survey
from reduction.plural import numbered

log = logging.getLogger(__name__)

# in use, of somebody else, removed meanwhile, on a disk that is read-only
_NOT_OURS = frozenset(
    {errno.EWOULDBLOCK, errno.EACCES, errno.EPERM, errno.ENOENT, errno.EROFS, errno.ESTALE}
)


@dataclass
class Recovered:
    """What was done for one run.

    Parameters
    ----------
    start
        Its start document; empty where the journal has lost it.
    points
        Whole points by stream.
    was_open
        Whether it had no end.
    files
        Those that were built again.
    problems
        Why others were not.
    damage
        The lines of the journal that were passed over.
    """

    start: Document
    points: dict[str, int]
    was_open: bool
    files: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)

    def __str__(self) -> str:
        """Say it in a sentence."""
        number = self.points.get("primary", 0)
        ended = f" closed as failed ({PROCESS_ENDED})," if self.was_open else ""
        said = [f"rebuilt: {', '.join(map(str, self.files))}"] if self.files else []
        said += [f"not rebuilt: {problem}" for problem in self.problems]
        said += [f"line {each.line} was passed over: {each.reason}" for each in self.damage]
        files = "; ".join(said) or "no file had to be rebuilt"
        return f"scan {self.start.get('scan_id')}:{ended} {numbered(number, 'point')} kept; {files}"


def recover(root: Path) -> list[Recovered]:
    """Repair all runs of a data folder, of all data sets in it.

    A journal without a stop document gets one (``exit_status`` fail), after a torn last line was
    cut; then SPEC, CSV, XDI and NeXus files that miss points of any run, and numbers and pictures
    that are missing, are made again; none is made of a run that is not to be saved, nor of formats
    that its session leaves out. Runs that are being recorded now are left alone. What keeps a file
    from being built is told in `problems`.

    Examples
    --------
    >>> from callbacks import recover
    >>> recover("data")  # doctest: +SKIP
    """
    known = spec_rebuild.KnownPlaces()
    done = (_recovered(path, root, known) for path in journals(root))
    found = [each for each in done if each is not None]
    leftovers.clear(Path(root))
    return found


def _recovered(path: Path, root: Path, known: spec_rebuild.KnownPlaces) -> Recovered | None:
    """Repair one run and say what was done; None where nothing was, or nothing may be."""
    try:
        with _locked(path) as ours:
            return _looked_into(path, root, known) if ours else None
    except Exception as error:  # a file may hold anything; it must not keep others from repair
        log.exception("%s could not be repaired", path)
        return Recovered({}, {}, was_open=False, problems=[f"{path}: {reason_of(error)}"])


def _looked_into(path: Path, root: Path, known: spec_rebuild.KnownPlaces) -> Recovered | None:
    start = start_of(path)
    if start is None:
        found = survey(path)
        told = Recovered({}, found.points, was_open=False, damage=found.damage)
        told.problems.append(f"{path} has lost its start document")
        return told if found.documents else None
    repaired = _repair(path, start, DataFolder(root, start.get("data_set", "blueline")), known)
    return repaired if repaired.was_open or repaired.files or repaired.problems else None


def interrupted(root: Path, newest: int = 0) -> list[Path]:
    """Give the journals of runs that have no stop document and are not being recorded.

    One that was killed before its start document was whole has recorded nothing.

    Parameters
    ----------
    root
        The data folder.
    newest
        Look at so many of the newest runs alone; 0 for all.
    """
    found = []
    found_newest = sorted(journals(root), key=lambda path: path.stat().st_mtime)[-newest:]
    for path in found_newest:
        if stop_of(path) is None and (start_of(path) or survey(path).documents):
            with _locked(path) as ours:
                if ours:
                    found.append(path)
    return found


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Tell whether a journal could be locked: its writer holds the lock while it lives.

    One that is gone, or that we may not write, is not ours to repair.
    """
    with contextlib.ExitStack() as opened:
        try:
            # not only to read: NFS has locks of files that are open for writing alone, says
            # flock(2) of Linux
            file = opened.enter_context(path.open("r+b"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _NOT_OURS:
                raise
            is_ours = False
        else:
            is_ours = True
        yield is_ours


def _repair(
    path: Path, start: Document, folder: DataFolder, known: spec_rebuild.KnownPlaces
) -> Recovered:
    found = survey(path)
    was_open = str(start["uid"]) not in found.ended
    if was_open:
        _close(path, start, found)
    # of an open run the last line may be torn: that is how it ended, and no damage
    torn = found.is_torn and was_open
    done = Recovered(start, found.points, was_open, damage=found.damage[: -1 if torn else None])
    rebuilds = {"spec": partial(_rebuild_spec, known=known), **_REBUILDS}
    wanted = [make for name, make in rebuilds.items() if name not in left_out(start)]
    for rebuild in wanted if is_saved(start) else ():
        try:
            files = rebuild(path, start, folder, found)
        except (CallbackError, OSError) as error:
            done.problems.append(str(error))
        except Exception as error:  # as above: the other files are built all the same
            log.exception("%s: a file could not be built", path)
            done.problems.append(reason_of(error))
        else:
            done.files.extend(files)
    return done


def _rebuild_spec(
    path: Path,
    start: Document,
    folder: DataFolder,
    found: Survey,
    known: spec_rebuild.KnownPlaces,
) -> list[Path]:
    file = folder.spec_path(start)
    if spec_rebuild.is_whole(file, start, found.points, known):
        return []
    return [spec_rebuild.rebuild_spec(Replay(path), file)]


def _rebuild_csv(path: Path, start: Document, folder: DataFolder, found: Survey) -> list[Path]:
    if csv_file.is_whole(folder, start, found.points):
        return []
    return csv_file.rebuild_csv(Replay(path), folder)


def _rebuild_xdi(path: Path, start: Document, folder: DataFolder, found: Survey) -> list[Path]:
    if xdi_file.is_whole(folder, start, found.points):
        return []
    return xdi_file.rebuild_xdi(Replay(path), folder)


def _rebuild_nexus(path: Path, start: Document, folder: DataFolder, found: Survey) -> list[Path]:
    from callbacks.nexus_dataset import update_dataset  # noqa: PLC0415 - as below
    from callbacks.nexus_file import (  # noqa: PLC0415 - imports h5py, which no engine may
        is_complete,
        rebuild_nexus,
    )

    file = folder.nexus_path(start)
    if any(is_complete(file, number, str(start["uid"])) for number in found.whole):
        return []
    rebuild_nexus(Replay(path), file)
    update_dataset(folder.nexus_links_path(start))
    return [file]


def _rebuild_plot(path: Path, start: Document, folder: DataFolder, found: Survey) -> list[Path]:
    file = folder.plot_path(start)
    if file.exists() or not found.points.get("primary"):
        return []
    from callbacks.plot import rebuild_plot  # noqa: PLC0415 - imports matplotlib

    documents = processed(Replay(path), settled_processes_of(start))
    return [file] if rebuild_plot(documents, file) else []


def _rebuild_results(path: Path, start: Document, folder: DataFolder, found: Survey) -> list[Path]:
    file = folder.root / "results" / f"{folder.journal_path(start).stem}.json"
    # a file without a byte is what a power cut leaves of one that was renamed
    if not found.points.get("primary") or (file.exists() and file.stat().st_size):
        return []
    files = ResultFiles(folder.root)
    Replay(path).into(files)
    return [Path(made) for made in files.paths]


def _rebuild_processed(
    path: Path, start: Document, folder: DataFolder, found: Survey
) -> list[Path]:
    if processed_files.is_whole(folder, start) or not found.points.get("primary"):
        return []
    return processed_files.rebuild_processed(Replay(path), folder)


_REBUILDS = {
    "csv": _rebuild_csv,
    "xdi": _rebuild_xdi,
    "nexus": _rebuild_nexus,
    "results": _rebuild_results,
    "processed": _rebuild_processed,
    "plot": _rebuild_plot,
}


def _close(path: Path, start: Document, found: Survey) -> None:
    """Append the missing stop document after the last whole line."""
    stop = compose_stop(
        start=start,  # pyright: ignore[reportArgumentType] - a RunStart read back from JSON
        event_counters={stream: number + 1 for stream, number in found.points.items()},
        poison_pill=[],
        exit_status="fail",
        reason=PROCESS_ENDED,
        time=max(found.last_time, float(start.get("time", 0.0))),
    )
    with path.open("r+b") as file:
        file.truncate(found.whole_bytes)
        file.seek(0, os.SEEK_END)
        file.write(to_line("stop", stop))
        file.flush()
        os.fsync(file.fileno())
