"""The queue as its clients see it: what runs, what is refused, what becomes of it."""

import contextlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
import zmq
from typer.testing import CliRunner

from blueline.locks import BeamlineLock, LockedError
from blueline.queue.commands import app
from blueline.queue.errors import QueueError
from blueline.queue.launching import bring_up
from blueline.runs import RunArchive
from callbacks.stream_client import follow
from tests.system.running_queue import SOON, USER, running_queue
from tests.system.stream_processes import free_address
from tests.system.test_queue_plans import RUNS
from tests.waiting import wait_until

#: Seconds for a program to ask and print.
PROGRAM = 30.0
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def module_queue(tmp_path_factory):
    folder = tmp_path_factory.mktemp("queue")
    stream = free_address()
    with running_queue(folder, stream=stream, most_items=60, most_bytes=100_000) as running:
        running.stream = stream
        yield running


@pytest.fixture
def queue(module_queue):
    module_queue.clear()
    return module_queue


def run_all(queue, number=1):
    queue.start()
    wait_until("all have run", lambda: len(queue.history()) >= number, SOON)
    queue.wait_idle()
    return queue.history()


def test_an_item_runs_and_its_run_is_that_of_a_session(queue):
    uid = queue.add("ascan", "x", 0, 1, 5, 0.1)
    (item,) = run_all(queue)
    assert item["item_uid"] == uid
    assert item["result"]["exit_status"] == "completed"
    record = RunArchive(queue.data).find(item["result"]["run_uids"][0])
    assert [record.start["scan_id"]] == item["result"]["scan_ids"]
    assert record.status == "success"
    assert record.points == 6


def test_history_has_what_was_found_in_a_run(queue):
    queue.add("ascan", "x", -2, 2, 20, 0.1)
    (item,) = run_all(queue)
    (uid,) = item["result"]["run_uids"]

    def found():
        return queue.history()[0]["result"]["results"].get(uid)

    wait_until("the numbers are there", found, SOON)
    assert found()["It"]["x"] == "x"
    assert json.dumps(queue.history(), allow_nan=False)


def test_a_plan_that_fails_says_why_and_stops_the_queue(queue):
    queue.add("ascan", "x", 0, 1000, 5, 0.1)
    queue.add("ct", 0.1)
    (item,) = run_all(queue)
    assert item["result"]["exit_status"] == "failed"
    assert "its limits are -25 to 25 mm" in item["result"]["msg"]
    assert [each["name"] for each in queue.waiting()] == ["ascan", "ct"]


def test_a_paused_plan_is_resumed_or_aborted(queue):
    uid = queue.add("ascan", "x", 0, 1, 500, 0.1)
    queue.start()
    queue.wait_running(uid)
    queue.client.ask("re_pause", option="deferred")
    wait_until("it is paused", lambda: queue.status()["manager_state"] == "paused", SOON)
    queue.client.ask("re_resume")
    wait_until("it runs", lambda: queue.status()["re_state"] == "running", SOON)
    result = CliRunner().invoke(app, ["abort", "--data", str(queue.data)])
    assert result.exit_code == 0, result.output
    queue.wait_idle()
    assert queue.history()[0]["result"]["exit_status"] == "aborted"


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (("nosuch", "x"), "nosuch"),
        (("os.system", "ls"), "os.system"),
        (("__import__", "os"), "__import__"),
        (("ascan", "nomotor", 0, 1, 5, 0.1), "nomotor"),
        (("ascan", "x", 0, 1, 5, 0.1, 0.2, 0.3, 0.4), "Counters"),
        (("ascan", "x", 0, "far", 5, 0.1), "far"),
        (("ascan", "x.__class__", 0, 1, 5, 0.1), "__class__"),
    ],
    ids=["plan", "module", "dunder", "device", "extra", "type", "attribute"],
)
def test_what_cannot_run_is_refused_at_submission(queue, call, named):
    assert named in queue.refusal(*call)
    assert queue.waiting() == []


def raw_request(queue, request):
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        socket.linger = 0
        socket.connect(f"tcp://{queue.told['control']}")
        socket.send(request)
        assert socket.poll(10_000)
        return json.loads(socket.recv())


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ('{"a": NaN}', "NaN"),
        ('{"a": 1, "a": 2}', "twice"),
        ("[" * 100_000, "deep"),
        ("9" * 5000, "digits"),
        ('"' + "x" * 10_000_000 + '"', "long"),
        ("\x00", "JSON"),
    ],
    ids=["nan", "duplicate", "deep", "digits", "long", "binary"],
)
def test_a_request_that_is_no_sound_json_is_refused(queue, item, reason):
    text = '{"method": "queue_item_add", "params": {"item": ' + item + "}}"
    answer = raw_request(queue, text.encode())
    assert answer["success"] is False
    assert reason in answer["msg"]
    assert queue.waiting() == []


def test_more_items_than_allowed_are_refused_together(queue):
    item = {"item_type": "plan", "name": "ct", "args": [0.1]}
    answer = queue.client.answer("queue_item_add_batch", {"items": [item] * 61, **USER})
    assert answer["success"] is False
    assert "60" in answer["msg"]
    assert queue.waiting() == []


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("script_upload", {"script": "import os"}),
        ("function_execute", {"item": {"item_type": "function", "name": "print"}, **USER}),
        ("permissions_set", {"user_group_permissions": {}}),
        ("manager_test", {"test_name": "reserve_kernel"}),
        ("manager_kill", {}),
    ],
)
def test_code_and_rules_are_taken_from_nobody(queue, method, params):
    answer = queue.client.answer(method, params)
    assert answer["success"] is False
    assert "refused" in answer["msg"]


