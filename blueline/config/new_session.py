"""A new session of a beamline, with a setup file of its own (BL-33)."""

from pathlib import Path

from pydantic import ValidationError

from blueline.config.configuration import Configuration
from blueline.config.editing import append
from blueline.config.errors import ConfigError, Problem
from blueline.config.session_model import SessionModel

#: Where sessions are described in a beamline that has none yet.
FILE = "sessions.yml"
_SETUP = '''"""Runs when the devices of the session {name} are there.

It sees the names of the prompt, RE, session, the devices and the plans; what it defines can be
typed there.
"""
'''


def add_session(configuration: Configuration, name: str) -> tuple[Path, Path]:
    """Describe a session with all devices beside those there are; give its file, and its setup's.

    A setup file that is there already stays as it is.

    Raises
    ------
    ConfigError
        There is such a session, or none can have this name, or a file cannot be written.
    """
    there = list(configuration.session_entries.values())
    path = there[0].file.absolute() if there else configuration.folder / FILE
    if name in configuration.session_entries:
        place = configuration.session_entries[name].place
        raise ConfigError([Problem(path, 0, f"there is a session {name} already, at {place}")])
    try:
        SessionModel(name=name)
    except ValidationError as error:
        sentence = f"{name:.60}: {error.errors()[0]['msg'].removeprefix('Value error, ')}"
        raise ConfigError([Problem(path, 0, sentence)]) from error
    setup = configuration.folder / "setup" / f"{name}.py"
    was_there = setup.exists()
    try:
        if not was_there:
            setup.parent.mkdir(exist_ok=True)
            setup.write_text(_SETUP.format(name=name), encoding="utf-8")
    except OSError as error:
        raise ConfigError([Problem(setup, 0, f"it cannot be written: {error}")]) from error
    try:
        append(configuration.folder, path, "sessions", {"name": name, "setup": f"setup/{name}.py"})
    except ConfigError:
        if not was_there:
            setup.unlink()
        raise
    return path, setup
