"""Items as people type and read them."""

import json
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.queue.errors import QueueError
from blueline.queue.places import QueueFolder
from blueline.queue.reports import (
    BEGINS,
    WELL,
    full_disk,
    history_lines,
    item_line,
    item_of,
    mended_lines,
    reason_of,
    started_line,
    status_lines,
    stopped_line,
    typed,
    unaborted_line,
)


def test_words_are_numbers_lists_and_names():
    item = item_of("ascan", ["x", "0", "-5.5", "[1, 2]", "true", 'md={"a": 1}', "counters=I0"])
    assert item["args"] == ["x", 0, -5.5, [1, 2], True]
    assert item["kwargs"] == {"md": {"a": 1}, "counters": "I0"}


def test_numbers_and_lists_are_read_as_they_are_typed_in_spec():
    assert item_of("ct", [".5", "1.", "+0.1", "[scaler]"])["args"] == [0.5, 1, 0.1, ["scaler"]]
    nested = item_of("anscan", ["[[x, 0, .5], [y,0,1]]", "counters=[scaler, I0]"])
    assert nested["args"] == [[["x", 0, 0.5], ["y", 0, 1]]]
    assert nested["kwargs"] == {"counters": ["scaler", "I0"]}


def test_what_is_no_number_in_json_is_left_to_be_refused():
    assert item_of("ct", ["nan", "-inf"])["args"] == ["nan", "-inf"]


def test_a_word_after_a_name_is_refused():
    with pytest.raises(QueueError, match="comes after md="):
        item_of("ct", ["md=1", "0.1"])


WORDS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans())


@given(
    st.lists(WORDS, max_size=4),
    st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), WORDS, max_size=4),
)
def test_what_is_shown_can_be_typed_again(args, kwargs):
    item = {"item_type": "plan", "name": "ct", "args": args, "kwargs": kwargs}
    words = [json.dumps(each) for each in args]
    words += [f"{name}={json.dumps(value)}" for name, value in kwargs.items()]
    assert item_of("ct", words) == item
    assert typed(item) == " ".join(["ct", *words])


ITEM = {"item_uid": "0123456789", "name": "ct", "user": "ada", "args": [0.1]}
FAILED = {**ITEM, "result": {"exit_status": "failed", "msg": "Plan failed: no beam.\n at y"}}


def test_an_item_is_listed_with_its_number():
    assert item_line(ITEM, 2) == "  2  01234567  ada        ct 0.1"
    assert item_line(ITEM) == "now  01234567  ada        ct 0.1"


def test_an_item_that_was_run_before_says_how_that_ended():
    assert item_line(FAILED, 1).endswith("ct 0.1  (failed: no beam)")
    assert item_line({**ITEM, "result": {"exit_status": "aborted", "msg": "by ada"}}, 1).endswith(
        "ct 0.1  (was aborted)"
    )


def test_a_queue_that_has_stopped_says_where_and_why_and_what_to_do():
    assert stopped_line([FAILED, ITEM], "idle") == (
        "the queue stopped at number 1, ct 0.1, which failed: no beam; `blueline queue start` runs "
        "it again, `blueline queue remove 1` drops it"
    )


@pytest.mark.parametrize(
    ("items", "state"),
    [([], "idle"), ([ITEM, FAILED], "idle"), ([FAILED], "executing_queue")],
    ids=["empty", "another is first", "goes on"],
)
def test_a_queue_that_has_not_stopped_says_nothing(items, state):
    assert stopped_line(items, state) == ""


def test_what_starts_is_told():
    assert started_line([]).startswith("nothing waits in the queue, so nothing runs")
    assert started_line([ITEM]) == "runs ct 0.1"
    assert started_line([ITEM, ITEM, ITEM]) == "runs ct 0.1, then 2 more"
    assert started_line([FAILED, ITEM]).startswith("runs ct 0.1 again, which failed: no beam; if")


def test_a_line_of_history_has_the_scan_and_what_was_found():
    result = {
        "exit_status": "completed",
        "run_uids": ["abcdefgh-1"],
        "scan_ids": [7],
        "time_stop": 1e9,
        "results": {"abcdefgh-1": {"It": {"peak": {"center": 1, "com": 1.25, "fwhm": None}}}},
    }
    first, second = history_lines({"name": "ct", "args": [0.1], "result": result})
    assert first.endswith("completed ct 0.1  scan 7 abcdefgh")
    assert second == "    It: cen 1, com 1.25"


def test_a_line_of_history_has_the_first_line_of_the_reason():
    result = {"exit_status": "failed", "msg": "Plan failed: x\n  at y"}
    _, reason = history_lines({"name": "ct", "result": result})
    assert reason == "    x"


STATUS = {
    "items_in_queue": 2,
    "items_in_history": 3,
    "manager_state": "idle",
    "worker_environment_state": "idle",
    "re_state": "idle",
    "worker_environment_exists": True,
}


def logged(said, ago=1.0):
    """Give a line of a supervisor's log."""
    at = datetime.now().astimezone() - timedelta(seconds=ago)
    return f"{at:%Y-%m-%d %H:%M:%S},000 {said}"


@pytest.mark.parametrize(
    ("state", "has_session", "line"),
    [
        ("idle", True, "nothing runs; its session is open"),
        ("executing_queue", True, "the items run; its session is open"),
        ("creating_environment", False, "its session opens"),
    ],
)
def test_the_status_says_what_the_queue_does_in_words(tmp_path, state, has_session, line):
    status = {**STATUS, "manager_state": state, "worker_environment_exists": has_session}
    assert list(status_lines(status, QueueFolder(tmp_path)))[1] == line


