"""The process that runs plans: that of bluesky-queueserver, which closes its session at its end."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bluesky_queueserver.manager.worker import EState, RunEngineWorker

from blueline.queue.item_check import ItemCheck
from blueline.queue.places import QueueFolder, write_json
from blueline.queue.submission import VERDICTS


class GuardedWorker(RunEngineWorker):
    """The worker, with four additions.

    It says what speaks against items that are to be added, see `blueline.queue.item_check`. It
    leaves its process id, so that its death is seen; it notes which item each run belongs to
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

    def _worker_prepare_for_startup(self) -> None:
        super()._worker_prepare_for_startup()
        self._item_check: ItemCheck | None = None
        comm: Any = self._comm_to_manager
        comm.add_method(self._verdicts, VERDICTS)

    def _verdicts(
        self, items: list[Any], is_next: bool, rehearses: bool, seconds: float
    ) -> list[dict[str, str]]:
        """Answer the manager; without a session nothing is known."""
        if self._item_check is None:
            return []
        # a plan that is paused leaves the environment idle
        is_idle = self._env_state is EState.IDLE and self.re_state == "idle"
        told = self._item_check.verdicts(
            items, is_next=is_next, rehearses=rehearses and is_idle, seconds=seconds
        )
        return [asdict(each) for each in told]

    def _worker_startup_code(self) -> None:
        super()._worker_startup_code()
        if self._success_startup:
            self._item_check = ItemCheck(self._re_namespace)
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
