"""The journal has every document whatever the consumers do, and they all get what it has."""

import threading
import time

import pytest

from callbacks.errors import JournalError
from callbacks.isolate import InProcess, InThread
from callbacks.journal import Journal, to_line
from callbacks.naming import DataFolder
from callbacks.recorder import Recorder
from callbacks.replay import Replay, from_line, journals
from tests.unit.callbacks.consumers import HERE, hang, raises, written
from tests.unit.callbacks.scan_documents import Scan, mesh
from tests.waiting import PATIENCE

#: Short, for consumers that use all of it.
BRIEFLY = 0.2


@pytest.fixture
def folder(tmp_path):
    return DataFolder(tmp_path / "data")


@pytest.fixture
def recorder(folder):
    """Make a recorder with these consumers."""
    made = []

    def make(*consumers):
        made.append(Recorder(Journal(folder.journal_path), consumers))
        return made[-1]

    yield make
    for each in made:
        each.close(BRIEFLY)


def record(recorder, *scans):
    for scan in scans:
        for name, doc in scan.documents():
            recorder(name, doc)


def everything(folder):
    return [document for path in journals(folder.root) for document in Replay(path)]


def test_every_consumer_gets_every_document(recorder, folder):
    got = [], []
    consumers = [InThread("c", lambda n, d, to=to: to.append((n, d)), print) for to in got]
    record(recorder(*consumers), Scan(), mesh())
    assert all(consumer.drain(PATIENCE) for consumer in consumers)
    assert got[0] == got[1] == everything(folder) == [*Scan().documents(), *mesh().documents()]


def test_a_document_is_in_the_journal_before_anybody_sees_it(recorder, folder):
    late = []

    def check(name, doc):
        if (name, doc) not in everything(folder):
            late.append(name)

    recording = recorder(InThread("check", check, print))
    record(recording, Scan())
    assert recording.drain(PATIENCE)
    assert late == []


def test_the_engine_s_own_document_is_not_changed(recorder):
    recording = recorder(InThread("spoiler", lambda _name, doc: doc.clear(), print))
    start = Scan().start()
    recording("start", start)
    assert recording.drain(PATIENCE)
    assert start == Scan().start()


class Leaves:
    def __call__(self, _name, _doc):
        raise SystemExit


class ClosesBadly:
    def __call__(self, _name, _doc):
        pass

    def close(self):
        raise RuntimeError


def hangs(_name, _doc):
    hang(PATIENCE)


@pytest.mark.parametrize("bad", [raises("start"), Leaves(), ClosesBadly(), hangs])
def test_a_bad_consumer_stops_neither_the_run_nor_the_others(recorder, folder, bad):
    got, notices = [], []
    good = InThread("good", lambda name, doc: got.append((name, doc)), notices.append)
    recording = recorder(InThread("bad", bad, notices.append), good)
    began = time.monotonic()
    record(recording, Scan())
    assert time.monotonic() - began < 1
    assert good.drain(PATIENCE)
    recording.close(BRIEFLY)
    assert got == everything(folder) == list(Scan().documents())
    (sentence,) = notices
    assert sentence.startswith("bad was put aside: ")
    assert sentence.endswith("; the journal has everything")


def test_a_bad_child_stops_neither_the_run_nor_the_others(recorder, folder, tmp_path):
    notices, hung = [], tmp_path / "hung"
    children = [
        InProcess("dead", f"{HERE}:exits", {"status": 1, "how": "os._exit"}, notices.append),
        InProcess("hung", f"{HERE}:hangs", {"path": str(hung)}, notices.append),
        InProcess("good", f"{HERE}:Writes", {"path": str(tmp_path / "made")}, notices.append),
    ]
    recording = recorder(*children)
    record(recording, Scan())
    assert children[2].drain(PATIENCE)
    recording.close(BRIEFLY)
    names = [name for name, _ in Scan().documents()]
    assert [name for name, _ in everything(folder)] == names
    assert written(tmp_path / "made") == [*names, "closed"]
    assert [sentence.split()[0] for sentence in sorted(notices)] == ["dead", "hung"]


def test_a_run_that_cannot_be_stored_is_refused_and_nobody_sees_it(recorder, folder):
    got = []
    consumer = InThread("c", lambda name, _doc: got.append(name), print)
    recording = recorder(consumer)
    record(recording, Scan())
    with pytest.raises(JournalError, match="cannot be created"):
        recording("start", Scan().start())
    assert consumer.drain(PATIENCE)
    assert got == [name for name, _ in everything(folder)]


def test_draining_says_where_a_consumer_was_not_done(recorder):
    release = threading.Event()
    recording = recorder(InThread("slow", lambda *_: release.wait(PATIENCE), print))
    record(recording, Scan())
    assert not recording.drain(0.01)
    release.set()
    assert recording.drain(PATIENCE)


def test_a_recorder_without_consumers_records(recorder, folder):
    recording = recorder()
    record(recording, Scan())
    assert recording.drain(0)
    assert everything(folder) == list(Scan().documents())


