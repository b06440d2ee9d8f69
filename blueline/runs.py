"""The runs of a data folder, as their journals have them."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError, NoRunError
from blueline.run_record import RunRecord
from callbacks.catalog_query import RunQuery, Time
from callbacks.file_names import slug
from callbacks.recover import recover
from callbacks.replay import journals, start_of, stop_of

if TYPE_CHECKING:
    from callbacks.catalog_runs import Runs

#: Runs that are named where one is to be chosen.
MOST_CHOICES = 4


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


def run_lines(records: Sequence[RunRecord]) -> list[str]:
    """Give a line for each run, with the data set where there are several, and its comments."""
    shown = [record.line() for record in records]
    if len({record.folder.data_set for record in records}) > 1:
        width = max(len(record.name) for record in records)
        rest = [line.split(maxsplit=1)[1] for line in shown]
        both = zip(records, rest, strict=True)
        shown = [f"{record.name:>{width}}  {line}" for record, line in both]
    return [
        line
        for record, first in zip(records, shown, strict=True)
        for line in (first, *(f"{'':7}{comment}" for comment in record.comments))
    ]


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


def recover_all(root: Path) -> list[str]:
    """Repair all runs of a folder and say what was done, a sentence each."""
    done = recover(RunArchive(root).root)
    return [str(repaired) for repaired in done] or ["all runs are complete"]
