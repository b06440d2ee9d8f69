"""Every document is in the journal, to the last bit, when the journal returns."""

import fcntl
import math
import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks import journal as journal_module
from callbacks import run_journal
from callbacks.errors import JournalError
from callbacks.journal import Journal, require_writable, to_line
from callbacks.replay import Replay, from_line, journals, stop_of
from tests.faults.small_disk import files_end_at
from tests.unit.callbacks.scan_documents import Scan, feed, page
from tests.waiting import wait_until


def read(folder):
    (path,) = journals(folder.root)
    return list(Replay(path))


# --- nothing is lost, nothing is changed


def test_each_document_is_on_disk_when_the_journal_returns(journal, folder):
    written = []
    for document in Scan().documents():
        journal(*document)
        written.append(document)
        assert read(folder) == written


def test_a_run_that_is_killed_keeps_what_was_written(folder):
    script = (
        "import os, signal, sys\n"
        "from callbacks.journal import Journal\n"
        "from callbacks.naming import DataFolder\n"
        "from tests.unit.callbacks.scan_documents import Scan\n"
        "journal = Journal(DataFolder(sys.argv[1]).journal_path)\n"
        "for name, doc in list(Scan().documents())[:9]: journal(name, doc)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(folder.root)], timeout=30, check=False)
    assert read(folder) == list(Scan().documents())[:9]


def test_the_journal_gives_the_line_that_it_wrote(journal, folder):
    lines = [journal(name, doc) for name, doc in Scan().documents()]
    (path,) = journals(folder.root)
    assert path.read_bytes() == b"".join(lines)


@pytest.fixture
def synced(monkeypatch):
    """The sizes that files had when the disk was asked to keep them."""
    sizes, asked = [], os.fsync

    def fsync(file):
        status = os.fstat(file)
        if stat.S_ISREG(status.st_mode):
            sizes.append(status.st_size)
        asked(file)

    monkeypatch.setattr(os, "fsync", fsync)
    return sizes


def test_start_and_descriptor_reach_the_disk_at_once(journal, synced):
    written = 0
    for document in list(Scan(baseline=False).documents())[:2]:
        written += len(journal(*document))
        wait_until("it is synced", lambda: written in synced, 0.5)  # noqa: B023 - done with here


def test_a_run_that_has_ended_is_on_the_disk(journal, synced):
    lines = [journal(name, doc) for name, doc in Scan().documents()]
    assert synced[-1] == sum(map(len, lines))


def test_events_reach_the_disk_within_a_second_and_together(journal, synced, monkeypatch):
    monkeypatch.setattr(run_journal, "SYNC_PERIOD", 0.1)
    written = sum(len(journal(*document)) for document in list(Scan().documents())[:4])
    wait_until("it is synced", lambda: written in synced)
    before = len(synced)
    written += sum(len(journal("event", Scan().event(index))) for index in range(5))
    wait_until("they are synced", lambda: written in synced)
    assert len(synced) <= before + 2


def same_bits(a, b):
    return np.float64(a).tobytes() == np.float64(b).tobytes() or (math.isnan(a) and math.isnan(b))


@given(st.lists(st.floats(), max_size=20))
def test_floats_come_back_to_the_last_bit(values):
    _, doc = from_line(to_line("event", {"data": values}))
    assert all(map(same_bits, doc["data"], values))
    assert len(doc["data"]) == len(values)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), _JSON, max_size=5))
def test_any_document_comes_back_equal_from_one_line(doc):
    line = to_line("start", doc)
    assert line.count(b"\n") == 1
    assert from_line(line) == ("start", doc)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(0.1), 0.1),
        (np.float32(0.1), 0.10000000149011612),
        (np.int16(-7), -7),
        (np.uint64(2**64 - 1), 2**64 - 1),
        (np.bool_(1), True),
        (np.str_("µ"), "µ"),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array([0.1, 1e-320]), [0.1, 1e-320]),
        (np.array(2.5), 2.5),
        (np.zeros(0), []),
        ((1, 2.5), [1, 2.5]),
    ],
)
def test_what_numpy_gives_is_stored_as_numbers(value, expected):
    _, doc = from_line(to_line("event", {"data": {"x": value}}))
    assert doc["data"]["x"] == expected
    assert type(doc["data"]["x"]) is type(expected)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float32(np.nan)])
def test_what_is_no_number_comes_back_as_it_was(value):
    _, doc = from_line(to_line("event", {"x": value}))
    assert same_bits(doc["x"], float(value))


@pytest.mark.parametrize(
    "text", ["two\nlines", "\r\n", "\u2028", "µ·t 日本 😀", "\0", "\ud800", '"\\']
)
def test_any_text_stays_on_its_line(text):
    line = to_line("start", {"sample": text, text: 1})
    assert line.index(b"\n") == len(line) - 1
    assert from_line(line)[1] == {"sample": text, text: 1}
    line.decode()


def itself():
    loop = {}
    loop["again"] = loop
    return loop


def deep():
    tower = []
    for _ in range(100_000):
        tower = [tower]
    return tower


UNSTORABLE = {
    "a set": {1},
    "bytes": b"1",
    "an object": object(),
    "a complex number": 1j,
    "a function": len,
    "a key that is no text": {(1, 2): 3},
    "an array of objects": np.array([object()]),
    "a document within itself": itself(),
    "a tower": deep(),
}


@pytest.mark.parametrize("value", UNSTORABLE.values(), ids=UNSTORABLE.keys())
def test_what_cannot_be_stored_is_refused_in_a_sentence(journal, value):
    feed(journal, Scan(), 4)
    event = Scan().event(0)
    event["data"]["x"] = value
    with pytest.raises(JournalError, match="cannot be stored") as caught:
        journal("event", event)
    assert len(str(caught.value)) < 300


