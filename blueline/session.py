"""A session: an engine with a beamline's devices and everything that consumes its documents."""

import contextlib
import getpass
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from blueline.beamline import Beamline, connect, virtual_beamline
from blueline.engine import Engine
from blueline.epics import DEFAULT_PORT, use_loopback
from blueline.errors import BluelineError
from blueline.identity import check_identity
from blueline.logs import log_to, stop_logging
from callbacks import (
    DataFolder,
    InProcess,
    InThread,
    Journal,
    LiveTable,
    Peaks,
    Recorder,
    Replay,
    SpecWriter,
    interrupted,
    next_scan_id,
    read_columns,
    require_writable,
)
from callbacks.replay import journals, start_of

#: Seconds the prompt waits for the table and the numbers of a scan that has ended.
PROMPT_DEADLINE = 2.0
#: Newest runs of which a session tells that they were cut off.
LOOKED_AT = 20


@dataclass
class Session:
    """What `open_session` gives: call ``session.RE(plan)`` and look at ``session.devices``.

    Parameters
    ----------
    RE
        The engine.
    beamline
        The devices and their roles.
    folder
        Where the files are.
    recorder
        The journal and the consumers.
    peaks
        Peak statistics of the last runs, by uid.
    files
        The consumers that write files in child processes.
    log
        Where messages for the file rather than the eye go.
    """

    RE: Engine
    beamline: Beamline
    folder: DataFolder
    recorder: Recorder
    peaks: Peaks
    files: Sequence[InProcess]
    log: logging.Handler

    @property
    def devices(self) -> dict[str, Any]:
        """The devices by name."""
        return self.beamline.devices

    def results(self, uid: str) -> dict[str, Any]:
        """Give the peak statistics and fits of a run, by the name of what was plotted."""
        self.recorder.drain(PROMPT_DEADLINE)
        return dict(self.peaks.results.get(uid, {}))

    def columns(self, uid: str) -> dict[str, NDArray[np.float64]]:
        """Give the numbers of a run as columns by name, from its journal.

        Raises
        ------
        BluelineError
            There is no such run in this session's folder.
        """
        for path in journals(self.folder.root):
            start = start_of(path)
            if start is not None and start["uid"] == uid:
                return read_columns(Replay(path))
        message = f"{self.folder.root} has no run {uid}"
        raise BluelineError(message)

    def namespace(self) -> dict[str, Any]:
        """Give everything that is typed at a prompt: RE, the devices and the plans."""
        import bluesky.plan_stubs as bps
        import bluesky.plans as bp

        import planlib

        plans = {name: getattr(planlib, name) for name in planlib.__all__}
        return {"RE": self.RE, "session": self, "bp": bp, "bps": bps, **plans, **self.devices}

    def close(self) -> None:
        """Finish the files and let go of the devices; a run still open is aborted.

        May be repeated; whatever fails, the rest is done.
        """
        if self.RE.is_closed:
            return
        with contextlib.ExitStack() as last_things:
            last_things.callback(stop_logging, self.log)
            for device in [*self.devices.values(), *self.beamline.facts.values()]:
                last_things.callback(device.destroy)
            last_things.callback(self.recorder.close)
            self.RE.close()

    def __enter__(self) -> "Session":
        """Give the session itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


@dataclass
class _Context:
    """Answers plans that leave something to the session."""

    beamline: Beamline

    def active_counters(self) -> list[Any]:
        return [self.beamline.devices[name] for name in self.beamline.counters]


def open_session(
    data: Path | str = "blueline-data",
    *,
    port: int = DEFAULT_PORT,
    prefix: str = "BL:",
    data_set: str = "blueline",
    screen: TextIO | None = None,
) -> Session:
    """Open a session on the virtual beamline.

    Parameters
    ----------
    data
        Folder for the files of all runs; made if it is not there.
    port
        Channel Access port of the IOC on this machine.
    prefix
        Of its process variables.
    data_set
        Begins the names of the files.
    screen
        Where the live table and notices go; standard output by default.

    Raises
    ------
    BluelineError
        The devices do not connect, with the reason of each.
    JournalError
        The folder cannot be written.

    Examples
    --------
    >>> from blueline import open_session
    >>> from planlib import ascan
    >>> with open_session("data", port=5064) as session:  # doctest: +SKIP
    ...     session.RE(ascan(session.devices["x"], 0, 5, 10, 0.1))
    """
    check_identity()
    folder = DataFolder(Path(data).absolute(), data_set)
    require_writable(folder.journal_folder)
    use_loopback([port])
    beamline = virtual_beamline(prefix)
    connect(beamline)
    session = _assemble(beamline, folder, screen or sys.stdout)
    if interrupted(folder.root, newest=LOOKED_AT):
        print(
            f"some of the last runs were cut off: blueline runs recover --data {folder.root}",
            file=screen or sys.stdout,
        )
    return session


def _assemble(beamline: Beamline, folder: DataFolder, screen: TextIO) -> Session:
    def notice(sentence: str) -> None:
        print(sentence, file=screen, flush=True)

    peaks = Peaks()
    table = LiveTable(screen)
    shown = [InThread("the live table", table, notice), InThread("the peaks", peaks, notice)]
    where = {"root": str(folder.root), "data_set": folder.data_set}
    files = [
        InProcess("the NeXus writer", "callbacks.nexus_file:nexus_consumer", where, notice),
        InProcess("the plots", "callbacks.plot:plot_consumer", where, notice),
    ]
    spec = InThread("the SPEC writer", SpecWriter(folder.spec_path), notice)
    recorder = Recorder(Journal(folder.journal_path), [*shown, spec, *files])
    engine = Engine(
        _Context(beamline),
        before_prompt=lambda: [consumer.drain(PROMPT_DEADLINE) for consumer in [*shown, spec]],
        md=_metadata(beamline, folder),
        scan_id_source=lambda _md: next_scan_id(folder.journal_folder),
    )
    engine.subscribe(recorder)
    _record_baseline(engine, beamline)
    log = log_to(folder.root / "blueline.log")
    return Session(engine, beamline, folder, recorder, peaks, files, log)


def _record_baseline(engine: Engine, beamline: Beamline) -> None:
    from bluesky.preprocessors import SupplementalData

    read = [beamline.devices[name] for name in beamline.baseline]
    engine.preprocessors.append(SupplementalData(baseline=read))


def _metadata(beamline: Beamline, folder: DataFolder) -> dict[str, Any]:
    facts = {name: signal.get() for name, signal in beamline.facts.items()}
    return {"user": getpass.getuser(), "data_set": folder.data_set, **facts}
