"""The seams of bluesky-queueserver in which ours stand are still there."""

import inspect
import logging

import pytest
from bluesky_queueserver.manager import profile_tools, start_manager
from bluesky_queueserver.manager.manager import RunEngineManager
from bluesky_queueserver.manager.worker import RunEngineWorker

from blueline.queue import guarded_manager, guarded_worker, server
from blueline.queue.settings import QueueSettings

TOLD = {"control": "127.0.0.1:1", "info": "127.0.0.1:2", "redis": ":secret@127.0.0.1:3/0"}


@pytest.mark.parametrize(
    ("ours", "stock"),
    [
        (guarded_manager.GuardedManager, RunEngineManager),
        (guarded_worker.GuardedWorker, RunEngineWorker),
    ],
)
def test_what_we_override_is_still_there(ours, stock):
    own = {
        "__init__",
        "_redis_answers",
        "_note",
        "_watch_door",
        "_submitted",
        "_verdicts",
        "_permits",
    }
    overridden = {name for name, value in vars(ours).items() if inspect.isfunction(value)} - own
    assert overridden
    assert all(hasattr(stock, name) for name in overridden)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (RunEngineManager.zmq_server_comm, "self._zmq_socket = self._ctx.socket(zmq.REP)"),
        (RunEngineManager.zmq_server_comm, "self._zmq_socket.bind("),
        (RunEngineManager.zmq_server_comm, "self._zmq_private_key is not None"),
        (RunEngineManager.zmq_server_comm, "await self._zmq_receive()"),
        (RunEngineManager.zmq_server_comm, "await self._zmq_execute(msg_in)"),
        (RunEngineManager.zmq_server_comm, "self._plan_queue = PlanQueueOperations("),
        (RunEngineManager._periodic_worker_state_request, "self._process_plan_report()"),
        (RunEngineManager.zmq_server_comm, "self._comm_to_worker = PipeJsonRpcSendAsync("),
        (RunEngineManager._start_re_worker, "self._start_re_worker_task()"),
        (RunEngineManager._stop_re_worker, "self._stop_re_worker_task()"),
        (RunEngineManager._kill_re_worker, "self._kill_re_worker_task()"),
        (RunEngineWorker.run, "self._worker_prepare_for_startup()"),
        (RunEngineWorker._worker_prepare_for_startup, "self._comm_to_manager.add_method("),
        (RunEngineWorker.run, "self._worker_startup_code()"),
        (RunEngineWorker.run, "self._worker_shutdown_code()"),
        (RunEngineWorker._start_new_plan, "self._running_plan_info = plan_info"),
        (start_manager.start_manager, "wp = WatchdogProcess("),
        (start_manager.WatchdogProcess.__init__, "cls_run_engine_manager"),
    ],
)
def test_the_queue_server_still_calls_what_we_override(place, text):
    assert text in inspect.getsource(place)


def test_the_queue_server_still_marks_its_worker(monkeypatch):
    monkeypatch.setenv("_QSERVER_RE_WORKER_ACTIVE", "1")
    assert profile_tools.is_re_worker_active()


def test_the_manager_listens_where_it_is_told(tmp_path):
    words = server.arguments(QueueSettings(str(tmp_path), {}), TOLD)
    options = dict(zip(words[::2], words[1::2], strict=True))
    assert options["--zmq-control-addr"] == "tcp://127.0.0.1:1"
    assert options["--zmq-info-addr"] == "tcp://127.0.0.1:2"
    assert options["--redis-addr"] == TOLD["redis"]


def test_the_line_with_the_password_is_not_logged():
    logger = logging.getLogger("test of the queue")
    record = logger.makeRecord("n", 20, "f", 1, "RE Manager configuration:\n%s", ("secret",), None)
    assert not server._without_configuration(record)
    assert "RE Manager configuration:" in inspect.getsource(start_manager.start_manager)
