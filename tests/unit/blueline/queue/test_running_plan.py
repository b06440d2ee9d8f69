"""What is done with the plan that a queue runs, asked of a manager that answers as it is told."""

import json
import threading

import pytest
import zmq

from blueline.queue.client import QueueClient
from blueline.queue.errors import QueueError
from blueline.queue.running_plan import abort_plan, end_plan, has_plan, require_ready

IDLE = {"manager_state": "idle", "re_state": "idle", "worker_environment_exists": True}
RUNNING = {**IDLE, "manager_state": "executing_queue", "re_state": "running"}
PAUSED = {**IDLE, "manager_state": "paused", "re_state": "paused"}
SILENT = {"success": False, "msg": "Timeout occurred while processing the request"}
TAKEN = {"success": True, "msg": ""}


class Manager:
    """Answers each method with what it is told, the last of it again and again."""

    def __init__(self, socket, **told):
        self.asked, self._told, self._socket = [], told, socket
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._answer)
        self._thread.start()

    def _answer(self):
        while not self._ends.is_set():
            if self._socket.poll(20):
                method = json.loads(self._socket.recv())["method"]
                self.asked.append(method)
                told = self._told.get(method, [TAKEN])
                self._socket.send_json(told.pop(0) if len(told) > 1 else told[0])

    def end(self):
        self._ends.set()
        self._thread.join()


@pytest.fixture
def manager():
    """Make a manager; give it with a client of it."""
    made = []
    with zmq.Context() as context, context.socket(zmq.REP) as socket:
        port = socket.bind_to_random_port("tcp://127.0.0.1")

        def making(**told):
            made.append(Manager(socket, **told))
            return made[-1], QueueClient(f"127.0.0.1:{port}")

        yield making
        for each in made:
            each.end()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (RUNNING, "the queue runs already"),
        ({**IDLE, "worker_environment_exists": False}, "`blueline queue reopen` opens one"),
    ],
    ids=["running", "without a session"],
)
def test_what_cannot_start_says_what_to_do(manager, status, sentence):
    with pytest.raises(QueueError, match=sentence):
        require_ready(manager(status=[status])[1])


def test_a_plan_is_paused_then_aborted(manager):
    told, client = manager(status=[RUNNING, RUNNING, PAUSED])
    assert abort_plan(client)
    assert [each for each in told.asked if each != "status"] == ["re_pause", "re_abort"]


def test_a_plan_that_ends_instead_of_pausing_is_not_aborted(manager):
    told, client = manager(status=[RUNNING, IDLE])
    assert not abort_plan(client)
    assert "re_abort" not in told.asked


def test_a_plan_that_hangs_is_told_with_what_ends_it(manager):
    with pytest.raises(QueueError, match=r"to rest within 0\.3 s; .*queue reopen --force` kills"):
        abort_plan(manager(status=[RUNNING])[1], deadline=0.3)


def test_a_worker_that_does_not_answer_is_told_with_what_ends_it(manager):
    with pytest.raises(QueueError, match=r"worker does not answer.*queue reopen --force` kills"):
        abort_plan(manager(status=[RUNNING], re_pause=[SILENT])[1])


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("RE Manager is busy.", "it is busy with something else; `blueline queue status` says"),
        ("RE Worker environment does not exist.", "`blueline queue reopen` opens one"),
    ],
)
def test_what_the_manager_refuses_is_told_in_our_words(manager, theirs, ours):
    _, client = manager(queue_start=[{"success": False, "msg": theirs}])
    with pytest.raises(QueueError, match=ours):
        client.ask("queue_start")


def test_a_plan_is_ended_when_its_clean_up_is_over(manager):
    told, client = manager(status=[PAUSED, PAUSED, PAUSED, RUNNING, IDLE])
    end_plan(client, 5)
    assert told.asked[-3:] == ["re_abort", "status", "status"]
    assert not has_plan(IDLE)


def test_where_no_plan_runs_none_is_ended(manager):
    told, client = manager(status=[IDLE])
    end_plan(client, 5)
    assert told.asked == ["status"]
