"""Everything that consumes the documents of a session, each behind a wall of its own."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from blueline.wanted_consumers import OwnConsumer, WantedConsumers
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
from callbacks.isolate import reason_of
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
    failures
        Which of the beamline's own could not be made, and why, a sentence each.
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
    failures: Sequence[str] = ()


def make_consumers(
    folder: DataFolder,
    shared: StatusScreen,
    stream: Mapping[str, Any] | None = None,
    catalog: Mapping[str, Any] | None = None,
    wanted: WantedConsumers = WantedConsumers(),  # noqa: B008 - frozen
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
    wanted
        Which of ours are left out, and which the beamline has of its own.
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
    writers = _writers(folder, where, notice, peaks, wanted.left_out)
    nexus = _nexus(where, notice, wanted.left_out)
    clicked: dict[str, float] = {}
    plots = PlotLink()
    drawn = _drawn(where, notice, partial(_hear, notice, clicked, plots), wanted.left_out)
    plots.consumer = next(iter(drawn), None)
    printed, plotted = Switched(live), [Switched(each) for each in drawn]
    others = _others(stream, None if catalog is None else {**where, **catalog}, notice)
    peaks_kept = InThread("the peaks", peaks, notice, again=lambda: peaks)
    line = InThread("the progress", progress, notice, again=lambda: progress)
    shown = [printed, peaks_kept, kept, line]
    processing = Processing(folder.root, notice)
    own, failures = _own(wanted.own, notice)
    everybody = [*shown, *writers.values(), *nexus, *plotted, processing, *others, *own]
    recorder = Recorder(Journal(folder.journal_path, notice), everybody)
    return Consumers(
        recorder,
        last,
        peaks,
        progress,
        kept,
        peaks_kept,
        [*shown, *(writers[key] for key in ("spec",) if key in writers)],
        [*nexus, *drawn],
        Switches({"print": [printed], "plot": plotted}),
        notice,
        clicked,
        plots,
        failures,
    )


def _nexus(
    where: dict[str, Any], notice: Callable[[str], None], left_out: Collection[str]
) -> list[InProcess]:
    if "nexus" in left_out:
        return []
    return [InProcess("the NeXus writer", "callbacks.nexus_file:nexus_consumer", where, notice)]


def _own(
    wanted: Sequence[OwnConsumer], notice: Callable[[str], None]
) -> tuple[list[Consumer], list[str]]:
    """Make those of the beamline; whatever one of them does, the others are there."""
    made: list[Consumer] = []
    failures = []
    for each in wanted:
        try:
            made.append(_isolated(each, notice))
        except Exception as error:  # whatever a class of others raises
            failures.append(f"{each.name} takes no part in runs: {reason_of(error)}")
    return made, failures


def _isolated(own: OwnConsumer, notice: Callable[[str], None]) -> Consumer:
    if own.factory is None:
        return InThread(own.name, own.make(), notice, again=own.make)
    return InProcess(own.name, own.factory, dict(own.arguments or {}), notice)


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
    left_out: Collection[str],
) -> list[InProcess]:
    """Give what draws, in a process of its own, unless nobody looks at plots."""
    if os.environ.get(PLOTS) == "0" or "plot" in left_out:
        return []
    drawing = InProcess(
        "the plots",
        "callbacks.processes:processed_consumer",
        where | {"of": "callbacks.plot:plot_consumer", "live": True},
        notice,
        Policy(may_lose_events=True),
        heard=heard,
    )
    return [drawing]


def _writers(
    folder: DataFolder,
    where: Mapping[str, str],
    notice: Callable[[str], None],
    peaks: Peaks,
    left_out: Collection[str],
) -> dict[str, InThread]:
    """Make those that write text; one that failed is made anew for the next run."""
    makers: dict[str, tuple[str, Callable[[], Any]]] = {
        "spec": ("the SPEC writer", lambda: SpecWriter(folder.spec_path, notice)),
        "csv": ("the CSV writer", lambda: csv_consumer(**where)),
        "xdi": ("the XDI writer", lambda: xdi_consumer(**where)),
        "results": ("the results", lambda: ResultFiles(folder.root, peaks.of)),
    }
    return {
        key: InThread(name, make(), notice, again=make)
        for key, (name, make) in makers.items()
        if key not in left_out
    }


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
