"""What was written is read back, and what happened to the file meanwhile is told."""

import io
import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callbacks.errors import JournalError
from callbacks.journal import Journal, to_line
from callbacks.naming import DataFolder
from callbacks.replay import Replay, from_line, journals, paced, start_of, stop_of
from callbacks.table import LiveTable
from tests.unit.callbacks.scan_documents import Scan


@pytest.fixture
def scan():
    return Scan(uid="run")


@pytest.fixture
def path(tmp_path, scan):
    """A journal with a whole scan."""
    file = tmp_path / "0001_run.jsonl"
    file.write_bytes(b"".join(to_line(name, doc) for name, doc in scan.documents()))
    return file


def test_the_documents_come_back_in_order(path, scan):
    replay = Replay(path)
    assert list(replay) == list(scan.documents())
    assert replay.damage == []


def test_a_journal_can_be_read_twice(path, scan):
    replay = Replay(path)
    assert list(replay) == list(replay) == list(scan.documents())


def test_a_path_may_be_text(path, scan):
    assert len(list(Replay(str(path)))) == len(list(scan.documents()))


def test_a_torn_last_line_is_passed_over_and_told(path, scan):
    whole = list(scan.documents())
    path.write_bytes(path.read_bytes()[:-20])
    replay = Replay(path)
    assert list(replay) == whole[:-1]
    assert [(d.line, d.reason) for d in replay.damage] == [(len(whole), "the line is torn")]


def test_a_last_line_that_lost_only_its_newline_is_torn(path, scan):
    path.write_bytes(path.read_bytes()[:-1])
    replay = Replay(path)
    assert len(list(replay)) == len(list(scan.documents())) - 1
    assert len(replay.damage) == 1


DAMAGE = {
    "no JSON": b"not a document",
    "half a line": b'{"name": "event", "doc": {"a": 1',
    "two lines run together": b'{"name": "event"{"name": "event", "doc": {}}',
    "a lost block": b"\0" * 4096,
    "no text": bytes(range(128, 256)),
    "a number": b"5",
    "a list": b'["event", {}]',
    "no name": b'{"doc": {}}',
    "no content": b'{"name": "event"}',
    "a name that is no text": b'{"name": 5, "doc": {}}',
    "content that is no document": b'{"name": "event", "doc": []}',
    "a tower of brackets": b"[" * 100_000,
    "an empty line": b"",
}


