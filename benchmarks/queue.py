"""What it costs to run a plan through the queue: ours beside the stock manager's, and no queue.

Each round puts ten short counts into the queue, starts it, and waits until it is idle again. The
queue server looks twice a second whether a plan has ended, so most of an item is that. Beside it
the same plans without a queue, the cost of adding one item, and the start of everything.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.harness import Case, Round, Told, measure, table

HERE = "benchmarks.queue"
ITEMS, ADDED = 10, 50
#: Seconds for whatever is waited for.
DEADLINE = 120.0
OURS, STOCK = "our queue", "stock manager"
PROMPT, BARE = "ours, no queue", "stock, no queue"
OUR_PLAN: tuple[str, list[Any]] = ("ct", [0.001])
STOCK_PLAN: tuple[str, list[Any]] = ("count", [["det"]])
USER = {"user": "bench", "user_group": "primary"}

STARTUP = """
from bluesky import RunEngine
from bluesky.plans import count
from ophyd.sim import det

RE = RunEngine({})
"""


def _client(address: str) -> Any:
    from blueline.queue.client import QueueClient

    return QueueClient(address)


def _until(client: Any, holds: Any) -> None:
    ends = time.monotonic() + DEADLINE
    while not holds(client.answer("status")):
        if time.monotonic() > ends:
            message = "the queue did not get there"
            raise RuntimeError(message)
        time.sleep(0.005)


def _is_open(status: dict[str, Any]) -> bool:
    return status["manager_state"] == "idle" and status["worker_environment_exists"]


def _item(plan: list[Any]) -> dict[str, Any]:
    return {"item_type": "plan", "name": plan[0], "args": plan[1]}


def queued(address: str, plan: list[Any]) -> Round:
    """Run ten items."""
    client = _client(address)

    def one_round() -> Told:
        client.ask("queue_item_add_batch", items=[_item(plan)] * ITEMS, **USER)
        wall, cpu = time.perf_counter(), time.process_time()
        client.ask("queue_start")
        _until(client, lambda status: _is_open(status) and not status["items_in_queue"])
        spent = time.perf_counter() - wall, time.process_time() - cpu
        done = [item["result"]["exit_status"] for item in client.ask("history_get")["items"]]
        if done != ["completed"] * ITEMS:
            message = f"not all have run: {done}"
            raise RuntimeError(message)
        client.ask("history_clear")
        return Told(ITEMS, spent=spent)

    return one_round


def added(address: str, plan: list[Any]) -> Round:
    """Add items, one request each."""
    client = _client(address)

    def one_round() -> Told:
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(ADDED):
            client.ask("queue_item_add", item=_item(plan), **USER)
        spent = time.perf_counter() - wall, time.process_time() - cpu
        client.ask("queue_clear")
        return Told(ADDED, spent=spent)

    return one_round


def prompted(port: int) -> Round:
    """Run our plan in a session."""
    from blueline import open_session
    from blueline.beamline import virtual_beamline
    from planlib import spec

    folder = tempfile.mkdtemp(prefix="blueline-bench-")
    session = open_session(
        data=folder,
        port=port,
        make=virtual_beamline,  # several in turn: each has a lock of its own
        screen=open("/dev/null", "w"),
    )

    def one_round() -> int:
        for _ in range(ITEMS):
            session.RE(spec.ct(OUR_PLAN[1][0]))
        return ITEMS

    return one_round


def bare() -> Round:
    """Run the stock plan in bluesky's engine."""
    from bluesky import RunEngine
    from bluesky.plans import count
    from ophyd.sim import det

    engine = RunEngine({})

    def one_round() -> int:
        for _ in range(ITEMS):
            engine(count([det]))
        return ITEMS

    return one_round


@contextmanager
def our_queue(folder: Path, port: int) -> Iterator[str]:
    """Give the address of a queue of ours."""
    from blueline.queue.configured import queue_settings
    from blueline.queue.launching import bring_down, bring_up

    settings = queue_settings(data=folder, port=port)
    told = bring_up(settings)
    try:
        yield told["control"]
    finally:
        bring_down(settings.place, even_if_running=True)


@contextmanager
def stock_queue(folder: Path) -> Iterator[str]:
    """Give the address of a stock manager, with a Redis like ours."""
    from blueline.queue import redis_provider
    from blueline.queue.permissions import permissions
    from blueline.queue.places import QueueFolder

    place = QueueFolder(folder).made()
    redis = redis_provider.choose()
    child = redis_provider.start(redis, place)
    place.permissions.write_text(permissions(scripts=False))
    startup = folder / "startup.py"
    startup.write_text(STARTUP)
    address = f"127.0.0.1:{redis_provider.free_port()}"
    manager = subprocess.Popen(
        [
            str(Path(sys.executable).with_name("start-re-manager")),
            f"--zmq-control-addr=tcp://{address}",
            f"--zmq-info-addr=tcp://127.0.0.1:{redis_provider.free_port()}",
            f"--redis-addr={redis.address}",
            f"--startup-script={startup}",
            f"--existing-plans-devices={place.plans}",
            f"--user-group-permissions={place.permissions}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        client = _client(address)
        client.answer("ping", deadline=DEADLINE)
        client.ask("environment_open")
        _until(client, _is_open)
        yield address
        client.answer("manager_stop", {"option": "safe_off"})
        manager.wait(DEADLINE)
    finally:
        manager.kill()
        manager.wait()
        child.end()


def run(rounds: int = 3) -> str:
    """Measure everything and give the tables."""
    from blueline.epics import loopback_environment, use_loopback
    from sim_ioc.process import IocProcess

    with (
        tempfile.TemporaryDirectory(prefix="blueline-bench-") as folder,
        IocProcess("BL:", instant=True) as ioc,
    ):
        use_loopback([ioc.port])
        environment = loopback_environment([ioc.port])
        starting = time.perf_counter()
        with our_queue(Path(folder) / "data", ioc.port) as ours:
            ours_up = time.perf_counter() - starting
            starting = time.perf_counter()
            with stock_queue(Path(folder) / "stock") as stock:
                stock_up = time.perf_counter() - starting
                ways = ((OURS, ours, OUR_PLAN), (STOCK, stock, STOCK_PLAN))
                adding, running = (
                    [
                        Case(name, f"{HERE}:{what}", {"address": address, "plan": plan})
                        for name, address, plan in ways
                    ]
                    for what in ("added", "queued")
                )
                running.append(Case(PROMPT, f"{HERE}:prompted", {"port": ioc.port}))
                running.append(Case(BARE, f"{HERE}:bare"))
                # the session at the prompt has a data folder, and so a lock, of its own
                items = measure(running, rounds, environment)
                additions = measure(adding, rounds, environment)
    return "\n".join(
        [
            table(f"A short count, {ITEMS} in the queue", "ms/item", items, (STOCK, BARE)),
            table(f"Adding an item, {ADDED} requests", "ms/item", additions, (STOCK,)),
            f"until the first item can be added: ours {ours_up:.1f} s, with all devices of the "
            f"virtual beamline; the stock manager with one detector {stock_up:.1f} s",
        ]
    )


if __name__ == "__main__":
    print(run())