def test_the_status_has_what_was_mended_last(tmp_path):
    place = QueueFolder(tmp_path)
    lines = [logged(f"WARNING died {n}") for n in range(5)]
    place.log("supervisor").write_text("\n".join([logged("INFO Redis"), *lines]))
    shown = list(status_lines(STATUS, place))
    assert shown[2] == "2 items in the queue, 3 in the history"
    assert [line[20:] for line in shown[3:]] == [f"mended: died {n}" for n in (2, 3, 4)]


def test_the_status_has_nothing_that_was_mended_more_than_a_day_ago(tmp_path):
    log = tmp_path / "supervisor.log"
    log.write_text("\n".join([logged("WARNING died", ago=90_000), logged("WARNING again", 80_000)]))
    assert [line[20:] for line in mended_lines(log)] == ["mended: again"]


def test_the_status_has_nothing_wrong_that_no_longer_is(tmp_path):
    log = tmp_path / "supervisor.log"
    lines = ["ERROR no Redis", "WARNING died", f"INFO {WELL}", "ERROR no worker"]
    log.write_text("\n".join(map(logged, lines)))
    assert [line[20:] for line in mended_lines(log)] == ["mended: died", "wrong: no worker"]


def test_the_status_has_nothing_of_an_earlier_supervisor(tmp_path):
    place = QueueFolder(tmp_path)
    place.log("supervisor").write_text(
        "2026-11-21 10:00:00,000 ERROR it did not come up\nTraceback of it\n"
        f"2026-11-22 10:00:00,000 INFO {BEGINS}\n2026-11-22 10:00:01,000 ERROR no answer\n"
        "Traceback\n"
    )
    assert mended_lines(place.log("supervisor")) == ["2026-11-22 10:00:01 wrong: no answer"]


def test_the_status_says_where_the_queue_has_stopped(tmp_path):
    shown = list(status_lines(STATUS, QueueFolder(tmp_path), [FAILED, ITEM]))
    assert shown[3] == stopped_line([FAILED], "idle")


def test_an_option_among_the_words_of_a_plan_is_refused():
    with pytest.raises(QueueError, match=r"--nosuch is no option of `blueline queue add`; it has"):
        item_of("ct", ["0.1", "--nosuch"])


def test_what_a_terminal_would_act_on_is_shown_as_json_has_it_and_what_is_long_is_cut():
    shown = typed({"name": "ct", "args": ["\x1b[2J", "é", "x" * 900, list(range(900))]})
    assert shown.startswith(r'ct "\u001b[2J" é xxx')
    assert shown.isprintable()
    assert len(shown) < 400


def test_the_status_says_what_clients_have_set(tmp_path):
    modes = {"queue_stop_pending": True, "plan_queue_mode": {"loop": True}}
    shown = list(status_lines({**STATUS, **modes}, QueueFolder(tmp_path)))
    assert shown[3] == "it stops after what runs now"
    assert shown[4].startswith("it repeats its items (loop mode)")


def test_the_status_says_what_is_missing_in_the_session_or_that_there_is_none(tmp_path):
    place = QueueFolder(tmp_path)
    place.startup_notices.write_text("setup.py:3: ValueError: no beam\n")
    shown = list(status_lines(STATUS, place))
    assert shown[3:] == ["when the session opened:", "  setup.py:3: ValueError: no beam"]
    closed = {**STATUS, "worker_environment_exists": False}
    assert list(status_lines(closed, place))[3:] == [
        "it has no session, so nothing can run; `blueline queue reopen` opens one"
    ]


def test_the_status_says_where_documents_can_be_followed(tmp_path):
    place = QueueFolder(tmp_path)
    place.stream.write_text("127.0.0.1:15000")
    assert list(status_lines(STATUS, place))[3:] == [
        "its documents can be followed at 127.0.0.1:15000"
    ]
    place.stream.write_text("")
    assert list(status_lines(STATUS, place))[3:] == []


def test_a_full_disk_of_the_queue_is_told(tmp_path, monkeypatch):
    assert full_disk(tmp_path) == []
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=2_500_000))
    (told,) = full_disk(tmp_path)
    assert told.startswith(f"only 2.5 MB are free where the queue keeps its items, {tmp_path}")


@pytest.mark.parametrize(
    ("message", "traceback", "reason"),
    [
        ("Plan failed: 'x'", "Traceback\n  File\nKeyError: 'x'\n", "KeyError: 'x'"),
        ("Plan failed: ", "Traceback\n  File\nRuntimeError\n", "RuntimeError"),
        ("Plan failed: no beam.", "Traceback\nplanlib.errors.PlanError: no beam.\n", "no beam"),
        ("Plan failed: out", "SystemExit: 3\nTraceback\nplanlib.errors.PlanError: out\n", "out"),
        ("RE Worker environment was destroyed", "", "its worker died, or was killed"),
        ("", "", ""),
    ],
    ids=["word", "nothing", "ours", "ours of theirs", "killed", "completed"],
)
def test_why_an_item_failed_names_an_error_of_python_s_own(message, traceback, reason):
    assert reason_of({"msg": message, "traceback": traceback}) == reason


def test_a_plan_that_ended_by_itself_before_it_was_aborted_is_told_with_where_it_is():
    told = unaborted_line([{"name": "ct", "args": [2]}], "idle")
    assert told == (
        "the plan ended by itself before it was aborted; `blueline queue history` shows how"
    )
    failed = {"name": "ct", "args": [1], "result": {"exit_status": "failed", "msg": "no beam"}}
    told = unaborted_line([failed], "idle")
    assert "the queue stopped at number 1, ct 1, which failed: no beam" in told


def test_a_folder_that_is_gone_has_no_room_and_is_told(tmp_path):
    (told,) = full_disk(tmp_path / "gone")
    assert told.startswith(f"where the queue keeps its items, {tmp_path}/gone, cannot be looked at")