@pytest.mark.parametrize("line", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_line_is_told_and_the_others_are_read(path, scan, line):
    lines = path.read_bytes().splitlines()
    lines[3] = line
    path.write_bytes(b"\n".join(lines) + b"\n")
    whole, replay = list(scan.documents()), Replay(path)
    assert list(replay) == whole[:3] + whole[4:]
    (damage,) = replay.damage
    assert damage.line == 4
    assert damage.reason.startswith("not a document")
    assert "\n" not in damage.reason


@pytest.mark.parametrize("line", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_line_that_is_no_document_is_refused(line):
    with pytest.raises(JournalError, match="not a document"):
        from_line(line)


@given(st.binary(max_size=200))
@example(b"\xff\xfe[\0")
@example(b"1" * 5000)
def test_whatever_the_bytes_they_are_a_document_or_refused(line):
    try:
        name, doc = from_line(line)
    except JournalError:
        return
    assert isinstance(name, str)
    assert isinstance(doc, dict)


@given(st.integers(0, 1000), st.binary(max_size=30))
def test_whatever_happens_to_the_file_reading_it_raises_nothing(tmp_path_factory, place, junk):
    content = b"".join(to_line(name, doc) for name, doc in Scan().documents())
    at = place * len(content) // 1000
    path = tmp_path_factory.mktemp("damaged") / "0001_x.jsonl"
    path.write_bytes(content[:at] + junk + content[at + len(junk) :])
    replay = Replay(path)
    read = list(replay)
    assert len(read) + len(replay.damage) >= content.count(b"\n") - junk.count(b"\n") - 1
    stop_of(path)
    start_of(path)


# --- what a journal begins and ends with


def test_the_start_and_the_stop_are_those_of_the_run(path, scan):
    assert start_of(path) == scan.start()
    assert stop_of(path) == scan.stop()


def test_a_run_that_was_never_closed_has_no_stop(path):
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert stop_of(path) is None


def test_a_torn_stop_is_none(path):
    path.write_bytes(path.read_bytes()[:-2])
    assert stop_of(path) is None


def test_junk_after_the_stop_does_not_hide_it(path, scan):
    path.write_bytes(path.read_bytes() + b'junk\n{"name"')
    assert stop_of(path) == scan.stop()


def test_the_stop_of_a_long_run_is_found_at_its_end(path, scan):
    *before, stop = path.read_bytes().splitlines(keepends=True)
    event = json.dumps({"name": "event", "doc": {"data": {"x": [0.5] * 1000}}}).encode() + b"\n"
    path.write_bytes(b"".join(before) + event * 100 + stop)
    assert stop_of(path) == scan.stop()


def test_a_stop_with_a_long_reason_is_found(path, scan):
    scan.reason = "because " * 20_000
    path.write_bytes(b"".join(to_line(name, doc) for name, doc in scan.documents()))
    assert stop_of(path) == scan.stop()


@pytest.mark.parametrize("content", [b"", b"junk\n", b'{"name": "sta', b"\n"])
def test_a_file_that_holds_nothing_has_no_start_and_no_stop(tmp_path, content):
    path = tmp_path / "0001_x.jsonl"
    path.write_bytes(content)
    assert start_of(path) is None
    assert stop_of(path) is None
    assert list(Replay(path)) == []


# --- the journals of a folder


def test_journals_come_in_the_order_of_their_scan_numbers(tmp_path):
    journal = Journal(DataFolder(tmp_path).journal_path)
    for number in (10, 9, 2, 10_000, 9_999):
        for name, doc in Scan(uid=f"uid{number}", scan_id=number).documents():
            journal(name, doc)
    found = [start_of(path)["scan_id"] for path in journals(tmp_path)]
    assert found == [2, 9, 10, 9_999, 10_000]


def test_a_folder_without_journals_has_none(tmp_path):
    assert journals(tmp_path) == []
    assert journals(str(tmp_path / "nowhere")) == []


# --- into a consumer, at any speed


def test_a_consumer_gets_every_document(path, scan):
    got = []
    assert Replay(path).into(lambda name, doc: got.append((name, doc))) == len(got)
    assert got == list(scan.documents())


def test_a_run_is_replayed_as_fast_as_it_was_times_the_speed(path):
    times = []
    began = time.monotonic()
    Replay(path).into(lambda *_: times.append(time.monotonic() - began), speed=1000)
    took = 200.5 / 1000  # from its start to its stop
    assert took <= times[-1] < took + 1
    assert times == sorted(times)


def test_a_gap_takes_no_longer_than_is_allowed(path):
    began = time.monotonic()
    Replay(path).into(lambda *_: None, speed=1e-3, longest_gap=0.001)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_speed_that_is_none_is_refused(path, speed):
    with pytest.raises(ValueError, match=r"cannot be replayed .* give a speed above 0"):
        Replay(path).into(lambda *_: None, speed=speed)


def test_a_replay_into_the_table_shows_the_scan_again(path):
    screen = io.StringIO()
    Replay(path).into(LiveTable(screen), speed=1e6)
    assert len(screen.getvalue().splitlines()) > len(Scan().values)


def test_documents_without_a_time_come_at_once():
    documents = [("start", {"time": 0.0}), ("datum", {}), ("event", {"time": "soon"})]
    began = time.monotonic()
    assert list(paced(documents, speed=1)) == documents
    assert time.monotonic() - began < 0.5


def test_a_document_that_is_not_whole_is_told_and_passed_over(path, scan):
    lines = path.read_bytes().splitlines(keepends=True)
    lines[4] = to_line("event", {"descriptor": "run-primary"})
    path.write_bytes(b"".join(lines))
    replay = Replay(path)
    whole = list(scan.documents())
    assert list(replay) == whole[:4] + whole[5:]
    assert [(d.line, d.reason) for d in replay.damage] == [(5, "not a whole event: it has no uid")]
