"""Everything that consumes the documents of a session, each behind a wall of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from callbacks import (
    Consumer,
    DataFolder,
    InProcess,
    InThread,
    Journal,
    LastScan,
    LiveTable,
    Peaks,
    Policy,
    Progress,
    ProgressLine,
    Recorder,
    ResultFiles,
    SpecWriter,
    StatusScreen,
    csv_consumer,
    xdi_consumer,
)

#: Seconds a notice waits for the lines of the table that come before it.
BEHIND = 0.2


@dataclass
class Consumers:
    """Who consumes what a session records.

    Parameters
    ----------
    recorder
        The journal, and all of them.
    last, peaks, progress
        The last scan, the numbers of the last runs, and the line that says how far the scan is.
    last_kept, peaks_kept
        Have them up to date.
    awaited
        Those for which the prompt waits.
    files
        Those that write files in processes of their own.
    notice
        Shows a sentence to people, after the lines that come before it.
    clicked
        Where a plot was clicked last: the position of each axis by the name of its readback.
    """

    recorder: Recorder
    last: LastScan
    peaks: Peaks
    progress: ProgressLine
    last_kept: InThread
    peaks_kept: InThread
    awaited: Sequence[Consumer]
    files: Sequence[InProcess]
    notice: Callable[[str], None]
    clicked: Mapping[str, float]


def make_consumers(
    folder: DataFolder,
    shared: StatusScreen,
    stream: Mapping[str, Any] | None = None,
    catalog: Mapping[str, Any] | None = None,
) -> Consumers:
    """Make the consumers of a session.

    Parameters
    ----------
    folder
        Where the files are.
    shared
        Where people look, and other parts of the session write.
    stream
        What `callbacks.publish.stream_consumer` is given; None for no stream.
    catalog
        What `callbacks.catalog_consumer.catalog_consumer` is given beside the folder; None where
        runs are added to the catalog when somebody reads it.
    """
    # of our own scans the notice in the end says how many points there were, and more
    table = LiveTable(shared, closes=lambda start: "scan_command" not in start)

    def notice(sentence: str) -> None:
        live.drain(BEHIND)
        # one write, since the table is written from another thread
        shared.write(f"{sentence}\n")

    def heard(said: dict[str, Any]) -> None:
        if "clicked" in said:
            consumers.clicked = dict(said["clicked"]["positions"])
            places = ", ".join(f"{name} = {at:g}" for name, at in consumers.clicked.items())
            notice(f"clicked at {places}")

    last, peaks, progress = LastScan(), Peaks(), ProgressLine(Progress(), shared)
    # each of them begins anew with a run, so it can take the place of itself that has failed
    live = InThread("the live table", table, notice, again=lambda: table)
    kept = InThread("the last scan", last, notice, again=lambda: last)
    where = {"root": str(folder.root), "data_set": folder.data_set}
    writers = _writers(folder, where, notice)
    files = [
        InProcess("the NeXus writer", "callbacks.nexus_file:nexus_consumer", where, notice),
        InProcess(
            "the plots",
            "callbacks.plot:plot_consumer",
            where | {"live": True},
            notice,
            Policy(may_lose_events=True),
            heard=heard,
        ),
    ]
    others = _others(stream, None if catalog is None else {**where, **catalog}, notice)
    peaks_kept = InThread("the peaks", peaks, notice, again=lambda: peaks)
    line = InThread("the progress", progress, notice, again=lambda: progress)
    shown = [live, peaks_kept, kept, line]
    recorder = Recorder(Journal(folder.journal_path, notice), [*shown, *writers, *files, *others])
    awaited = [*shown, writers[0]]
    consumers = Consumers(
        recorder, last, peaks, progress, kept, peaks_kept, awaited, files, notice, clicked={}
    )
    return consumers


def _writers(
    folder: DataFolder, where: Mapping[str, str], notice: Callable[[str], None]
) -> list[InThread]:
    """Make those that write text; one that failed is made anew for the next run."""
    makers: dict[str, Callable[[], Any]] = {
        "the SPEC writer": lambda: SpecWriter(folder.spec_path, notice),
        "the CSV writer": lambda: csv_consumer(**where),
        "the XDI writer": lambda: xdi_consumer(**where),
        "the results": lambda: ResultFiles(folder.root),
    }
    return [InThread(name, make(), notice, again=make) for name, make in makers.items()]


def _others(
    stream: Mapping[str, Any] | None,
    catalog: Mapping[str, Any] | None,
    notice: Callable[[str], None],
) -> list[InProcess]:
    """Make those that serve other programs."""
    makers = {
        "the stream": ("callbacks.publish:stream_consumer", stream),
        "the catalog": ("callbacks.catalog_consumer:catalog_consumer", catalog),
    }
    return [
        InProcess(name, maker, dict(given), notice)
        for name, (maker, given) in makers.items()
        if given is not None
    ]
