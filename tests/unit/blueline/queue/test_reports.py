"""Items as people type and read them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.queue.errors import QueueError
from blueline.queue.places import QueueFolder
from blueline.queue.reports import history_lines, item_line, item_of, status_lines, typed


def test_words_are_numbers_lists_and_names():
    item = item_of("ascan", ["x", "0", "-5.5", "[1, 2]", "true", 'md={"a": 1}', "counters=I0"])
    assert item["args"] == ["x", 0, -5.5, [1, 2], True]
    assert item["kwargs"] == {"md": {"a": 1}, "counters": "I0"}


def test_a_word_after_a_name_is_refused():
    with pytest.raises(QueueError, match="comes after md="):
        item_of("ct", ["md=1", "0.1"])


WORDS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans())


@given(st.lists(WORDS), st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), WORDS))
def test_what_is_shown_can_be_typed_again(args, kwargs):
    item = {"item_type": "plan", "name": "ct", "args": args, "kwargs": kwargs}
    words = [json.dumps(each) for each in args]
    words += [f"{name}={json.dumps(value)}" for name, value in kwargs.items()]
    assert item_of("ct", words) == item
    assert typed(item) == " ".join(["ct", *words])


def test_an_item_that_was_run_before_says_how_that_ended():
    item = {"item_uid": "0123456789", "name": "ct", "user": "ada", "args": [0.1]}
    assert item_line(item) == "01234567  ada        ct 0.1"
    assert item_line({**item, "result": {"exit_status": "failed"}}).endswith(
        "(was run before: failed)"
    )


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
    assert reason == "    Plan failed: x"


def test_the_status_has_what_was_mended_last(tmp_path):
    place = QueueFolder(tmp_path)
    place.log("supervisor").write_text(
        "2026 INFO Redis: here\n" + "".join(f"2026 WARNING died {n}\n" for n in range(5))
    )
    status = {
        "items_in_queue": 2,
        "items_in_history": 3,
        "manager_state": "idle",
        "worker_environment_state": "idle",
        "re_state": "idle",
    }
    lines = list(status_lines(status, place))
    assert lines[2] == "2 items wait, 3 have been run"
    assert lines[3:] == [f"2026 WARNING died {n}" for n in (2, 3, 4)]
