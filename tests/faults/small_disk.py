"""A disk of its own for a test: small enough to be filled, and to be made read-only."""

import contextlib
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

#: What a run needs in advance, and a little more.
SIZE = 210_000_000
PAGE = os.sysconf("SC_PAGE_SIZE")


class SmallDisk:
    """A file system in memory; what it takes is taken by a file beside the data."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "data"
        self._ballast = root / "ballast"

    def fill(self, leave: int = 0) -> None:
        """Take all room but so many bytes, rounded down to whole pages."""
        with self._ballast.open("ab") as file:
            while (free := self.free() - leave) >= PAGE:
                with contextlib.suppress(OSError):  # others take room meanwhile
                    os.posix_fallocate(file.fileno(), file.tell(), free // PAGE * PAGE)
                file.seek(0, os.SEEK_END)

    def make_room(self) -> None:
        """Give it back."""
        self._ballast.unlink()

    def free(self) -> int:
        """Bytes that can still be written."""
        found = os.statvfs(self.root)
        return found.f_bavail * found.f_frsize

    def read_only(self) -> None:
        """Refuse every write from now on."""
        _mount("-o", "remount,ro", str(self.root))


@contextlib.contextmanager
def small_disk(root: Path, size: int = SIZE) -> Iterator[SmallDisk]:
    """Mount one; only a superuser may."""
    root.mkdir(exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(root))
    try:
        yield SmallDisk(root)
    finally:
        subprocess.run(["umount", "--lazy", str(root)], check=True)


@contextlib.contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond `size`, as on a full disk; anybody may."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def may_mount() -> bool:
    """Tell whether this user may mount anything."""
    command = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True, capture_output=True)
