"""The process that runs plans: that of bluesky-queueserver, which closes its session at its end."""

import json
import os
from pathlib import Path
from typing import Any

from bluesky_queueserver.manager.worker import RunEngineWorker

from blueline.queue.places import QueueFolder, write_json


class GuardedWorker(RunEngineWorker):
    """The worker, with three additions.

    It leaves its process id, so that its death is seen; it notes which item each run belongs to
    when the run begins, so that the run of an item whose worker was killed is known; and it closes
    the session at its end, as a child of multiprocessing runs nothing at exit.

    What is overridden is private to bluesky-queueserver: ``tests/unit/blueline/queue`` fails where
    a new version has it no more.
    """

    def __init__(self, *args: Any, folder: Path, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._folder = QueueFolder(folder)

    def run(self) -> None:
        """Run until the environment is closed."""
        write_json(self._folder.pid_file("worker"), {"pid": os.getpid()})
        super().run()

    def _worker_startup_code(self) -> None:
        super()._worker_startup_code()
        if self._success_startup:
            engine: Any = self._RE
            engine.subscribe(self._note, "start")

    def _note(self, _name: str, start: dict[str, Any]) -> None:
        session = self._re_namespace["session"]
        line = {
            "item": (self._running_plan_info or {}).get("item_uid", ""),
            "run": start["uid"],
            "scan_id": start.get("scan_id"),
            "data": str(session.folder.root),
        }
        with self._folder.runs.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _worker_shutdown_code(self) -> None:
        session = self._re_namespace.get("session")
        try:
            if session is not None:
                session.close()
        finally:  # the manager waits for it
            super()._worker_shutdown_code()
