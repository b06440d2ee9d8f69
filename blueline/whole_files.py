"""Files that are there whole, before or after a change."""

import os
import stat
import uuid
from pathlib import Path

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def replace_file(
    path: Path, text: str, *, mode: int | None = None, is_durable: bool = False
) -> None:
    """Write a text beside a file and put it in its place: whoever reads it has all or nothing.

    Parameters
    ----------
    path
        Its folder is there.
    mode
        Who may read and write it; as it was, or as new files are, where this is None.
    is_durable
        Wait until the disk has it: then it is there after a power cut as well.

    Raises
    ------
    OSError
        It cannot be written; what was there is there still.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "state.json"
    >>> replace_file(file, "{}")
    >>> file.read_text()
    '{}'
    """
    # what a killed process leaves behind in a data folder is known by this name, and removed
    new = path.with_name(f".{path.name}.{uuid.uuid4().hex}.{os.getpid()}.tmp")
    try:
        with open(
            os.open(new, _NEW, 0o666 if mode is None else mode), "w", encoding="utf-8"
        ) as file:
            if mode is None and path.exists():
                os.fchmod(file.fileno(), stat.S_IMODE(path.stat().st_mode))
            file.write(text)
            file.flush()
            if is_durable:
                os.fsync(file.fileno())
        new.replace(path)
        if is_durable:
            _keep_names(path.parent)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _keep_names(folder: Path) -> None:
    """Wait until the disk has the names of a folder's files."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
