"""Whichever process of the queue is killed: plans go on, the order is kept, nothing runs twice."""

import os
import signal

import psutil
import pytest

from blueline.queue.errors import QueueError
from blueline.queue.launching import bring_down, bring_up, reopen
from blueline.queue.places import holder
from blueline.queue.reports import mended_lines
from callbacks.replay import journals, stop_of
from tests.redis_server import redis_server
from tests.system.queue_clients import command_line
from tests.system.running_queue import running_queue
from tests.waiting import wait_until

#: Seconds for what was killed to be there again: the manager is given up after five.
BACK = 40.0
#: In the tests below, each with a run that is cut off.
KILLED_WORKERS = 3
#: A scan of about three seconds.
SLOW = ("ascan", "x", 0, 0.2, 4, 0.5)


@pytest.fixture(scope="module")
def module_queue(tmp_path_factory):
    with running_queue(tmp_path_factory.mktemp("queue"), instant=False) as running:
        yield running


@pytest.fixture
def queue(module_queue):
    module_queue.clear()
    return module_queue


@pytest.fixture
def during_scan(queue):
    """Three items, the first of which runs."""
    uids = [queue.add(*SLOW), queue.add("ct", 0.1), queue.add("ct", 0.2)]
    queue.start()
    queue.wait_running(uids[0])
    return uids


def ended(queue):
    return [(item["item_uid"], item["result"]["exit_status"]) for item in queue.history()]


def test_a_killed_worker_fails_its_item_which_is_not_run_again(queue, during_scan):
    worker = queue.pid("worker")
    os.kill(worker, signal.SIGKILL)
    wait_until("another worker is there", lambda: queue.pid("worker") != worker, BACK)
    queue.wait_idle()
    assert ended(queue) == [(during_scan[0], "failed")]
    (item,) = queue.history()
    assert item["result"]["run_uids"], "the run that was cut off is known"
    again, *others = queue.waiting()
    assert again["name"] == "ascan"
    assert again["result"]["exit_status"] == "failed"
    assert [each["item_uid"] for each in others] == during_scan[1:]


def test_a_session_of_its_own_follows_a_killed_worker(queue, during_scan):
    queue.client.ask("queue_autostart", enable=True)
    worker = queue.pid("worker")
    os.kill(worker, signal.SIGKILL)
    wait_until("another worker is there", lambda: queue.pid("worker") != worker, BACK)
    queue.wait_idle()
    assert not queue.status()["queue_autostart_enabled"], "it would run the item again"
    assert len(queue.history()) == 1
    queue.client.ask("queue_item_remove", pos="front")
    queue.start()
    wait_until("both others have run", lambda: len(queue.history()) == 3, BACK)
    assert [status for _, status in ended(queue)] == ["failed", "completed", "completed"]


def test_a_plan_goes_on_when_the_manager_is_killed(queue, during_scan):
    os.kill(queue.pid("manager"), signal.SIGKILL)
    wait_until("all have run", lambda: queue.is_idle() and not queue.waiting(), BACK)
    assert ended(queue) == [(uid, "completed") for uid in during_scan]


def test_a_plan_goes_on_when_redis_is_killed(queue, during_scan):
    redis = queue.process("redis")
    os.kill(redis, signal.SIGKILL)
    wait_until("all have run", lambda: queue.is_idle() and not queue.waiting(), BACK)
    assert queue.process("redis") != redis
    assert ended(queue) == [(uid, "completed") for uid in during_scan]


def test_a_plan_goes_on_when_the_server_is_killed(queue, during_scan):
    server = queue.process("server")
    os.kill(server, signal.SIGKILL)
    wait_until("another server is there", lambda: queue.process("server") != server, BACK)
    queue.wait_idle()
    assert ended(queue)[0] == (during_scan[0], "completed")
    left = [each["item_uid"] for each in queue.waiting()]
    assert [uid for uid, _ in ended(queue)] + left == during_scan


def test_a_plan_goes_on_when_the_supervisor_is_killed(queue, during_scan):
    worker = queue.pid("worker")
    supervisor = queue.holder()
    os.kill(supervisor, signal.SIGKILL)
    wait_until("nobody holds the queue", lambda: holder(queue.place) is None)
    bring_up(queue.settings)
    assert queue.pid("worker") == worker
    wait_until("all have run", lambda: queue.is_idle() and not queue.waiting(), BACK)
    assert ended(queue) == [(uid, "completed") for uid in during_scan]


def test_a_plan_goes_on_when_the_supervisor_and_redis_are_killed(queue, during_scan):
    worker, redis = queue.pid("worker"), queue.process("redis")
    os.kill(queue.holder(), signal.SIGKILL)
    os.kill(redis, signal.SIGKILL)
    wait_until("nobody holds the queue", lambda: holder(queue.place) is None)
    bring_up(queue.settings)
    assert queue.pid("worker") == worker
    wait_until("all have run", lambda: queue.is_idle() and not queue.waiting(), BACK)
    assert queue.process("redis") != redis
    assert ended(queue) == [(uid, "completed") for uid in during_scan]


def test_a_worker_that_hangs_is_killed_by_a_reopening_by_force_and_another_comes(
    queue, during_scan
):
    worker = queue.pid("worker")
    wait_until("that is known", lambda: queue.status()["re_state"] == "running")
    os.kill(worker, signal.SIGSTOP)
    with pytest.raises(QueueError, match=r"a plan runs: .*`blueline queue reopen --force` aborts"):
        reopen(queue.place)
    reopen(queue.place, even_if_running=True)
    assert queue.is_idle()
    assert queue.pid("worker") != worker
    assert not psutil.pid_exists(worker)
    assert ended(queue) == [(during_scan[0], "failed")]


def test_a_plan_that_runs_is_aborted_with_its_clean_up_when_the_queue_is_ended(queue, during_scan):
    bring_down(queue.place, even_if_running=True)
    stop = stop_of(journals(queue.data)[-1])
    assert stop is not None
    assert stop["exit_status"] == "abort"
    bring_up(queue.settings)
    assert ended(queue) == [(during_scan[0], "aborted")]


def test_a_redis_that_is_away_for_long_is_told_and_forgotten_and_all_is_completed(tmp_path):
    with redis_server(tmp_path) as address:
        port = address.rpartition(":")[2].partition("/")[0]
        others = psutil.Process().children()
        (redis,) = (each for each in others if port in (command_line(each) or ""))
        with running_queue(tmp_path, instant=False, redis=address) as queue:

            def told():
                return " ".join(mended_lines(queue.place.log("supervisor")))

            uids = [queue.add(*SLOW), queue.add("ct", 0.1)]
            queue.start()
            queue.wait_running(uids[0])
            redis.suspend()
            wait_until("it is told", lambda: "wrong: Redis, which has" in told(), BACK)
            redis.resume()
            wait_until("all have run", lambda: queue.is_idle() and not queue.waiting(), BACK)
            assert ended(queue) == [(uid, "completed") for uid in uids]
            wait_until("nothing is wrong", lambda: told() == "", BACK)


def test_runs_of_killed_parts_are_whole_but_for_the_workers_own(queue):
    statuses = [(stop_of(path) or {}).get("exit_status") for path in journals(queue.data)]
    assert statuses.count(None) <= KILLED_WORKERS
    assert statuses.count("abort") <= 1
    assert set(statuses) <= {None, "abort", "success"}
