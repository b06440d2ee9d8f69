"""What belongs to this machine rather than to a folder."""

import os
import stat
from pathlib import Path

from blueline.errors import BluelineError

#: The same for every program of this machine, whatever its TMPDIR.
_SHARED = Path("/tmp")  # noqa: S108


def machine_folder() -> Path:
    """Give a folder of this machine and user, made where it is not there, and closed to others.

    Raises
    ------
    BluelineError
        Somebody else has a folder of its name.
    """
    folder = _SHARED / f"blueline-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        message = f"{folder} is needed for locks and cannot be made: {error.strerror}"
        raise BluelineError(message) from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        message = f"{folder} is needed for locks and belongs to somebody else; remove it"
        raise BluelineError(message)
    return folder