def test_fifty_clients_at_once_have_each_item_accepted_once(queue):
    with ThreadPoolExecutor(50) as pool:
        uids = list(pool.map(lambda seconds: queue.add("ct", seconds / 100), range(1, 51)))
    assert sorted(uids) == sorted(item["item_uid"] for item in queue.waiting())


def test_a_second_manager_is_refused_and_the_first_is_named(queue):
    with pytest.raises(QueueError, match=rf"is run by .*pid {queue.holder()}"):
        bring_up(queue.settings)
    assert queue.is_idle()


def test_a_session_elsewhere_is_told_that_the_queue_has_the_beamline(queue):
    lock = BeamlineLock(queue.data / "state", queue.data.name)
    with pytest.raises(LockedError, match=rf"`blueline-queue` \(pid {queue.pid('worker')}\)"):
        lock.acquire()


def test_a_reopened_session_runs_what_waits(queue):
    worker = queue.pid("worker")
    queue.add("ascan", "x", 0, 1, 2, 0.1)
    result = CliRunner().invoke(app, ["reopen", "--data", str(queue.data)])
    assert result.exit_code == 0, result.output + str(result.exception)
    assert queue.pid("worker") != worker
    (item,) = run_all(queue)
    assert item["result"]["exit_status"] == "completed"


def family(queue):
    parents = [queue.holder(), queue.process("redis"), queue.process("server")]
    processes = [psutil.Process(pid) for pid in parents]
    return processes + [child for each in processes for child in each.children(recursive=True)]


def command_line(process):
    with contextlib.suppress(psutil.Error):  # it may just have ended
        return " ".join(process.cmdline())
    return ""


def test_every_socket_of_the_queue_is_on_this_machine(queue):
    pids = {process.pid for process in family(queue)}
    listening = [
        each.laddr.ip
        for each in psutil.net_connections("inet")
        if each.pid in pids and each.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 3
    assert set(listening) == {"127.0.0.1"}


def test_the_password_of_redis_is_on_no_command_line_and_in_no_log(queue):
    known = json.loads(queue.place.processes.read_text())
    password = known["redis"]["place"]["address"].partition("@")[0].removeprefix(":")
    assert len(password) > 40
    assert all(password not in command_line(process) for process in family(queue))
    assert all(password not in log.read_text() for log in queue.place.root.glob("*.log"))
    assert queue.place.processes.stat().st_mode & 0o077 == 0
    assert queue.place.root.stat().st_mode & 0o077 == 0


def test_the_program_of_the_how_to_page_fills_and_runs_the_queue(queue):
    page = (ROOT / "docs/how-to/use-the-queue.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    program = program.replace("127.0.0.1:60615", queue.told["control"])
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
        timeout=PROGRAM,
    )
    assert "ascan completed ['" in done.stdout, done.stderr
    (item,) = queue.history()
    assert RunArchive(queue.data).find(item["result"]["run_uids"][0]).start["sample"] == "Cu"


def test_plans_of_each_kind_run_as_one_batch(queue):
    items = [
        {"item_type": "plan", "name": name, "args": list(args)}
        for name, (args, _) in RUNS.items()
        if name != "repeat"  # repeats what its session ran last
    ]
    queue.client.ask("queue_item_add_batch", items=items, **USER)
    done = run_all(queue, len(items))
    assert [item["name"] for item in done] == [item["name"] for item in items]
    assert {item["result"]["exit_status"] for item in done} == {"completed"}


def test_another_process_gets_the_documents_of_an_item(queue):
    queue.add("ascan", "x", 0, 1, 2, 0.1)
    (item,) = run_all(queue)
    names = [
        name
        for name, doc in follow(queue.stream, since="oldest", idle=2)
        if item["result"]["run_uids"][0] in {doc.get("uid"), doc.get("run_start")}
    ]
    assert names[0] == "start"
    assert names[-1] == "stop"


def qserver(queue, *words):
    program = Path(sys.executable).with_name("qserver")
    environment = {
        **os.environ,
        "QSERVER_ZMQ_CONTROL_ADDRESS": f"tcp://{queue.told['control']}",
    }
    return subprocess.run(
        [program, *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=PROGRAM,
        env=environment,
    )


def test_the_command_line_of_the_queue_server_works(queue):
    plan = "{'name': 'ct', 'args': [0.1]}"
    added = qserver(queue, "queue", "add", "plan", plan)
    assert added.returncode == 0, added.stdout
    assert [item["args"] for item in queue.waiting()] == [[0.1]]
    wrong = qserver(queue, "queue", "add", "plan", "{'name': 'nosuch'}")
    assert wrong.returncode != 0
    assert "nosuch" in wrong.stdout + wrong.stderr


def test_our_command_line_adds_lists_moves_removes_and_shows(queue):
    data = ["--data", str(queue.data)]

    def told(*words):
        result = CliRunner().invoke(app, list(words))
        assert result.exit_code == 0, result.output + str(result.exception)
        return result.output

    told("add", *data, "ascan", "x", "0", "1", "5", "0.1")
    uid = told("add", *data, "--front", "ct", "0.1").split()[0]
    first, second = told("list", *data).splitlines()
    assert first.startswith(uid)
    assert first.endswith("ct 0.1")
    assert second.endswith("ascan x 0 1 5 0.1")
    told("move", *data, uid, "1")
    told("remove", *data, uid)
    told("start", *data)
    wait_until("it has run", lambda: len(queue.history()) == 1, SOON)
    queue.wait_idle()
    assert "completed ascan x 0 1 5 0.1  scan" in told("history", *data)
    assert "0 items wait, 1 have been run" in told("status", *data)
