"""What a queue is to be, from a beamline's description and the command line."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from blueline.queue.errors import QueueError
from blueline.queue.places import QueueFolder
from blueline.queue.settings import QueueSettings
from blueline.queue.worker_session import BEAMLINE, DATA, PORT, PREFIX, SESSION, STREAM

if TYPE_CHECKING:
    from blueline.config import Configuration

#: Where data and state are without a description; as `blueline.open_session` has it.
_DATA, _STATE = Path("blueline-data"), "state"
#: What is written below beamline; and a line about the state: its indent, what is said in quotes
#: or without.
_BEAMLINE = re.compile(r"^beamline:(.*?)(?=^[^\s#]|\Z)", re.MULTILINE | re.DOTALL)
_STATE_LINE = re.compile(
    r"""^([ \t]+)state:[ \t]*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'#].*?)(?:[ \t]+#.*|[ \t]*)$)""",
    re.MULTILINE,
)
#: The secret key in a folder of keys, as the stream has it.
_SECRET = "server.key_secret"  # noqa: S105 - the name of a file


def queue_folder(beamline: str | None = None, data: Path | None = None) -> QueueFolder:
    """Give where the queue of a beamline keeps its files.

    Parameters
    ----------
    beamline
        Folder that describes it, or its name, see `blueline.config.find_configuration`.
    data
        Folder of the data; alone, it means the built-in beamline, which has its state in it.

    Raises
    ------
    ConfigError
        The description has problems.
    """
    config = _configuration(beamline, data)
    state = (data or _DATA).absolute() / _STATE if config is None else config.state
    return QueueFolder(state / "queue")


def running_queue_folder(beamline: str | None = None, data: Path | None = None) -> QueueFolder:
    """Give what `queue_folder` gives, for a queue that runs also if its description is broken.

    Whoever edits the description can stop what runs.

    Raises
    ------
    ConfigError
        The description has problems, and no queue runs there.
    """
    from blueline.config import ConfigError, find_configuration

    try:
        return queue_folder(beamline, data)
    except ConfigError:
        folder = find_configuration(beamline)
        said = [] if folder is None else [folder / state for state in _states_said(folder)]
        places = [QueueFolder(state / "queue") for state in said]
        running = [place for place in places if place.processes.exists()]
        if not running:
            raise
        return running[0]


def _states_said(folder: Path) -> list[str]:
    """Give where the state may be, from text that need be no YAML, the outermost one first."""
    from blueline.config.finding import BEAMLINE_FILE

    text = (folder / BEAMLINE_FILE).read_text(encoding="utf-8", errors="replace")
    below = _BEAMLINE.search(text)
    said = sorted(_STATE_LINE.finditer(below[1] if below else text), key=lambda line: len(line[1]))
    return [*(line[2] or line[3] or line[4] for line in said), _STATE]


def beamline_and_session(
    where: str | None, beamline: str | None, session: str | None
) -> tuple[str | None, str | None]:
    """Give the beamline and the session that are meant by what people type.

    Parameters
    ----------
    where
        A beamline; or, where there is none of that name, a session of the beamline that is here.
    beamline, session
        As the options have them.

    Raises
    ------
    QueueError
        A beamline is given twice.
    ConfigError
        There is none.
    """
    from blueline.config.errors import ConfigError

    if where is None:
        return beamline, session
    if beamline is not None:
        if session is None and _has_session(beamline, where):
            return beamline, where
        message = f"two beamlines are given, {where} and {beamline}: leave out one of them"
        raise QueueError(message)
    try:
        _configuration(where, None)
    except ConfigError:
        if session is None and _has_session(None, where):
            return None, where
        raise
    return where, session


def _has_session(beamline: str | None, name: str) -> bool:
    config = _configuration(beamline, None)
    return config is not None and name in config.sessions


def queue_settings(
    beamline: str | None = None,
    *,
    session: str | None = None,
    data: Path | None = None,
    port: int | None = None,
    prefix: str | None = None,
    stream: str | None = None,
) -> QueueSettings:
    """Give the settings of a queue whose worker opens this session.

    The parameters are those of `blueline.open_session`.

    Raises
    ------
    ConfigError
        The description has problems.
    """
    config = _configuration(beamline, data)
    if config is None:
        data = (data or _DATA).absolute()
    given = {
        BEAMLINE: config and config.folder.absolute(),
        SESSION: session,
        DATA: data and data.absolute(),
        PORT: port,
        PREFIX: prefix,
        STREAM: stream or (config and config.beamline.queue.stream),
    }
    environment = {name: str(value) for name, value in given.items() if value is not None}
    made = QueueSettings(str(queue_folder(beamline, data).root), environment)
    return made if config is None else _described(made, config)


def described_stream(beamline: str | None, data: Path | None) -> str:
    """Give where the description of a beamline publishes its documents; nothing for nowhere."""
    config = _configuration(beamline, data)
    wanted = None if config is None else config.beamline.stream
    return "" if wanted is None else wanted.address


def _described(settings: QueueSettings, config: "Configuration") -> QueueSettings:
    wanted = config.beamline.queue
    return replace(
        settings,
        redis=wanted.redis or "",
        address=wanted.control or settings.address,
        information=wanted.information or settings.information,
        key="" if wanted.keys is None else str(config.folder / wanted.keys / _SECRET),
        scripts=wanted.allow_code,
    )


def _configuration(beamline: str | None, data: Path | None) -> "Configuration | None":
    from blueline.config import find_configuration, load_configuration

    if beamline is None and data is not None:
        return None
    folder = find_configuration(beamline)
    return None if folder is None else load_configuration(folder)
