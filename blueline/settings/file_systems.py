"""Which file systems several machines may share: SQLite must be slower there to be safe.

In its fast mode the processes of a file share memory, which those of two machines cannot
(https://sqlite.org/wal.html); with its old rollback journal they share locks only.
"""

import re
from pathlib import Path

#: Where Linux tells what is mounted; elsewhere all disks are taken for ones of this machine.
_MOUNTS = Path("/proc/self/mountinfo")
#: As Linux calls them.
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ceph", "gpfs", "lustre", "beegfs"}
)


def is_on_network(path: Path) -> bool:
    """Say whether other machines may have a file open as well."""
    try:
        told = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    kind = kind_of(path.resolve(), told)
    return kind in _NETWORK or kind.startswith("fuse.")


def kind_of(path: Path, mounts: str) -> str:
    """Give the kind of file system that a path is on; empty where that is not told.

    Parameters
    ----------
    path
        Absolute, without links.
    mounts
        As in ``/proc/self/mountinfo`` (proc(5)): the mount point is the fifth word, the kind the
        first one after a dash that stands alone.
    """
    found, longest = "", -1
    for line in mounts.splitlines():
        words = line.split(" ")
        if len(words) < 5 or "-" not in words:
            continue
        point = _without_escapes(words[4])
        if path.is_relative_to(point) and len(point) >= longest:  # what is mounted later hides
            found, longest = words[words.index("-") + 1], len(point)
    return found


def _without_escapes(point: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), point)
