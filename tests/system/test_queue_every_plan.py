"""Every plan of the queue, sent by bluesky-queueserver-api and by `qserver` to a real manager."""

import pytest

from blueline.runs import RunArchive
from tests.system.queue_clients import qserver, run_by_library
from tests.system.queued_calls import CALLS, KINDS
from tests.system.running_queue import running_queue

#: Seconds for all plans, of which each takes the manager about half a second.
ALL = 400.0

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def queue(tmp_path_factory):
    with running_queue(tmp_path_factory.mktemp("queue")) as running:
        yield running


@pytest.fixture(scope="module")
def by_library(queue):
    """What became of each plan that was sent by the library."""
    return run_by_library(queue, [call.item(name) for name, call in CALLS.items()], ALL)


@pytest.mark.parametrize("plan", CALLS)
def test_a_plan_sent_by_the_library_is_completed_with_its_runs(queue, by_library, plan):
    result = by_library[plan]
    assert result["exit_status"] == "completed", result["msg"]
    assert len(result["run_uids"]) == CALLS[plan].runs
    assert len(result["scan_ids"]) == CALLS[plan].runs


def test_every_run_of_them_is_whole(queue, by_library):
    uids = {uid for result in by_library.values() for uid in result["run_uids"]}
    records = {record.start["uid"]: record for record in RunArchive(queue.data)}
    assert uids <= set(records)
    assert {records[uid].status for uid in uids} == {"success"}
    assert all(records[uid].points for uid in uids)


@pytest.fixture(scope="module")
def by_program(queue, by_library):
    """What became of a plan of each kind that was sent by the program."""
    queue.clear()
    for name in KINDS:
        call = CALLS[name]
        item = {"name": name, "args": list(call.args), "kwargs": dict(call.kwargs)}
        done = qserver(queue, "queue", "add", "plan", repr(item))
        assert done.returncode == 0, done.stdout + done.stderr
    return run_by_library(queue, [], ALL)


@pytest.mark.parametrize("plan", KINDS)
def test_a_plan_sent_by_the_program_is_completed_with_its_runs(by_program, plan):
    assert by_program[plan]["exit_status"] == "completed", by_program[plan]["msg"]
    assert len(by_program[plan]["run_uids"]) == CALLS[plan].runs
