"""Comments on runs that are over, in files beside the journals: documents stay as they are."""

import getpass
import json
import logging
import os
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from blueline.errors import BluelineError

_log = logging.getLogger(__name__)

#: Folder of the files in the data folder, one for each run that has comments.
FOLDER = "comments"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


@dataclass(frozen=True)
class Comment:
    """What somebody has said of a run; `time` is POSIX time."""

    time: float
    user: str
    text: str

    def __str__(self) -> str:
        """Say it in one line."""
        when = datetime.fromtimestamp(self.time).astimezone()
        return f"{when:%Y-%m-%d %H:%M} {self.user}: {self.text}"


def add_comment(folder: Path, run: str, text: str, user: str = "") -> Comment:
    """Add a comment to a run; it is on the disk when this returns.

    Parameters
    ----------
    folder
        The data folder.
    run
        The whole uid of the run.
    text
        What is said.
    user
        Who says it; who runs this process, where nobody is named.

    Raises
    ------
    BluelineError
        There is no text, or it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = add_comment(folder, "a1b2", "the beam was lost at point 7", "Ada")
    >>> [comment.text for comment in comments_of(folder, "a1b2")]
    ['the beam was lost at point 7']
    """
    if not isinstance(text, str) or not text.strip():
        message = f"a comment is a text, such as 'the beam was lost', not {text!r:.60}"
        raise BluelineError(message)
    comment = Comment(time.time(), user or getpass.getuser(), " ".join(text.split()))
    line = f"{json.dumps(asdict(comment), ensure_ascii=False)}\n".encode()
    path = _path(folder, run)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _append(path, line)
    except OSError as error:
        message = f"the comment is not kept, {path} cannot be written: {error}"
        raise BluelineError(message) from error
    return comment


def comments_of(folder: Path, run: str) -> list[Comment]:
    """Give the comments on a run, the oldest first; a line that is torn is passed over."""
    try:
        lines = _path(folder, run).read_bytes().splitlines()
    except FileNotFoundError:
        return []
    found: list[Comment] = []
    for line in lines:
        try:
            told = json.loads(line)
            found.append(Comment(float(told["time"]), str(told["user"]), str(told["text"])))
        except (ValueError, KeyError, TypeError) as error:
            _log.warning("a comment on run %s is passed over: %s", run, error)
    return found


def _append(path: Path, line: bytes) -> None:
    """Write one line at the end, on a line of its own also where the last one is torn."""
    descriptor = os.open(path, _NEW, 0o666)
    try:
        os.write(descriptor, line if not _is_torn(path) else b"\n" + line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_torn(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if not size:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def _path(folder: Path, run: str) -> Path:
    return folder / FOLDER / f"{run}.jsonl"
