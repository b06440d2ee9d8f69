"""The queue on each Redis that this machine may have: what was accepted survives a kill."""

import asyncio
import os
import signal
import socket

import pytest
from bluesky_queueserver.manager.plan_queue_ops import PlanQueueOperations

from blueline.queue import redis_provider
from blueline.queue.errors import QueueError
from blueline.queue.places import QueueFolder
from blueline.queue.redis_provider import BUNDLED, INSTALLED, PYTHON, RedisPlace, choose, client
from tests.system.running_queue import PACKAGED
from tests.waiting import wait_until

PROVIDERS = [
    pytest.param(INSTALLED, marks=pytest.mark.needs_system),
    *([BUNDLED] if PACKAGED == BUNDLED else []),
    PYTHON,
]


@pytest.fixture
def folder(tmp_path):
    return QueueFolder(tmp_path / "queue").made()


@pytest.fixture
def start(folder):
    """Start a Redis; all end with the test."""
    children = []

    def starting(place):
        children.append(redis_provider.start(place, folder))
        return children[-1]

    yield starting
    for child in children:
        child.end()


async def queued(place, *additions):
    """Give the names in a queue, as the queue server reads them, after it has added some."""
    queue = PlanQueueOperations(redis_host=place.address, name_prefix="test")
    await queue.start()
    for name in additions:
        await queue.add_item_to_queue({"item_type": "plan", "name": name})
    items, _ = await queue.get_queue()
    await queue.stop()
    return [item["name"] for item in items]


@pytest.mark.parametrize("kind", PROVIDERS)
def test_a_queue_survives_the_kill_of_its_redis(kind, start, folder):
    place = choose(kind)
    child = start(place)
    assert asyncio.run(queued(place, "one", "two", "three")) == ["one", "two", "three"]
    if kind == PYTHON:  # what it has is on the disk a tenth of a second later
        snapshot = folder.redis / "snapshot.json"
        wait_until("it is", lambda: snapshot.exists() and "three" in snapshot.read_text())
    os.kill(child.pid, signal.SIGKILL)
    wait_until("it is dead", lambda: not child.lives())
    start(place)
    assert asyncio.run(queued(place)) == ["one", "two", "three"]


@pytest.mark.parametrize("kind", [each for each in PROVIDERS if each != PYTHON])
def test_a_true_redis_asks_for_a_password(kind, start):
    place = choose(kind)
    start(place)
    without = RedisPlace(kind, place.address.rpartition("@")[2])
    assert redis_provider.answers(place)
    assert not redis_provider.answers(without)


def test_a_configured_redis_is_used_and_left_alone(start):
    ours = choose(PACKAGED)
    start(ours)
    configured = choose(f"redis://{ours.address}")
    assert not configured.is_ours
    with client(configured) as asked:
        assert asked.ping()


def test_a_redis_that_does_not_start_is_told_with_its_log(start, folder):
    place = choose(PACKAGED)
    with (
        socket.create_server(("127.0.0.1", place.port)),
        pytest.raises(QueueError, match=r"does not start; see .*redis\.log"),
    ):
        start(place)
    assert "ddress already in use" in folder.log("redis").read_text()