def test_an_engine_that_is_recorded_has_its_run_in_the_journal(recorder, folder, engine):
    from bluesky.plans import count
    from ophyd.sim import det

    engine.subscribe(recorder())
    emitted = []
    engine.subscribe(lambda name, doc: emitted.append((name, doc)))
    engine(count([det], 3))
    assert everything(folder) == [from_line(to_line(name, doc)) for name, doc in emitted]


def test_a_bad_consumer_does_not_stop_an_engine(recorder, folder, engine):
    from bluesky.plans import count
    from ophyd.sim import det

    notices = []
    engine.subscribe(recorder(InThread("bad", raises("event"), notices.append)))
    engine(count([det], 3))
    assert everything(folder)[-1][1]["exit_status"] == "success"


def test_consumers_see_the_end_of_a_run_whose_journal_could_not_take_it(folder):
    class FullAtTheEnd(Journal):
        def __call__(self, name, doc):
            if name == "stop":
                raise JournalError("the disk is full")
            return super().__call__(name, doc)

    got = []
    consumer = InThread("c", lambda name, _: got.append(name), print)
    recorder = Recorder(FullAtTheEnd(folder.journal_path), [consumer])
    with pytest.raises(JournalError, match="full"):
        record(recorder, Scan())
    recorder.close(PATIENCE)
    assert got[-1] == "stop"


# --- coming, going, being looked at


def test_one_that_comes_late_gets_what_is_left(recorder):
    got, recording = [], recorder()
    documents = list(Scan().documents())
    for name, doc in documents[:4]:
        recording(name, doc)
    recording.add(InThread("late", lambda name, doc: got.append((name, doc)), print))
    for name, doc in documents[4:]:
        recording(name, doc)
    assert recording.drain(PATIENCE)
    assert got == documents[4:]


def test_one_that_takes_part_is_not_added_again(recorder):
    got = []
    consumer = InThread("c", lambda name, _doc: got.append(name), print)
    recording = recorder(consumer)
    recording.add(consumer)
    record(recording, Scan())
    assert recording.drain(PATIENCE)
    assert len(got) == len(list(Scan().documents()))


def test_one_that_leaves_finishes_what_it_was_offered(recorder):
    got, release = [], threading.Event()

    def slow(name, _doc):
        release.wait(PATIENCE)
        got.append(name)

    consumer = InThread("c", slow, print)
    recording = recorder(consumer)
    documents = list(Scan().documents())
    for name, doc in documents[:4]:
        recording(name, doc)
    recording.remove(consumer)
    recording.remove(consumer)
    for name, doc in documents[4:]:
        recording(name, doc)
    release.set()
    recording.close(PATIENCE)
    assert got == [name for name, _ in documents[:4]]
    assert recording.consumers == []


def test_the_status_tells_of_every_consumer(recorder):
    release = threading.Event()
    slow = InThread("slow", lambda *_: release.wait(PATIENCE), print)
    bad = InThread("bad", raises("start", "no room"), lambda _sentence: None)
    recording = recorder(slow, bad)
    record(recording, Scan())
    assert not bad.drain(PATIENCE)
    status = recording.status()
    assert [state.name for state in status] == ["slow", "bad"]
    assert status["slow"].lag == len(list(Scan().documents()))
    assert status["bad"].state == "put aside: ValueError: no room"
    release.set()


def test_closing_gives_all_consumers_one_deadline(recorder):
    release, notices = threading.Event(), []
    hung = [InThread(f"c{n}", lambda *_: release.wait(), notices.append) for n in range(5)]
    recording = recorder(*hung)
    record(recording, Scan())
    began = time.monotonic()
    recording.close(BRIEFLY)
    assert time.monotonic() - began < 5 * BRIEFLY
    assert [sentence.split()[0] for sentence in notices] == ["c0", "c1", "c2", "c3", "c4"]
    release.set()


def test_an_interrupt_ends_the_waiting_not_the_closing(recorder, folder):
    class Interrupted(InThread):
        def close(self, deadline=0.0):
            super().close(0)
            if deadline > BRIEFLY:
                raise KeyboardInterrupt

    release, notices = threading.Event(), []
    first = Interrupted("first", lambda *_: None, notices.append)
    second = InThread("second", lambda *_: release.wait(), notices.append)
    recording = recorder(first, second)
    record(recording, Scan())
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        recording.close(PATIENCE)
    release.set()
    assert time.monotonic() - began < PATIENCE / 2
    assert [sentence.split()[0] for sentence in notices] == ["second"]


def test_one_that_cannot_be_offered_anything_is_left_out(recorder, folder):
    class Broken(InThread):
        def offer(self, line):
            raise RuntimeError

    recording = recorder(Broken("broken", print, print))
    record(recording, Scan())
    assert recording.consumers == []
    assert everything(folder) == list(Scan().documents())
