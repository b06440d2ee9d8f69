"""Open a session: its devices, its engine and everything that consumes its documents.

What takes long to load is loaded while a simulated beamline starts, see `docs/explanations`.
"""

import contextlib
import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from blueline.beamline import Beamline, virtual_beamline
from blueline.config.finding import find_configuration
from blueline.errors import BluelineError
from blueline.identity import check_identity
from blueline.late_imports import load_ophyd
from blueline.locks import BeamlineLock, LockedError, MachineLock, NoLock
from blueline.repeater import LOOPBACK
from blueline.scheme import NO_STREAM, Scheme, Simulation, built_in, described

if TYPE_CHECKING:
    from blueline.data_policy import DataPolicy
    from blueline.session import Session
    from blueline.simulated_beamline import SimulatedBeamline
    from callbacks import DataFolder

log = logging.getLogger(__name__)

#: Newest runs of which a session tells that they were cut off.
LOOKED_AT = 20
#: Where data go where nobody says.
DATA = "blueline-data"


def open_session(  # noqa: PLR0913 - what people choose by name
    beamline: Path | str | None = None,
    *,
    session: str | None = None,
    data: Path | str | None = None,
    port: int | None = None,
    prefix: str | None = None,
    data_set: str | None = None,
    screen: TextIO | None = None,
    stream: str | None = None,
    simulation: Simulation | None = None,
    make: Callable[[str, Path], Beamline] | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> "Session":
    """Open a session, with those of its devices that answer (H5).

    The others are told on the screen, with the channels that are missing. They are left out of the
    baseline, plans that name one are refused, and once they answer they are as good as any.

    One session at a time runs plans on a beamline (K1): a second one is told who does, can look,
    and may run plans as soon as the first has ended.

    Parameters
    ----------
    beamline
        Folder that describes the beamline, or its name, see `blueline.config.find_configuration`.
        None: what ``BLUELINE_BEAMLINE`` says, or the folder that we are in, or one above it; where
        there is none, or where a data folder alone is given, the built-in virtual beamline.
    session
        Name of one of its sessions; the first by default.
    data
        Folder for the files of all runs; made if it is not there.
    port
        Channel Access port of the IOCs on this machine.
    prefix
        Of the process variables: the macro ``$(P)`` of a configuration.
    data_set
        Begins the names of the files.
    screen
        Where the live table and notices go; standard output by default.
    stream
        Address at which other programs on this machine can follow the documents, such as
        ``"127.0.0.1:5577"``, or ``"none"``; None for that of the configuration, or none.
    simulation
        A simulated beamline to start if nothing answers at its port; it ends with the session. None
        for that of the configuration, or none.
    make
        Makes other devices than the virtual beamline's, given `prefix` and the data folder; called
        when Channel Access is set up.
    meanwhile
        Called while the devices connect: loads what is needed when the session is open.

    Raises
    ------
    BluelineError
        There is no such beamline or session, or it is the built-in one and no device answers.
    ConfigError
        The description has problems: all of them, with their places.
    StreamError
        The stream cannot have this address.
    JournalError
        The folder cannot be written.

    Examples
    --------
    >>> from blueline import open_session
    >>> from planlib import ascan
    >>> with open_session(data="data", port=5064) as session:  # doctest: +SKIP
    ...     session.RE(ascan(session.devices["x"], 0, 5, 10, 0.1))
    """
    check_identity()
    if stream is not None and stream != NO_STREAM:
        from callbacks.stream_keys import endpoint

        endpoint(stream, None)
    where = None if data is None else Path(data)
    folder = None if make is not None else _folder(beamline, where)
    if folder is None:
        scheme = _built_in(where or Path(DATA), port, prefix or "BL:", data_set, session, make)
    else:
        scheme = described(folder, session, where, port, prefix, data_set)
    if stream is not None:
        scheme = replace(scheme, stream=None if stream == NO_STREAM else {"address": stream})
    if simulation is not None:
        scheme = replace(scheme, simulation=simulation)
    return _opened(scheme, screen or sys.stdout, meanwhile)


def _folder(beamline: Path | str | None, data: Path | None) -> Path | None:
    """Give the folder that describes the beamline; None for the one that is built in."""
    if beamline is None and data is not None:
        return None
    return find_configuration(beamline)


def _built_in(
    root: Path,
    port: int | None,
    prefix: str,
    data_set: str | None,
    session: str | None,
    make: Callable[[str, Path], Beamline] | None,
) -> Scheme:
    """Give the scheme of devices that are ours, or made by others: these may be anywhere."""
    if make is not None:
        return built_in(root, port, data_set, lambda at, _: make(prefix, at), session)
    ours = partial(_virtual, prefix)
    return built_in(root, port, data_set, ours, session, drives=prefix)


def _virtual(prefix: str, data: Path, policy: "DataPolicy") -> Beamline:
    """Make the built-in beamline, whose camera saves beside the data set that is measured."""
    from blueline.data_policy import DataSetImages

    return virtual_beamline(prefix, data, DataSetImages(policy))


def _opened(scheme: Scheme, out: TextIO, meanwhile: Callable[[], object] | None) -> "Session":
    with contextlib.ExitStack() as leaving:
        simulated = _simulated(scheme)
        if simulated is not None:
            leaving.callback(simulated.close)
        from blueline.assembly import assembled
        from callbacks import DataFolder, require_writable
        from callbacks.terminal import StatusScreen

        screen = StatusScreen(out)
        folder = DataFolder(scheme.data, scheme.data_set)
        require_writable(folder.journal_folder)
        scheme.state.mkdir(parents=True, exist_ok=True)
        port = scheme.port if simulated is None else simulated.port()
        lock = _lock(scheme, port)
        leaving.callback(lock.release)
        is_alone = lock.try_acquire()
        scheme.reach(port)
        load_ophyd()
        session = assembled(scheme, folder, lock, screen, leaving, meanwhile)
        leaving.callback(session.close)
        told = [
            "" if is_alone else _looks_only(lock),
            session.connections.notice(),
            *session.notices,
            _cut_off(folder),
        ]
        for sentence in filter(None, told):
            screen.write(f"{sentence}\n")
            for line in sentence.splitlines():
                log.warning("%s", line)
        if simulated is not None:
            session.simulation = simulated
            simulated.watch(session.consumers.notice)
        session.leaving = leaving.pop_all()
    return session


def _simulated(scheme: Scheme) -> "SimulatedBeamline | None":
    """Begin to have the simulated beamline there; nothing is waited for."""
    from blueline.simulated_beamline import SimulatedBeamline
    from blueline.simulation import begin, join

    if scheme.simulation is not None:
        running = begin(scheme.simulation)
    else:
        running = None if scheme.drives is None else join(scheme.port)
    return None if running is None else SimulatedBeamline(scheme.simulation, running)


def _lock(scheme: Scheme, port: int) -> BeamlineLock:
    """Give the lock of what is driven."""
    if not scheme.has_lock:
        return NoLock(scheme.state, scheme.what)
    if scheme.drives is None:
        return BeamlineLock(scheme.state, scheme.what)
    named = None if scheme.config is None else scheme.what
    return MachineLock(f"{scheme.drives} at {LOOPBACK}:{port}", named)


def _looks_only(lock: BeamlineLock) -> str:
    try:
        lock.acquire()
    except LockedError as error:
        return f"this session can look, and run nothing: {error}"
    except BluelineError as error:
        return str(error)
    return ""


def _cut_off(folder: "DataFolder") -> str:
    from callbacks import interrupted

    try:
        if not interrupted(folder.root, newest=LOOKED_AT):
            return ""
    except OSError as error:  # of what others have in the folder
        return f"whether runs were cut off cannot be seen: {error}"
    return f"some of the last runs were cut off: blueline runs recover --data {folder.root}"
