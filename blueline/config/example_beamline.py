"""The example that ``blueline new beamline NAME`` writes: the virtual beamline, as YAML."""

import re
import shutil
from pathlib import Path

from blueline.config.errors import ConfigError, Problem
from blueline.config.finding import BEAMLINE_FILE

#: Where the example is, which is a beamline itself.
EXAMPLE = Path(__file__).with_name("example")
_NAME = re.compile(r"\w[\w.-]*")


#: What sessions leave in a beamline, which belongs to nobody else.
_of_sessions = shutil.ignore_patterns("__pycache__", "state", "data")


def write_example(name: str, where: Path) -> Path:
    """Write the example as a new folder, and give it; nothing that is there is touched.

    Raises
    ------
    ConfigError
        There is such a folder already, or it cannot be written.
    """
    folder = where / name
    if not _NAME.fullmatch(name) or len(name) > 60:
        sentence = f"a beamline is called by letters, digits and _ . -, not {name[:60]!r}"
        raise ConfigError([Problem(folder, 0, sentence)])
    try:
        shutil.copytree(EXAMPLE, folder, ignore=_of_sessions)
        file = folder / BEAMLINE_FILE
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("name: virtual beamline", f'name: "{name}"'), encoding="utf-8")
    except FileExistsError:
        sentence = "there is something already, which stays as it is: choose another name"
        raise ConfigError([Problem(folder, 0, sentence)]) from None
    except (OSError, shutil.Error) as error:
        raise ConfigError([Problem(folder, 0, f"it cannot be written: {error}")]) from error
    return folder
