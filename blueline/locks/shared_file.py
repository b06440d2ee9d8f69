"""Files of locks that all users of a machine take, safe in a folder where anybody may write."""

import errno
import os
import stat
import time
from pathlib import Path
from urllib.parse import quote

#: The same for every program of this machine, whatever its TMPDIR; who has made a file in it alone
#: may remove it (sticky).
_SHARED = Path("/tmp")  # noqa: S108
#: What everybody may do with such a file: what is in it is not believed.
EVERYBODY = 0o666
#: Seconds for which a file that somebody is making may be closed to us.
_PATIENCE = 0.2
_LOOK = 0.01
#: Nothing is followed, and nothing waited for that is no file.
_SAFE = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def machine_file(name: str) -> Path:
    """Give the file of a lock that belongs to this machine rather than to a folder."""
    return _SHARED / f"blueline-{quote(name, safe='')}.lock"


def open_to_hold(path: Path, mode: int | None = None) -> int:
    """Open the file of a lock to read and write, made where it is not there.

    Parameters
    ----------
    mode
        What others may do with a file that is made, whatever the umask; None for what is usual.

    Raises
    ------
    OSError
        It cannot be opened, or is a link or no file: somebody may have put it there to have what
        it leads to overwritten.
    """
    ends = time.monotonic() + _PATIENCE
    while True:
        try:
            return _opened(path, mode)
        except (FileNotFoundError, FileExistsError, PermissionError):
            if not path.parent.is_dir() or time.monotonic() > ends:
                raise
            time.sleep(_LOOK)  # somebody makes or removes it just now


def open_to_look(path: Path) -> int:
    """Open the file of a lock to read.

    Raises
    ------
    OSError
        It is not there, cannot be read, or is a link or no file.
    """
    return _require_plain(os.open(path, os.O_RDONLY | _SAFE), path)


def _opened(path: Path, mode: int | None) -> int:
    try:
        # O_CREAT is refused for what others have made (fs.protected_regular)
        return _require_plain(os.open(path, os.O_RDWR | _SAFE), path)
    except FileNotFoundError:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _SAFE, mode or 0o664)
    if mode is not None:
        os.fchmod(descriptor, mode)
    return descriptor


def _require_plain(descriptor: int, path: Path) -> int:
    """Refuse what is no file, or one that has another name too."""
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode) and found.st_nlink <= 1:
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, "it is no file of its own; remove it", str(path))
