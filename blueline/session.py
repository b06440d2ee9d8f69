"""A session: an engine with a beamline's devices and everything that consumes its documents."""

import contextlib
import getpass
import logging
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
from numpy.typing import NDArray

from blueline.beamline import Beamline, virtual_beamline
from blueline.connections import Connections, connect
from blueline.consumers import Consumers, make_consumers
from blueline.context import Context, up_to_date
from blueline.engine import Engine
from blueline.epics import DEFAULT_PORT, use_loopback
from blueline.errors import BluelineError
from blueline.identity import check_identity
from blueline.logs import log_to, stop_logging
from blueline.preprocessors import Baseline, OnlyConnected
from callbacks import (
    DataFolder,
    LastScan,
    PlotSelection,
    Recorder,
    Replay,
    interrupted,
    next_scan_id,
    read_columns,
    read_results,
    require_writable,
)
from callbacks.progress import RunProgress
from callbacks.replay import journals, start_of
from callbacks.stream_keys import endpoint
from planlib.control import ScanControl

if TYPE_CHECKING:
    from planlib import Report

#: Seconds the prompt waits for the table and the numbers of a scan that has ended.
PROMPT_DEADLINE = 2.0
#: Seconds that whoever asks for results waits for them: the first fit loads much.
RESULTS_DEADLINE = 30.0
#: Newest runs of which a session tells that they were cut off.
LOOKED_AT = 20


@dataclass
class Session:
    """What `open_session` gives: call ``session.RE(plan)`` and look at ``session.devices``.

    Parameters
    ----------
    RE
        The engine.
    context
        What plans may ask of the session.
    beamline
        The devices and their roles.
    connections
        Which of the devices answer.
    folder
        Where the files are.
    consumers
        Who consumes the documents.
    log
        Where messages for the file rather than the eye go.
    """

    RE: Engine
    context: Context
    beamline: Beamline
    connections: Connections
    folder: DataFolder
    consumers: Consumers
    log: logging.Handler

    @property
    def recorder(self) -> Recorder:
        """The journal, and who else consumes the documents: ``session.recorder.status()``."""
        return self.consumers.recorder

    @property
    def progress(self) -> RunProgress | None:
        """How far the scan is: points, time left, dead time; None before the first."""
        return self.consumers.progress.progress.now

    @property
    def clicked(self) -> Mapping[str, float]:
        """Where a plot was clicked last: ``RE(bps.mv(x, session.clicked["x"]))``."""
        return self.consumers.clicked

    @property
    def devices(self) -> dict[str, Any]:
        """The devices by name."""
        return self.beamline.devices

    @property
    def control(self) -> ScanControl:
        """Stop or skip the scan that runs, from any thread."""
        return self.context.control

    @property
    def last_scan(self) -> LastScan:
        """The last scan that has moved something, live: ``session.last_scan.column("I0")``."""
        return self.context.measured()

    @property
    def health(self) -> Connections:
        """Look again which devices answer, and give the table; one that has come is usable."""
        found = self.connections.look_again()
        self.RE.md.update(_facts(self.beamline, found))
        return found

    def results(self, uid: str) -> dict[str, Any]:
        """Give the peak statistics and fits of a run, by the name of what was plotted.

        Those of earlier sessions are read from their files.
        """
        self.consumers.peaks_kept.drain(RESULTS_DEADLINE)
        return dict(self.consumers.peaks.results.get(uid) or read_results(self.folder.root, uid))

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
        plans["check"] = self.check
        ours = {
            "RE": self.RE,
            "session": self,
            "health": lambda: self.health,
            "consumers": self.recorder.status,
            "plotselect": PlotSelection(self.RE.md, self._columns),
            "last_scan": self.consumers.last,
        }
        return {**ours, "bp": bp, "bps": bps, **plans, **self.devices}

    def _columns(self) -> set[str]:
        """Give the names of what scans may show, as far as that is known."""
        missing = self.connections.missing(self.devices)
        known = {*self.consumers.last.fields, "seconds", "time"}
        for name, device in self.devices.items():
            if name not in missing:
                known |= {name, *getattr(device, "hints", {}).get("fields", ())}
        return known

    def check(self, plan: Any) -> "Report":  # noqa: ANN401 - any plan
        """Give what a plan would do, without doing it: see `planlib.check`."""
        from planlib import check

        return check(plan, self.context)

    def close(self) -> None:
        """Finish the files and let go of the devices; a run still open is aborted.

        May be repeated; whatever fails, the rest is done.
        """
        if self.RE.is_closed:
            return
        with contextlib.ExitStack() as last_things:
            last_things.callback(stop_logging, self.log)
            last_things.callback(self.beamline.destroy)
            last_things.callback(self.connections.close)
            last_things.callback(self.recorder.close)
            self.RE.close()

    def __enter__(self) -> "Session":
        """Give the session itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def open_session(  # noqa: PLR0913 - what people choose by name
    data: Path | str = "blueline-data",
    *,
    port: int = DEFAULT_PORT,
    prefix: str = "BL:",
    data_set: str = "blueline",
    screen: TextIO | None = None,
    stream: str | None = None,
    beamline: Callable[[str, Path], Beamline] = virtual_beamline,
) -> Session:
    """Open a session on the virtual beamline, with those of its devices that answer (H5).

    The others are told on the screen, with the channels that are missing. They are left out of the
    baseline, plans that name one are refused, and once they answer they are as good as any.

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
    stream
        Address at which other programs on this machine can follow the documents, such as
        ``"127.0.0.1:5577"``; None for none.
    beamline
        Makes the devices, given `prefix` and the data folder; called when Channel Access is set up.

    Raises
    ------
    BluelineError
        None of the devices answers.
    StreamError
        The stream cannot have this address.
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
    if stream is not None:
        endpoint(stream, None)
    folder = DataFolder(Path(data).absolute(), data_set)
    require_writable(folder.journal_folder)
    use_loopback([port])
    made = beamline(prefix, folder.root)
    told = screen or sys.stdout
    try:
        session = _assemble(made, connect(made), folder, told, stream)
    except BaseException:
        made.destroy()
        raise
    try:
        for sentence in filter(None, (session.connections.notice(), _cut_off(folder))):
            print(sentence, file=told, flush=True)
    except BaseException:
        session.close()
        raise
    return session


