"""Which beamline is meant where a name, a path or nothing is given."""

import os
from collections.abc import Iterator
from pathlib import Path

from blueline.config.errors import ConfigError, Problem

#: The file that makes a folder a beamline.
BEAMLINE_FILE = "beamline.yml"
#: Names the beamline of this machine: a folder, or the name of one.
VARIABLE = "BLUELINE_BEAMLINE"


def find_configuration(wanted: str | Path | None = None) -> Path | None:
    """Give the folder of a beamline; None where nothing is given and none is near.

    Parameters
    ----------
    wanted
        A folder, its ``beamline.yml``, or the name of a folder in this folder or above it. Without
        it, what ``BLUELINE_BEAMLINE`` says, or else the folder that we are in, or one above it.

    Raises
    ------
    ConfigError
        What is wanted is not there.
    """
    said = wanted or os.environ.get(VARIABLE)
    if not said:
        return next((each for each in _here_and_above() if _is_beamline(each)), None)
    for folder in _candidates(Path(said).expanduser()):
        if _is_beamline(folder):
            return folder
    source = "" if wanted else f", which {VARIABLE} names"
    sentence = (
        f"there is no beamline {said}{source}: neither a folder with {BEAMLINE_FILE} nor the name "
        f"of one here or above; `blueline new beamline {Path(said).name}` writes an example"
    )
    raise ConfigError([Problem(Path(said), 0, sentence)])


def _candidates(path: Path) -> Iterator[Path]:
    yield path.absolute()
    if path.name == BEAMLINE_FILE:
        yield path.parent.absolute()
    if not path.is_absolute():
        yield from (above / path for above in _here_and_above())


def _here_and_above() -> Iterator[Path]:
    here = Path.cwd()
    yield here
    yield from here.parents


def _is_beamline(folder: Path) -> bool:
    return (folder / BEAMLINE_FILE).is_file()
