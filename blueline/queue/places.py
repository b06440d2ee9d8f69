"""Where a queue keeps its files, and who holds it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blueline.locks.held_file import HeldFile
from blueline.locks.holder import Holder
from blueline.queue.errors import QueueError
from blueline.whole_files import replace_file


@dataclass(frozen=True)
class QueueFolder:
    """The files of one queue; all are readable by their owner alone.

    Parameters
    ----------
    root
        The folder, made by `made`.
    """

    root: Path

    def made(self) -> "QueueFolder":
        """Make the folder where it is not there, closed to others: it has passwords.

        Raises
        ------
        QueueError
            It cannot be made.
        """
        try:
            self.redis.mkdir(parents=True, exist_ok=True)
            self.root.chmod(0o700)
        except OSError as error:
            message = f"the queue needs the folder {self.root}, which cannot be made: "
            raise QueueError(message + f"{error.strerror}; give another data folder") from error
        return self

    @property
    def redis(self) -> Path:
        """Folder in which Redis keeps the queue."""
        return self.root / "redis"

    @property
    def address(self) -> Path:
        """Where the manager listens and how it is, as the supervisor saw it last; JSON."""
        return self.root / "address.json"

    @property
    def processes(self) -> Path:
        """Redis and the server, for the supervisor that comes after this one; JSON."""
        return self.root / "processes.json"

    @property
    def holder(self) -> Path:
        """Locked by the supervisor while it lives, and says who it is; JSON."""
        return self.root / "queue.lock"

    @property
    def permissions(self) -> Path:
        """What users of the queue may run; YAML of the RE Manager."""
        return self.root / "permissions.yaml"

    @property
    def plans(self) -> Path:
        """Plans and devices as the worker had them last; YAML of the RE Manager."""
        return self.root / "plans_and_devices.yaml"

    @property
    def runs(self) -> Path:
        """The item each run belongs to; a line of JSON each."""
        return self.root / "runs.jsonl"

    @property
    def stream(self) -> Path:
        """Where documents of the worker's session are published; empty for nowhere; text."""
        return self.root / "stream.txt"

    @property
    def site_plans(self) -> Path:
        """The site's own plans as the worker had them last, see `blueline.queue.site_plans`."""
        return self.root / "site_plans.json"

    @property
    def startup_problem(self) -> Path:
        """Why the worker could not open its session; text."""
        return self.root / "startup-problem.txt"

    @property
    def startup_notices(self) -> Path:
        """What the worker's session told when it opened: what is missing in it; text."""
        return self.root / "startup-notices.txt"

    def log(self, of: str) -> Path:
        """Give the log file of the supervisor, the server or Redis."""
        return self.root / f"{of}.log"

    def pid_file(self, of: str) -> Path:
        """Give where the manager or the worker says which process it is."""
        return self.root / f"{of}.pid"


def read_json(path: Path) -> dict[str, Any]:
    """Give the content of a JSON file; nothing where it is not there or half written."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file, whole or not at all, readable by its owner alone."""
    replace_file(path, json.dumps(content), mode=0o600)


def hold(folder: QueueFolder) -> HeldFile:
    """Be the only supervisor of a folder until what is given is released (K4).

    Raises
    ------
    QueueError
        Another one holds it.
    """
    held = HeldFile(folder.holder)
    if not held.try_acquire():
        message = f"the queue in {folder.root} is run by {held_by(folder)}; "
        raise QueueError(message + "use that one, or end it with `blueline queue down`")
    return held


def holder(folder: QueueFolder) -> Holder | None:
    """Say who runs the queue; None if nobody does."""
    return HeldFile(folder.holder).holder()


def held_by(folder: QueueFolder) -> str:
    """Name whoever runs the queue."""
    return str(holder(folder) or "somebody unknown")