def _cut_off(folder: DataFolder) -> str:
    try:
        if not interrupted(folder.root, newest=LOOKED_AT):
            return ""
    except OSError as error:  # of what others have in the folder
        return f"whether runs were cut off cannot be seen: {error}"
    return f"some of the last runs were cut off: blueline runs recover --data {folder.root}"


def _assemble(
    beamline: Beamline,
    connections: Connections,
    folder: DataFolder,
    screen: TextIO,
    stream: str | None,
) -> Session:
    consumers = make_consumers(folder, screen, stream)

    def last_scan() -> LastScan:
        return up_to_date(consumers.last_kept, consumers.last, RESULTS_DEADLINE)

    def before_prompt() -> None:
        ends = time.monotonic() + PROMPT_DEADLINE
        for consumer in consumers.awaited:
            consumer.drain(max(0.0, ends - time.monotonic()))
        consumers.progress.hide()

    context = Context(beamline, connections, folder.root, consumers.notice, last_scan)
    engine = Engine(
        context,
        before_prompt=before_prompt,
        md=_metadata(beamline, connections, folder),
        scan_id_source=lambda _md: next_scan_id(folder.journal_folder),
    )
    engine.subscribe(consumers.recorder)
    baseline = Baseline(beamline.baseline, connections, consumers.notice)
    engine.preprocessors += [OnlyConnected(connections), baseline]
    log = log_to(folder.root / "blueline.log")
    context.engine_readings = lambda: engine.readings
    context.can_fetch = engine.can_fetch
    return Session(engine, context, beamline, connections, folder, consumers, log)


def _metadata(beamline: Beamline, connections: Connections, folder: DataFolder) -> dict[str, Any]:
    facts = _facts(beamline, connections)
    here = {"user": getpass.getuser(), "data_set": folder.data_set}
    return {**here, **beamline.metadata, **facts}


def _facts(beamline: Beamline, connections: Connections) -> dict[str, Any]:
    missing = connections.missing(beamline.facts)
    return {name: fact.get() for name, fact in beamline.facts.items() if name not in missing}
