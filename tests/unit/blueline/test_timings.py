import json
import multiprocessing
import os

import pytest

from blueline.errors import BluelineError
from blueline.timings import (
    FOLDER,
    MOST_KINDS,
    NEWEST,
    StoredTimings,
    read_timing,
    timing_path,
)
from planlib.account import Account, ScanTiming, Spent
from planlib.timings import Overhead

KIND = "ascan x, 1 counter"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "timings.json"


def test_what_was_measured_is_there_in_the_next_session(path):
    StoredTimings(path).remember(KIND, Overhead(0.5, 0.01))
    assert StoredTimings(path).recall(KIND) == Overhead(0.5, 0.01)


def test_an_unknown_kind_is_none(path):
    assert StoredTimings(path).recall(KIND) is None


def test_the_newest_scan_weighs_most_and_the_others_fade(path):
    timings = StoredTimings(path)
    timings.remember(KIND, Overhead(1.0, 0.1))
    timings.remember(KIND, Overhead(2.0, 0.2))
    assert timings.recall(KIND).per_scan == pytest.approx(1 + NEWEST)
    for _ in range(10):
        timings.remember(KIND, Overhead(2.0, 0.2))
    assert timings.recall(KIND).per_scan == pytest.approx(2.0, rel=1e-3)


def test_another_session_is_seen_at_once(path):
    ours, others = StoredTimings(path), StoredTimings(path)
    ours.remember(KIND, Overhead(1.0, 0.1))
    others.remember("ct, 1 counter", Overhead(3.0, 0.0))
    assert ours.recall("ct, 1 counter") == Overhead(3.0, 0.0)
    assert others.recall(KIND) == Overhead(1.0, 0.1)


@pytest.mark.parametrize(
    "content",
    [
        "",
        '{"version": 2, "scans": {"ascan x, 1 cou',
        "[]",
        '{"version": 99, "scans": {}}',
        '{"version": 2, "scans": []}',
        '{"version": 2, "scans": {"ascan x, 1 counter": {"per_scan": "slow"}}}',
        '{"version": 2, "scans": {"ascan x, 1 counter": null}}',
    ],
    ids=["empty", "torn", "foreign", "newer", "list", "text", "null"],
)
def test_a_file_that_is_not_ours_is_not_believed_and_then_replaced(path, content):
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    timings = StoredTimings(path)
    assert timings.recall(KIND) is None
    timings.remember(KIND, Overhead(0.5, 0.01))
    assert StoredTimings(path).recall(KIND) == Overhead(0.5, 0.01)


def test_binary_rubbish_is_not_believed(path):
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe\x00rubbish")
    assert StoredTimings(path).recall(KIND) is None


def test_what_is_no_number_is_forgotten(path):
    timings = StoredTimings(path)
    timings.remember(KIND, Overhead(float("nan"), 0.1))
    assert timings.recall(KIND) is None
    assert not path.exists()


def test_where_nothing_can_be_written_it_lasts_as_long_as_the_session(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    timings = StoredTimings(blocked / "timings.json")
    timings.remember(KIND, Overhead(1.0, 0.1))
    assert timings.recall(KIND) == Overhead(1.0, 0.1)


def test_the_oldest_kinds_are_forgotten(path):
    parts = {"per_scan": 1.0, "per_point": 0.1, "moving": 1.0, "counting": 1.0}
    known = {f"kind {n}": parts for n in range(MOST_KINDS)}
    path.parent.mkdir()
    path.write_text(json.dumps({"version": 2, "scans": known}), encoding="utf-8")
    timings = StoredTimings(path)
    timings.remember(KIND, Overhead(1.0, 0.1))
    assert timings.recall("kind 0") is None
    assert timings.recall(KIND) is not None
    assert len(json.loads(path.read_text(encoding="utf-8"))["scans"]) == MOST_KINDS


def test_nothing_is_left_beside_the_file(path):
    timings = StoredTimings(path)
    for _ in range(3):
        timings.remember(KIND, Overhead(1.0, 0.1))
    assert os.listdir(path.parent) == ["timings.json"]


def _remember_often(path, name):
    timings = StoredTimings(path)
    for _ in range(50):
        timings.remember(name, Overhead(1.0, 0.1))


def test_two_processes_do_not_tear_the_file(path):
    spawn = multiprocessing.get_context("spawn")
    both = [spawn.Process(target=_remember_often, args=(path, name)) for name in ("one", "two")]
    for process in both:
        process.start()
    for process in both:
        process.join(30)
    assert [process.exitcode for process in both] == [0, 0]
    timings = StoredTimings(path)
    # the last to write has read the other's before
    assert timings.recall("one") or timings.recall("two")
    assert json.loads(path.read_text(encoding="utf-8"))["version"] == 2


TIMING = ScanTiming(
    Account(1, counting=1.0, moving=0.5, waiting=0.0, reading=0.1, software=0.4),
    before=0.3,
    points=1.6,
    after=0.1,
    devices={"x": {"set": Spent(1, 0.5, 0.5)}},
    messages={"set": Spent(1, 0.001, 0.001)},
)


def test_what_the_time_of_a_run_went_into_is_read_back(path):
    StoredTimings(path).keep("a1b2-c3", TIMING)
    assert read_timing(path.parent, "a1b2-c3") == TIMING


def test_a_run_of_which_nothing_is_known_is_told_in_a_sentence(path):
    with pytest.raises(BluelineError, match="is not known: it has measured no point"):
        read_timing(path.parent, "a1b2-c3")


def test_a_torn_file_of_a_run_is_told_with_its_name(path):
    StoredTimings(path).keep("a1b2-c3", TIMING)
    file = timing_path(path.parent, "a1b2-c3")
    file.write_text(file.read_text()[:50])
    with pytest.raises(BluelineError, match=r"a1b2-c3.json cannot be read"):
        read_timing(path.parent, "a1b2-c3")


def test_a_disk_that_refuses_the_time_of_a_run_fails_no_scan(path, caplog):
    path.parent.mkdir(parents=True)
    (path.parent / FOLDER).write_text("in the way")
    StoredTimings(path).keep("a1b2-c3", TIMING)
    assert "cannot be written" in caplog.text
