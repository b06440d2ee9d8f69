"""Open a session: its devices, its engine and everything that consumes its documents."""

import contextlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from blueline.beamline import Beamline, virtual_beamline
from blueline.connections import Connections, connect
from blueline.consumers import Consumers, make_consumers
from blueline.context import Context, up_to_date
from blueline.engine import Engine
from blueline.epics import DEFAULT_PORT, use_loopback
from blueline.identity import check_identity
from blueline.locks import BeamlineLock, LockedError
from blueline.logs import log_to
from blueline.metadata import Metadata
from blueline.preprocessors import Baseline, OnlyConnected
from blueline.session import RESULTS_DEADLINE, Session
from blueline.settings import Settings, open_settings
from callbacks import DataFolder, LastScan, interrupted, next_scan_id, require_writable
from callbacks.stream_keys import endpoint

#: Seconds the prompt waits for the table and the numbers of a scan that has ended.
PROMPT_DEADLINE = 2.0
#: Newest runs of which a session tells that they were cut off.
LOOKED_AT = 20
#: Folder of what belongs to the beamline rather than to a run, and its settings in it.
STATE, SETTINGS = "state", "settings.sqlite"


def open_session(  # noqa: PLR0913 - what people choose by name
    beamline: Path | str | None = None,
    *,
    session: str = "default",
    data: Path | str | None = None,
    port: int = DEFAULT_PORT,
    prefix: str = "BL:",
    data_set: str = "blueline",
    screen: TextIO | None = None,
    stream: str | None = None,
    make: Callable[[str, Path], Beamline] = virtual_beamline,
) -> Session:
    """Open a session, with those of its devices that answer (H5).

    The others are told on the screen, with the channels that are missing. They are left out of the
    baseline, plans that name one are refused, and once they answer they are as good as any.

    One session at a time runs plans on a beamline (K1): a second one is told who does, can look,
    and may run plans as soon as the first has ended.

    Parameters
    ----------
    data
        Folder for the files of all runs; made if it is not there. ``blueline-data`` where nothing
        is said.
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
    make
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
    >>> with open_session(data="data", port=5064) as session:  # doctest: +SKIP
    ...     session.RE(ascan(session.devices["x"], 0, 5, 10, 0.1))
    """
    check_identity()
    if stream is not None:
        endpoint(stream, None)
    folder = DataFolder(Path(data or "blueline-data").absolute(), data_set)
    require_writable(folder.journal_folder)
    use_loopback([port])
    told = screen or sys.stdout
    parts = _Parts(folder, folder.root / STATE, told, session)
    return parts.opened(lambda: make(prefix, folder.root), stream, folder.root.name)


class _Parts:
    """What a session is made of, let go again where it cannot be opened."""

    def __init__(self, folder: DataFolder, state: Path, screen: TextIO, name: str) -> None:
        self._folder, self._state, self._screen, self._name = folder, state, screen, name

    def opened(self, make: Callable[[], Beamline], stream: str | None, what: str) -> Session:
        """Open it, and say what there is to know."""
        with contextlib.ExitStack() as undone:
            self._state.mkdir(parents=True, exist_ok=True)
            lock = BeamlineLock(self._state, what)
            undone.callback(lock.release)
            lock.try_acquire()
            settings = open_settings(self._state / SETTINGS)
            undone.callback(settings.close)
            beamline = make()
            undone.callback(beamline.destroy)
            session = self._assembled(beamline, connect(beamline), settings, lock, stream)
            undone.pop_all()
        try:
            self._tell(session)
        except BaseException:
            session.close()
            raise
        return session

    def _tell(self, session: Session) -> None:
        away = session.connections.notice()
        for sentence in filter(None, (_reads_only(session.lock), away, _cut_off(self._folder))):
            print(sentence, file=self._screen, flush=True)

    def _assembled(
        self,
        beamline: Beamline,
        connections: Connections,
        settings: Settings,
        lock: BeamlineLock,
        stream: str | None,
    ) -> Session:
        folder, consumers = self._folder, make_consumers(self._folder, self._screen, stream)
        context = Context(
            beamline,
            connections,
            folder.root,
            consumers.notice,
            _last(consumers),
            settings.namespace(f"session {self._name}"),
        )
        metadata = Metadata(settings.namespace("metadata"), beamline, connections, folder.data_set)
        engine = Engine(
            context,
            before_call=lock.acquire,
            before_prompt=_before_prompt(consumers),
            md=metadata,
            scan_id_source=_scan_numbers(settings, folder),
        )
        engine.subscribe(consumers.recorder)
        baseline = Baseline(beamline.baseline, connections, consumers.notice)
        engine.preprocessors += [OnlyConnected(connections), baseline]
        context.engine_readings = lambda: engine.readings
        context.can_fetch = engine.can_fetch
        return Session(
            engine,
            context,
            beamline,
            connections,
            folder,
            consumers,
            log_to(folder.root / "blueline.log"),
            self._screen,
            settings,
            lock,
            metadata,
            self._state,
            self._name,
        )


def _last(consumers: Consumers) -> Callable[[], LastScan]:
    return lambda: up_to_date(consumers.last_kept, consumers.last, RESULTS_DEADLINE)


def _before_prompt(consumers: Consumers) -> Callable[[], None]:
    def before_prompt() -> None:
        ends = time.monotonic() + PROMPT_DEADLINE
        for consumer in consumers.awaited:
            consumer.drain(max(0.0, ends - time.monotonic()))
        consumers.progress.hide()

    return before_prompt


def _scan_numbers(settings: Settings, folder: DataFolder) -> Callable[[object], int]:
    """Give numbers that no run on disk has, nor another process takes (SC-19, K6)."""
    taken = next_scan_id(folder.journal_folder) - 1
    return lambda _metadata: settings.increment("scan", "scan_id", at_least=taken)


def _reads_only(lock: BeamlineLock) -> str:
    if lock.is_held:
        return ""
    try:
        lock.acquire()
    except LockedError as error:
        return f"this session can look, and run nothing: {error}"
    return ""


def _cut_off(folder: DataFolder) -> str:
    try:
        if not interrupted(folder.root, newest=LOOKED_AT):
            return ""
    except OSError as error:  # of what others have in the folder
        return f"whether runs were cut off cannot be seen: {error}"
    return f"some of the last runs were cut off: blueline runs recover --data {folder.root}"
