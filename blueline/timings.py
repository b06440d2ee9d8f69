"""What scans have cost, remembered from session to session in a small file, and run by run."""

import json
import logging
import math
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from blueline.errors import BluelineError
from blueline.whole_files import replace_file
from planlib.account import ScanTiming
from planlib.timings import Overhead

_log = logging.getLogger(__name__)

#: Part of the newest scan in what is remembered; the rest are those before.
NEWEST = 0.5
#: Kinds that are kept; the oldest are forgotten first.
MOST_KINDS = 500
_VERSION = 2
#: Folder, beside the file, of what is known of each run.
FOLDER = "timings"
#: What is kept of each kind.
PARTS = ("per_scan", "per_point", "moving", "counting")


class StoredTimings:
    """Remembers overheads by the kind of scan, in a JSON file that is replaced as a whole.

    Two sessions may use one file: each reads it again before it writes, and the worst that can
    happen is that one scan of two that end together is not remembered. A file that is torn, or not
    ours, is not read, and replaced by the next scan; where the disk refuses, what was learned lasts
    as long as the session.

    Parameters
    ----------
    path
        Of the file; neither it nor its folder needs to be there.

    Examples
    --------
    >>> timings = StoredTimings(Path("blueline-data/timings.json"))  # doctest: +SKIP
    >>> timings.remember("ct, 1 counter", Overhead(per_scan=0.1, per_point=0.01))  # doctest: +SKIP
    >>> timings.recall("ct, 1 counter")  # doctest: +SKIP
    Overhead(per_scan=0.1, per_point=0.01)
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[str, Overhead] = {}
        self._stamp: tuple[int, int] | None = None

    def recall(self, kind: str) -> Overhead | None:
        """Give the mean of what was measured for this kind of scan, the newest weighing most."""
        with self._lock:
            self._refresh()
            return self._known.get(kind)

    def remember(self, kind: str, overhead: Overhead) -> None:
        """Keep what was measured; what is no number is forgotten."""
        if not all(math.isfinite(getattr(overhead, part)) for part in PARTS):
            return
        with self._lock:
            self._refresh()
            before = self._known.pop(kind, None)
            self._known[kind] = overhead if before is None else _mean(before, overhead)
            for oldest in list(self._known)[:-MOST_KINDS]:
                del self._known[oldest]
            try:
                self._write()
            except OSError as error:
                _log.warning("%s cannot be written: %s", self._path, error)

    def keep(self, run: str, timing: ScanTiming) -> None:
        """Keep what the time of one run went into, in a file of its own (BL-85, ES-16)."""
        path = timing_path(self._path.parent, run)
        content = {"uid": run, **timing.content()}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, json.dumps(content, indent=1))
        except OSError as error:
            _log.warning("%s cannot be written: %s", path, error)

    def _refresh(self) -> None:
        """Read the file where another session has written it meanwhile."""
        try:
            status = self._path.stat()
            stamp = status.st_mtime_ns, status.st_ino
            if stamp == self._stamp:
                return
            self._stamp = stamp
            self._known |= _overheads(json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            _log.warning("%s is not read: %s", self._path, error)

    def _write(self) -> None:
        """Replace the file: it is there whole, before or after."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        scans = {
            kind: {part: getattr(each, part) for part in PARTS}
            for kind, each in self._known.items()
        }
        replace_file(self._path, json.dumps({"version": _VERSION, "scans": scans}, indent=1))
        status = self._path.stat()
        self._stamp = status.st_mtime_ns, status.st_ino


def timing_path(folder: Path, run: str) -> Path:
    """Give the file of what the time of a run went into."""
    return folder / FOLDER / f"{run}.json"


def read_timing(folder: Path, run: str) -> ScanTiming:
    """Give what the time of a run, by its whole uid, went into.

    Raises
    ------
    BluelineError
        Nothing is known of it, or the file is none of ours.

    Examples
    --------
    >>> print(read_timing(Path("blueline-data"), uid))  # doctest: +SKIP
    """
    path = timing_path(folder, run)
    try:
        return ScanTiming.read(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        message = (
            "what the time of this run went into is not known: it has measured no point, was cut "
            "off, or is no scan of blueline"
        )
        raise BluelineError(message) from error
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read: {error}"
        raise BluelineError(message) from error


def _mean(before: Overhead, newest: Overhead) -> Overhead:
    pairs = ((getattr(before, part), getattr(newest, part)) for part in PARTS)
    return Overhead(*(old + NEWEST * (new - old) for old, new in pairs))


def _overheads(read: Any) -> dict[str, Overhead]:  # noqa: ANN401 - whatever JSON can hold
    """Give what a file says, as far as it is ours."""
    if not isinstance(read, Mapping) or read.get("version") != _VERSION:
        message = "it holds no timings of scans"
        raise ValueError(message)
    scans = read.get("scans")
    found = {}
    for kind, parts in scans.items() if isinstance(scans, Mapping) else ():
        numbers = [parts.get(part) for part in PARTS] if _is_map(parts) else []
        if numbers and all(isinstance(n, int | float) and math.isfinite(n) for n in numbers):
            found[kind] = Overhead(*map(float, numbers))
    return found


def _is_map(value: object) -> bool:
    return isinstance(value, Mapping)
