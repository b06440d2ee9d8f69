"""What became of the items of a queue."""

import json

import pytest

from blueline.queue.history import RunsOfItems
from callbacks.line import to_line
from callbacks.results import ResultFiles
from tests.unit.callbacks.scan_documents import Scan


@pytest.fixture
def file(tmp_path):
    return tmp_path / "runs.jsonl"


def note(file, item, run, scan_id, data="/nowhere", end="\n"):
    line = {"item": item, "run": run, "scan_id": scan_id, "data": data}
    with file.open("a") as out:
        out.write(json.dumps(line) + end)


def test_an_item_whose_worker_died_has_its_runs(file):
    note(file, "a", "run1", 1)
    note(file, "a", "run2", 2)
    note(file, "b", "run3", 3)
    result = RunsOfItems(file).completed({"item_uid": "a", "result": {"run_uids": []}})["result"]
    assert result == {"run_uids": ["run1", "run2"], "scan_ids": [1, 2], "results": {}}


def test_what_the_manager_knows_is_left(file):
    note(file, "a", "run1", 1)
    given = {"item_uid": "a", "result": {"run_uids": ["run1"], "scan_ids": [1], "msg": "m"}}
    assert RunsOfItems(file).completed(given)["result"]["msg"] == "m"
    assert given["result"] == {"run_uids": ["run1"], "scan_ids": [1], "msg": "m"}


def test_an_item_without_runs_has_none(file):
    result = RunsOfItems(file).completed({"item_uid": "a"})["result"]
    assert result == {"run_uids": [], "scan_ids": [], "results": {}}


def test_a_line_that_is_not_whole_yet_is_read_later(file):
    runs = RunsOfItems(file)
    note(file, "a", "run1", 1, end="")
    assert runs.completed({"item_uid": "a"})["result"]["run_uids"] == []
    with file.open("a") as out:
        out.write("\n")
    assert runs.completed({"item_uid": "a"})["result"]["run_uids"] == ["run1"]


def test_a_line_that_is_no_line_of_ours_does_not_hide_the_others(file):
    note(file, "a", "run1", 1)
    with file.open("a") as out:
        out.write("\x00\x00\n")
    note(file, "a", "run2", 2)
    assert RunsOfItems(file).completed({"item_uid": "a"})["result"]["run_uids"] == ["run1", "run2"]


def test_results_that_cannot_be_read_are_left_out(file, tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "2026_abcdefgh.json").write_text("{")
    note(file, "a", "abcdefgh-1", 1, str(tmp_path))
    assert RunsOfItems(file).completed({"item_uid": "a"})["result"]["results"] == {}


def stored(folder, uid, exit_status):
    """Leave what a session leaves of a run: its journal, and what was found in it."""
    files = ResultFiles(folder)
    (folder / "journal").mkdir()
    with (folder / "journal" / f"0007_{uid[:8]}.jsonl").open("wb") as journal:
        for name, doc in Scan(uid=uid, scan_id=7, extra={"plot": {}, "derived": {}}).documents():
            ended = {**doc, "exit_status": exit_status} if name == "stop" else doc
            journal.write(to_line(name, ended))
            files(name, ended)


def test_how_a_run_ended_is_looked_up_once_it_is_known_no_more(file, tmp_path):
    uid = "0123abcd-aaaa"
    note(file, "a", uid, 7, str(tmp_path))
    runs = RunsOfItems(file)
    item = {"item_uid": "a", "result": {"run_uids": [uid], "exit_status": "failed"}}
    assert runs.completed(item)["result"]["results"] == {}, "it goes on"
    stored(tmp_path, uid, "success")
    assert uid in runs.completed(item)["result"]["results"]
    next((tmp_path / "journal").iterdir()).unlink()
    assert uid in runs.completed(item)["result"]["results"]


@pytest.mark.parametrize(
    ("item_ended", "run_ended", "is_told"),
    [
        ("completed", "success", True),
        ("aborted", "abort", False),
        ("failed", "fail", False),
        ("failed", "success", True),
    ],
)
def test_what_was_found_is_told_of_whole_runs_only(file, tmp_path, item_ended, run_ended, is_told):
    uid = "0123abcd-aaaa"
    stored(tmp_path, uid, run_ended)
    note(file, "a", uid, 7, str(tmp_path))
    result = {"run_uids": [uid], "scan_ids": [7], "exit_status": item_ended}
    found = RunsOfItems(file).completed({"item_uid": "a", "result": result})["result"]["results"]
    assert (uid in found) is is_told
