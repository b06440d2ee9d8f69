"""Files that processes began under another name and, as they were killed, never finished."""

import contextlib
import math
import os
import re
import time
from pathlib import Path

#: Seconds after which a file is left behind on a disk that other computers may write too.
LONG_AGO = 3600.0
#: What the system has mounted where.
MOUNTS = Path("/proc/self/mounts")

# of a file that is made under another name, of results, and of room that is kept back
_NAME = re.compile(r"\..+\.([1-9]\d*)\.tmp|\d+_[\w-]+\.([1-9]\d*)\.part|\.reserve\.([1-9]\d*)")
# that no other computer has; of one that is not known here nothing new is removed
_OF_THIS_COMPUTER = frozenset(
    {"btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "ramfs", "tmpfs", "xfs", "zfs"}
)


def clear(root: Path, mounts: Path = MOUNTS) -> None:
    """Remove what processes that have ended left behind in a folder and those in it.

    A process is known by the number in the name of its file. Another computer has other numbers:
    where it may write into the folder, what is younger than `LONG_AGO` stays.

    Parameters
    ----------
    root
        The folder; links to others are not followed.
    mounts
        A table of mounts as in fstab(5).
    """
    youngest = math.inf if _is_of_this_computer(root, mounts) else time.time() - LONG_AGO
    for folder, _, names in os.walk(root):
        for path in (Path(folder, name) for name in names if _has_lost_its_process(name)):
            with contextlib.suppress(OSError):  # it has gone, or is not ours
                if path.stat().st_mtime < youngest:
                    path.unlink()


def _has_lost_its_process(name: str) -> bool:
    found = _NAME.fullmatch(name)
    return found is not None and not Path("/proc", found[found.lastindex or 0]).exists()


def _is_of_this_computer(folder: Path, mounts: Path) -> bool:
    try:
        rows = [line.split(" ") for line in os.fsdecode(mounts.read_bytes()).splitlines()]
    except OSError:
        return False
    kinds = {_unescaped(row[1]): row[2] for row in rows if len(row) > 2}
    whole = folder.resolve()
    found = (kinds[str(each)] for each in (whole, *whole.parents) if str(each) in kinds)
    return next(found, "") in _OF_THIS_COMPUTER


def _unescaped(path: str) -> str:
    """Give a path of the table as it is: blanks are written as three octal digits there."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), path)
