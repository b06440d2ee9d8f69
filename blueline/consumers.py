"""Everything that consumes the documents of a session, each behind a wall of its own."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
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
    Processing,
    Progress,
    ProgressLine,
    Recorder,
    ResultFiles,
    SpecWriter,
    StatusScreen,
    Switched,
    Switches,
    csv_consumer,
    xdi_consumer,
)
from callbacks.plot.link import PlotLink

#: Seconds a notice waits for the lines of the table that come before it.
BEHIND = 0.2
#: Environment variable: where it is 0, nobody looks at plots, and none are drawn.
PLOTS = "BLUELINE_PLOTS"


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
    switches
        Switch off and on what is done with scans beside keeping them.
    notice
        Shows a sentence to people, after the lines that come before it.
    clicked
        Where a plot was clicked last: the position of each axis by the name of its readback.
    plots
        The wire to the process that draws, for what is shown beside runs.
    """

    recorder: Recorder
    last: LastScan
    peaks: Peaks
    progress: ProgressLine
    last_kept: InThread
    peaks_kept: InThread
    awaited: Sequence[Consumer]
    files: Sequence[InProcess]
    switches: Switches
    notice: Callable[[str], None]
    clicked: dict[str, float]
    plots: PlotLink


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

    last, peaks, progress = LastScan(), Peaks(), ProgressLine(Progress(), shared)
    # each of them begins anew with a run, so it can take the place of itself that has failed
    live = InThread("the live table", table, notice, again=lambda: table)
    kept = InThread("the last scan", last, notice, again=lambda: last)
    where: dict[str, Any] = {"root": str(folder.root), "data_set": folder.data_set}
    writers = _writers(folder, where, notice, peaks)
    nexus = InProcess("the NeXus writer", "callbacks.nexus_file:nexus_consumer", where, notice)
    clicked: dict[str, float] = {}
    plots = PlotLink()
    drawn = list(_drawn(where, notice, partial(_hear, notice, clicked, plots)))
    plots.consumer = next(iter(drawn), None)
    printed, plotted = Switched(live), [Switched(each) for each in drawn]
    others = _others(stream, None if catalog is None else {**where, **catalog}, notice)
    peaks_kept = InThread("the peaks", peaks, notice, again=lambda: peaks)
    line = InThread("the progress", progress, notice, again=lambda: progress)
    shown = [printed, peaks_kept, kept, line]
    processing = Processing(folder.root, notice)
    everybody = [*shown, *writers, nexus, *plotted, processing, *others]
    recorder = Recorder(Journal(folder.journal_path, notice), everybody)
    awaited = [*shown, writers[0]]
    return Consumers(
        recorder,
        last,
        peaks,
        progress,
        kept,
        peaks_kept,
        awaited,
        [nexus, *drawn],
        Switches({"print": [printed], "plot": plotted}),
        notice,
        clicked,
        plots,
    )


def _hear(
    notice: Callable[[str], None],
    clicked: dict[str, float],
    plots: PlotLink,
    said: Mapping[str, Any],
) -> None:
    """Take what the plots say: answers, where they were clicked, and notices."""
    if plots.hear(said):
        return
    if "clicked" in said:
        clicked.clear()
        clicked.update(said["clicked"]["positions"])
        places = ", ".join(f"{name} = {at:g}" for name, at in clicked.items())
        notice(f"clicked at {places}: goto_click() goes there")
    if "notice" in said:
        notice(str(said["notice"]))


def _drawn(
    where: dict[str, Any],
    notice: Callable[[str], None],
    heard: Callable[[dict[str, Any]], None],
) -> Iterator[InProcess]:
    """Give what draws, in a process of its own, unless nobody looks at plots."""
    if os.environ.get(PLOTS) != "0":
        yield InProcess(
            "the plots",
            "callbacks.processes:processed_consumer",
            where | {"of": "callbacks.plot:plot_consumer", "live": True},
            notice,
            Policy(may_lose_events=True),
            heard=heard,
        )


def _writers(
    folder: DataFolder, where: Mapping[str, str], notice: Callable[[str], None], peaks: Peaks
) -> list[InThread]:
    """Make those that write text; one that failed is made anew for the next run."""
    makers: dict[str, Callable[[], Any]] = {
        "the SPEC writer": lambda: SpecWriter(folder.spec_path, notice),
        "the CSV writer": lambda: csv_consumer(**where),
        "the XDI writer": lambda: xdi_consumer(**where),
        "the results": lambda: ResultFiles(folder.root, peaks.of),
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
