"""The socket of the manager is guarded before it is bound."""

import asyncio
from types import SimpleNamespace

import pytest
import redis
import zmq
import zmq.asyncio
from bluesky_queueserver.manager.manager import MState

from blueline.queue import guarded_manager
from blueline.queue.guarded_manager import GuardedManager
from blueline.queue.limits import Limits
from blueline.queue.places import QueueFolder

MOST = 1000


@pytest.fixture
def manager(monkeypatch):
    """Give a manager without its Redis and worker, whose socket is not made yet."""
    monkeypatch.setattr(guarded_manager, "MOST_BYTES_OF_ALL", MOST)
    made = object.__new__(GuardedManager)
    made._zmq_private_key = made._clients = made._doorman = None
    return made


async def received(manager, *sizes):
    """Give the lengths of the messages of two clients that come through, sent one by one."""
    with zmq.asyncio.Context() as context:
        manager._zmq_socket = context.socket(zmq.REP)
        port = manager._zmq_socket.bind_to_random_port("tcp://127.0.0.1")
        found = []
        for size in sizes:
            with context.socket(zmq.REQ) as client:
                client.linger = 0
                client.connect(f"tcp://127.0.0.1:{port}")
                await client.send(b"x" * size)
                if await manager._zmq_socket.poll(500):
                    found.append(len(await manager._zmq_socket.recv()))
                    await manager._zmq_socket.send(b"")
                    await client.recv()
        manager._zmq_socket.close(linger=0)
        return found


def test_a_message_beyond_the_limit_does_not_come_through_the_bound_socket(manager):
    assert asyncio.run(received(manager, MOST + 1, MOST)) == [MOST]


def test_a_manager_with_a_key_but_no_folder_of_clients_takes_no_socket(manager):
    manager._zmq_private_key = zmq.curve_keypair()[1].decode()
    needs = pytest.raises(ValueError, match="needs the folder of those who may ask it")
    with zmq.Context() as context, context.socket(zmq.REP) as made, needs:
        manager._zmq_socket = made


@pytest.mark.parametrize(
    ("group", "item", "is_permitted"),
    [
        ("primary", {"name": "ascan", "args": ["x", 0, 1]}, True),
        ("primary", {"name": "ascan", "args": ["_hidden", 0, 1]}, False),
        ("primary", {"name": "sequence", "args": [{"name": "_secret"}]}, False),
        ("nobody", {"name": "ascan", "args": ["x", 0, 1]}, False),
        (None, {"name": "ascan", "args": ["x", 0, 1]}, False),
    ],
    ids=["allowed", "device", "inner plan", "group", "no group"],
)
def test_what_permissions_forbid_is_not_looked_through(manager, group, item, is_permitted):
    manager._existing_plans = dict.fromkeys(("ascan", "sequence", "_secret"))
    manager._existing_devices = dict.fromkeys(("x", "_hidden"))
    manager._allowed_plans = {"primary": dict.fromkeys(("ascan", "sequence"))}
    manager._allowed_devices = {"primary": {"x": None}}
    params = {"item": item} | ({} if group is None else {"user_group": group})
    request = {"method": "queue_item_add", "params": params}
    assert manager._permits(request) is is_permitted


class DyingRedis:
    """Answers a ping, and is gone when it is asked for more."""

    connection_pool = property(lambda self: self)
    has_died = False

    async def ping(self):
        if self.has_died:
            raise redis.ConnectionError

    async def disconnect(self, **_):
        pass

    async def get_queue_full(self):
        self.has_died = True
        message = "Connection closed by server."
        raise redis.ConnectionError(message)

    def get_queue_size(self):
        return 0


@pytest.fixture
def asked(manager, tmp_path):
    """Give what a manager answers whose Redis dies at the first question."""
    manager._limits, manager._folder = Limits(10, 1000), QueueFolder(tmp_path)
    manager._plan_queue = DyingRedis()
    manager._plan_queue._r_pool = manager._plan_queue

    def asking(method, **params):
        return asyncio.run(manager._zmq_execute({"method": method, "params": params}))["msg"]

    return asking


def test_a_redis_that_dies_while_it_is_asked_is_told_in_a_sentence(asked):
    assert asked("queue_get").startswith("Redis, which has the queue, died while it was asked")


def test_nothing_is_added_or_started_while_the_disk_is_full(asked, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=9_000_000))
    item = {"item_type": "plan", "name": "ct"}
    assert asked("queue_item_add", item=item).startswith("only 9.0 MB are free")
    assert asked("queue_item_add_batch", items=[item]).startswith("only 9.0 MB are free")
    assert asked("queue_start").startswith("only 9.0 MB are free")
    assert "free" not in asked("queue_get")


class Stock:
    """The watchdog, the worker and the queue of a manager; keeps what they are asked."""

    def __init__(self, manager):
        self.asked = []
        self.has_started = asyncio.Event()
        manager._changing, manager._is_killing = None, False
        manager._environment_exists = manager._re_pause_pending = False
        manager._manager_state = MState.IDLE
        manager._fut_manager_task_completed = None
        manager._loop = asyncio.get_running_loop()
        manager._status_update = lambda: None
        manager._watchdog_start_re_worker = self.start
        manager._watchdog_kill_re_worker = self.kill
        manager._watchdog_is_worker_alive = self.is_alive
        manager._confirm_re_worker_exit = self.confirm
        manager._plan_queue = manager._task_results = self

    async def start(self):
        self.asked.append("start")
        self.has_started.set()
        return True

    async def kill(self):
        self.asked.append("kill")

    async def is_alive(self):
        return "kill" not in self.asked

    async def confirm(self):
        """Take a moment, as a worker does that does not answer."""
        await asyncio.sleep(0.2)

    async def set_processed_item_as_stopped(self, **_):
        self.asked.append("item is back")

    async def clear_running_tasks(self):
        pass


async def giving_up_while_it_opens(manager):
    """Give what was asked when the manager is idle again for the first time."""
    stock = Stock(manager)
    await manager._start_re_worker()
    await stock.has_started.wait()
    await manager._kill_re_worker()
    await manager._kill_re_worker()
    for _ in range(1000):
        await asyncio.sleep(0.01)
        if manager._manager_state is MState.IDLE:
            break
    return stock.asked


def test_a_worker_that_is_given_up_twice_while_it_opens_is_gone_before_another_comes(manager):
    assert asyncio.run(giving_up_while_it_opens(manager)) == ["start", "kill", "item is back"]


def test_a_worker_can_be_killed_after_a_killing_that_did_not_begin(manager):
    async def killing():
        stock = Stock(manager)
        del manager._fut_manager_task_completed
        manager._environment_exists = True
        with pytest.raises(AttributeError):
            await manager._kill_re_worker()
        manager._fut_manager_task_completed = None
        await manager._kill_re_worker()
        for _ in range(1000):
            await asyncio.sleep(0.01)
            if not manager._environment_exists:
                break
        return stock.asked

    assert asyncio.run(killing()) == ["kill", "item is back"]
