"""The queue as its clients see it: what runs, what is refused, what becomes of it."""

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from blueline.locks import LockedError, MachineLock
from blueline.queue.commands import app
from blueline.queue.errors import QueueError
from blueline.queue.launching import bring_up
from blueline.runs import RunArchive
from callbacks.stream_client import follow
from tests.system.queue_clients import PROGRAM, command_line, family, qserver, raw_request
from tests.system.queued_calls import CALLS, KINDS
from tests.system.running_queue import SOON, USER, running_queue
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
#: Refused wherever x is.
FAR = {"item_type": "plan", "name": "dscan", "args": ["x", -40, 40, 4, 0.1]}


@pytest.fixture(scope="module")
def module_queue(tmp_path_factory):
    folder = tmp_path_factory.mktemp("queue")
    with running_queue(folder, stream="", most_items=60, most_bytes=100_000) as running:
        yield running


@pytest.fixture
def queue(module_queue):
    module_queue.clear()
    return module_queue


def told(*words):
    """Give what a command prints."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.output


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


def fill_with_a_failure(queue):
    """Add three items of which the second fails when it runs: where x is then is not known now."""
    queue.add("ct", 0.1)
    failing = queue.add("dscan", "x", -40, 40, 4, 0.1)
    queue.add("ct", 0.2)
    return failing


def test_a_plan_that_fails_says_why_and_stops_the_queue(queue):
    fill_with_a_failure(queue)
    _, item = run_all(queue, 2)
    assert item["result"]["exit_status"] == "failed"
    assert "its limits are -25 to 25 mm" in item["result"]["msg"]
    assert [each["name"] for each in queue.waiting()] == ["dscan", "ct"]


def test_a_queue_that_has_stopped_says_where_in_each_command_and_its_item_can_be_named(queue):
    data = ["--data", str(queue.data)]
    failing = fill_with_a_failure(queue)
    run_all(queue, 2)
    stopped = "the queue stopped at number 1, dscan x -40 40 4 0.1, which failed: x cannot go to "
    assert stopped in told("status", *data)
    assert stopped in told("add", *data, "ct", "0.3")
    assert "  1  " in told("list", *data).splitlines()[0]
    again = told("start", *data)
    assert again.startswith("runs dscan x -40 40 4 0.1 again, which failed: x cannot go to ")
    wait_until("it has failed again", lambda: len(queue.history()) == 3, SOON)
    queue.wait_idle()
    assert (
        told("remove", *data, failing[:8]) == "removed dscan x -40 40 4 0.1; 2 left in the queue\n"
    )
    assert "stopped" not in told("status", *data)


def test_a_plan_that_was_aborted_has_no_peak_in_the_history(queue):
    uid = queue.add("ascan", "hcenter", -2, 2, 400, 0.1)
    queue.start()
    queue.wait_running(uid)
    told("abort", "--data", str(queue.data))
    queue.wait_idle()
    (item,) = queue.history()
    assert item["result"]["run_uids"]
    assert item["result"]["results"] == {}


def test_a_paused_plan_is_resumed_or_aborted(queue):
    uid = queue.add("ascan", "x", 0, 1, 500, 0.1)
    queue.start()
    queue.wait_running(uid)
    queue.client.ask("re_pause", option="deferred")
    wait_until("it is paused", lambda: queue.status()["manager_state"] == "paused", SOON)
    queue.client.ask("re_resume")
    wait_until("it runs", lambda: queue.status()["re_state"] == "running", SOON)
    told("abort", "--data", str(queue.data))
    queue.wait_idle()
    assert queue.history()[0]["result"]["exit_status"] == "aborted"


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (("asacn", "x"), "the queue has no plan 'asacn'; did you mean ascan?"),
        (("os.system", "ls"), "the queue has no plan 'os.system'; `blueline plans list` tells"),
        (("__import__", "os"), "the queue has no plan '__import__'"),
        (("ascan", "thta", 0, 1, 5, 0.1), "more, not 'thta'; did you mean theta?"),
        (("ascan", "x", 0, 1, 5, 0.1, 0.2), "each of ascan: counters must be one of"),
        (("ascan", "x", 0, "far", 5, 0.1), "ascan: stop must be a finite number, not 'far'"),
        (("ascan", "x.__class__", 0, 1, 5, 0.1), "not 'x.__class__'"),
        (("ascan", "x", 0, 1000, 1, 0.1), "x cannot go to 1000 mm: its limits are -25 to 25 mm"),
        (("scan", ["scaler"], "x", 0, 1000, 2), "x cannot go to 1000 mm: its limits are -25"),
        (("ascan", "energy", 9000, 1e6, 1, 0.1), "energy cannot go to 1e+06 eV"),
    ],
    ids=[
        "plan",
        "module",
        "dunder",
        "device",
        "extra",
        "type",
        "attribute",
        "limits",
        "stock",
        "pseudo",
    ],
)
def test_what_cannot_run_is_refused_at_submission_in_one_sentence(queue, call, named):
    refusal = queue.refusal(*call)
    assert named in refusal
    assert "\n" not in refusal
    assert queue.waiting() == []


def test_the_limits_refuse_behind_other_items_and_in_a_batch_as_well(queue):
    queue.add("ct", 0.1)
    assert "its limits are" in queue.refusal("ascan", "x", 0, 1000, 1, 0.1)
    items = [CALLS["ct"].item("ct"), {"item_type": "plan", "name": "mv", "args": ["x", 1000]}]
    answer = queue.client.answer("queue_item_add_batch", {"items": items, **USER})
    assert answer["msg"].startswith(
        "none of the 2 items is added, since number 2 is refused: x cannot go to 1000"
    )
    assert [item["name"] for item in queue.waiting()] == ["ct"]


def test_what_an_earlier_item_may_change_is_noted(queue):
    queue.add("mv", "x", 0)
    answer = queue.client.ask("queue_item_add", item=FAR, **USER)
    assert answer["msg"].startswith("as things are now, it would be refused: x cannot go to ")


def test_while_a_plan_runs_items_are_taken_at_once_and_arguments_are_looked_at(queue):
    uid = queue.add("ascan", "x", 0, 1, 500, 0.1)
    queue.start()
    queue.wait_running(uid)
    queue.add("ascan", "x", 0, 1000, 1, 0.1)
    assert "did you mean theta?" in queue.refusal("ascan", "thta", 0, 1, 1, 0.1)
    told("abort", "--data", str(queue.data))
    queue.wait_idle()
    assert len(queue.waiting()) == 2


@pytest.fixture(scope="module")
def reopened(module_queue):
    """Close the session, ask for what cannot be, and open it again."""
    module_queue.clear()
    worker = module_queue.pid("worker")
    module_queue.add("ascan", "x", 0, 1, 2, 0.1)
    (before,) = run_all(module_queue)
    module_queue.client.ask("history_clear")
    module_queue.add("ascan", "x", 0, 1, 2, 0.1)
    module_queue.client.ask("environment_close")
    wait_until("it is closed", lambda: not module_queue.status()["worker_environment_exists"], SOON)
    refusal = module_queue.refusal("ascan", "thta", 0, 1, 5, 0.1)
    said = told("reopen", "--data", str(module_queue.data))
    return {"worker": worker, "refusal": refusal, "said": said, "before": before["result"]}


def test_without_a_session_a_refusal_is_one_sentence_too(reopened):
    assert reopened["refusal"].startswith("ascan: motor should be 'bragg'")
    assert reopened["refusal"].endswith("not 'thta'; did you mean theta?")
    assert "\n" not in reopened["refusal"]


def test_a_reopened_session_runs_what_waits_and_its_scan_numbers_go_on(module_queue, reopened):
    said, *missing = reopened["said"].splitlines()
    assert said == "the session was closed and is open again"
    assert missing[0] == "when the session opened:", "what is not as it should be in it is told"
    assert "is a temporary folder" in missing[1]
    assert module_queue.pid("worker") != reopened["worker"]
    (item,) = run_all(module_queue)
    assert item["result"]["exit_status"] == "completed"
    (number,) = reopened["before"]["scan_ids"]
    assert item["result"]["scan_ids"] == [number + 1]


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
    port = queue.settings.environment["BLUELINE_PORT"]
    lock = MachineLock(f"Q: at 127.0.0.1:{port}")
    with pytest.raises(LockedError, match=rf"`blueline-queue` \(pid {queue.pid('worker')}\)"):
        lock.acquire()


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
    items = [CALLS[name].item(name) for name in KINDS]
    queue.client.ask("queue_item_add_batch", items=items, **USER)
    done = run_all(queue, len(items))
    assert [item["name"] for item in done] == [item["name"] for item in items]
    assert {item["result"]["exit_status"] for item in done} == {"completed"}
    runs = [len(item["result"]["run_uids"]) for item in done]
    assert runs == [CALLS[name].runs for name in KINDS]


def test_another_process_gets_the_documents_of_an_item(queue):
    queue.add("ascan", "x", 0, 1, 2, 0.1)
    (item,) = run_all(queue)
    names = [
        name
        for name, doc in follow(queue.told["stream"], since="oldest", idle=2)
        if item["result"]["run_uids"][0] in {doc.get("uid"), doc.get("run_start")}
    ]
    assert names[0] == "start"
    assert names[-1] == "stop"


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
    told("add", *data, "ascan", "x", "0", "1", "5", "0.1")
    uid = told("add", *data, "--front", "ct", "0.1").split()[0]
    first, second = told("list", *data).splitlines()
    assert first.startswith(f"  1  {uid}")
    assert first.endswith("ct 0.1")
    assert second.startswith("  2  ")
    assert second.endswith("ascan x 0 1 5 0.1")
    assert told("move", *data, uid, "2") == "ct 0.1 is number 2 of 2 now\n"
    assert told("remove", *data, "2") == "removed ct 0.1; 1 left in the queue\n"
    assert told("start", *data) == "runs ascan x 0 1 5 0.1\n"
    wait_until("it has run", lambda: len(queue.history()) == 1, SOON)
    queue.wait_idle()
    assert "completed ascan x 0 1 5 0.1  scan" in told("history", *data)
    assert "0 items in the queue, 1 in the history" in told("status", *data)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("stop", "nothing runs, so there is nothing to stop"),
        ("pause", "no plan runs, so none can be paused"),
        ("abort", "no plan runs, so none can be aborted"),
        ("resume", "no plan is paused, so none can go on"),
    ],
)
def test_what_makes_no_sense_now_is_refused_in_a_sentence(queue, command, sentence):
    result = CliRunner().invoke(app, [command, "--data", str(queue.data)])
    assert str(result.exception) == sentence
