"""Open a session: its devices, its engine and everything that consumes its documents."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from blueline.assembly import assembled
from blueline.beamline import Beamline, virtual_beamline
from blueline.config.finding import find_configuration
from blueline.errors import BluelineError
from blueline.identity import check_identity
from blueline.locks import BeamlineLock, LockedError, NoLock
from blueline.scheme import Scheme, Simulation, built_in, described
from blueline.session import Session
from callbacks import DataFolder, interrupted, require_writable
from callbacks.stream_keys import endpoint
from callbacks.terminal import StatusScreen

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
) -> Session:
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
        ``"127.0.0.1:5577"``; None for that of the configuration, or none.
    simulation
        A simulated beamline to start if nothing answers at its port; it ends with the session. None
        for that of the configuration, or none.
    make
        Makes other devices than the virtual beamline's, given `prefix` and the data folder; called
        when Channel Access is set up.

    Raises
    ------
    BluelineError
        None of the devices answers, or there is no such beamline or session.
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
    if stream is not None:
        endpoint(stream, None)
    where = None if data is None else Path(data)
    folder = None if make is not None else _folder(beamline, where)
    if folder is None:
        maker, begin = make or virtual_beamline, prefix or "BL:"
        root = where or Path(DATA)
        scheme = built_in(root, port, data_set, lambda at: maker(begin, at), session)
    else:
        scheme = described(folder, session, where, port, prefix, data_set)
    if stream is not None:
        scheme = replace(scheme, stream={"address": stream})
    if simulation is not None:
        scheme = replace(scheme, simulation=simulation)
    return _opened(scheme, StatusScreen(screen or sys.stdout))


def _folder(beamline: Path | str | None, data: Path | None) -> Path | None:
    """Give the folder that describes the beamline; None for the one that is built in."""
    if beamline is None and data is not None:
        return None
    return find_configuration(beamline)


def _opened(scheme: Scheme, screen: StatusScreen) -> Session:
    folder = DataFolder(scheme.data, scheme.data_set)
    require_writable(folder.journal_folder)
    scheme.state.mkdir(parents=True, exist_ok=True)
    lock = (BeamlineLock if scheme.has_lock else NoLock)(scheme.state, scheme.what)
    with contextlib.ExitStack() as leaving:
        leaving.callback(lock.release)
        is_alone = lock.try_acquire()
        port = leaving.enter_context(_simulated(scheme.simulation)) if scheme.simulation else None
        scheme.reach(port)
        session = assembled(scheme, folder, lock, screen, leaving)
        leaving.callback(session.close)
        told = [
            "" if is_alone else _looks_only(lock),
            session.connections.notice(),
            *session.notices,
            _cut_off(folder),
        ]
        for sentence in filter(None, told):
            screen.write(f"{sentence}\n")
        session.leaving = leaving.pop_all()
    return session


@contextlib.contextmanager
def _simulated(wanted: Simulation) -> Iterator[int]:
    """Have the simulated beamline there, started where nothing answers; give its port."""
    from sim_ioc.process import IocProcess

    if wanted.port and _answers(wanted.port):
        yield wanted.port
        return
    with IocProcess(
        time_factor=wanted.time_factor, seed=wanted.seed, config=wanted.file, port=wanted.port
    ) as ioc:
        yield ioc.port


def _answers(port: int) -> bool:
    """Tell whether a server of Channel Access listens on this machine."""
    import socket

    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
        return True
    return False


def _looks_only(lock: BeamlineLock) -> str:
    try:
        lock.acquire()
    except LockedError as error:
        return f"this session can look, and run nothing: {error}"
    except BluelineError as error:
        return str(error)
    return ""


def _cut_off(folder: DataFolder) -> str:
    try:
        if not interrupted(folder.root, newest=LOOKED_AT):
            return ""
    except OSError as error:  # of what others have in the folder
        return f"whether runs were cut off cannot be seen: {error}"
    return f"some of the last runs were cut off: blueline runs recover --data {folder.root}"