def test_a_document_that_cannot_be_stored_leaves_no_trace(journal, folder):
    before = feed(journal, Scan(), 4)
    with pytest.raises(JournalError):
        journal("event", {"descriptor": Scan().descriptor()["uid"], "data": {1, 2}})
    assert read(folder) == before


# --- one file for each run, written once


def test_each_run_has_its_own_file(journal, folder):
    first = feed(journal, Scan(uid="first", scan_id=1))
    second = feed(journal, Scan(uid="second", scan_id=2))
    assert [list(Replay(path)) for path in journals(folder.root)] == [first, second]


def test_runs_that_are_open_at_once_do_not_mix(journal, folder):
    runs = [list(Scan(uid=uid, scan_id=n).documents()) for n, uid in enumerate(("a", "b"))]
    for pair in zip(*runs, strict=True):
        for name, doc in pair:
            journal(name, doc)
    assert [list(Replay(path)) for path in journals(folder.root)] == runs


def test_event_pages_are_stored_as_they_are(journal, folder):
    scan = Scan(baseline=False)
    feed(journal, scan, 2)
    packed = page([scan.event(i) for i in range(5)])
    journal("event_page", packed)
    assert read(folder)[-1] == ("event_page", packed)


def test_a_journal_is_never_overwritten(journal, folder):
    whole = feed(journal, Scan())
    with pytest.raises(JournalError, match=r"0001_aaaaaaaa.jsonl cannot be created: File exists"):
        journal("start", Scan().start())
    assert read(folder) == whole


def test_a_run_that_was_refused_is_not_begun(journal):
    feed(journal, Scan())
    with pytest.raises(JournalError, match="cannot be created"):
        journal("start", Scan().start())
    with pytest.raises(JournalError, match="a stop document came whose run was never started"):
        journal("stop", Scan().stop())


@pytest.mark.parametrize("name", ["event", "descriptor", "stop"])
def test_a_document_whose_run_was_never_started_is_refused(journal, name):
    with pytest.raises(JournalError, match=f"a {name} document came whose run was never started"):
        journal(name, dict(list(Scan().documents()))[name])


def test_a_document_after_the_stop_is_refused(journal, folder):
    whole = feed(journal, Scan())
    with pytest.raises(JournalError, match="never started"):
        journal("event", Scan().event(0))
    assert read(folder) == whole


def is_locked(path):
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_a_journal_is_locked_while_its_run_is_open(journal, folder):
    documents = list(Scan().documents())
    for name, doc in documents[:-1]:
        journal(name, doc)
        assert is_locked(*journals(folder.root))
    journal(*documents[-1])
    assert not is_locked(*journals(folder.root))


def test_closing_unlocks_the_runs_that_are_open(journal, folder):
    feed(journal, Scan(), 5)
    journal.close()
    (path,) = journals(folder.root)
    assert not is_locked(path)
    assert stop_of(path) is None


def test_a_child_process_does_not_keep_the_journal(journal, folder):
    feed(journal, Scan(), 3)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, close_fds=False) as child:
        journal.close()
        assert not is_locked(*journals(folder.root))
        child.communicate(timeout=10)


# --- a disk that takes no more


def test_a_full_disk_is_told_in_a_sentence(journal, folder):
    feed(journal, Scan(), 4)
    (path,) = journals(folder.root)
    with files_end_at(path.stat().st_size + 50), pytest.raises(JournalError) as caught:
        journal("event", Scan().event(0))
    assert str(caught.value) == f"the journal {path} cannot be written: File too large"


def test_what_a_full_disk_took_in_part_does_not_spoil_the_stop(journal, folder):
    before = feed(journal, Scan(), 4)
    (path,) = journals(folder.root)
    with files_end_at(path.stat().st_size + 50), pytest.raises(JournalError):
        journal("event", Scan().event(0))
    journal("stop", Scan().stop() | {"num_events": {"primary": 1, "baseline": 1}})
    replay = Replay(path)
    stored = {"primary": 0, "baseline": 1}
    assert list(replay) == [*before, ("stop", Scan().stop() | {"num_events": stored})]
    assert replay.damage == []


# --- where a run could not be stored


def test_a_folder_is_made_where_there_is_none(tmp_path):
    require_writable(tmp_path / "new" / "journal")
    assert (tmp_path / "new" / "journal").is_dir()


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(JournalError, match=r"the data folder .*/data/journal cannot be used: .*"):
        require_writable(tmp_path / "data" / "journal")


def test_a_folder_that_cannot_be_made_is_refused():
    with pytest.raises(JournalError, match=r"the data folder /proc/x cannot be used: .* name anot"):
        require_writable(Path("/proc/x"))


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    if os.access(folder, os.W_OK):  # a superuser may write everywhere but here
        folder = Path("/proc/1")
    with pytest.raises(JournalError, match=f"the data folder {folder} cannot be written; name ano"):
        require_writable(folder)


def test_a_disk_that_is_almost_full_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(journal_module, "MINIMUM_FREE_BYTES", 10**18)
    with pytest.raises(JournalError, match=r"only \d+ MB are free in .*, so make room or name"):
        require_writable(tmp_path)


def test_no_run_starts_where_it_could_not_be_stored(folder, monkeypatch):
    monkeypatch.setattr(journal_module, "MINIMUM_FREE_BYTES", 10**18)
    with pytest.raises(JournalError, match="MB are free"):
        Journal(folder.journal_path)("start", Scan().start())
    assert journals(folder.root) == []
