"""Each run has a writer of its own, which sees streams by name and events one by one."""

import pytest

from callbacks.writer import RunWriter, Writers
from tests.unit.callbacks.scan_documents import Scan, page


class Told(RunWriter):
    """Remembers what it was told."""

    def __init__(self, start):
        super().__init__(start)
        self.told = []
        self.paths.append(f"{start['uid']}.txt")

    def described(self, stream, descriptor):
        self.told.append(("described", stream))

    def point(self, stream, event):
        self.told.append((stream, event["seq_num"]))

    def ended(self, stop):
        self.told.append("ended")

    def close(self):
        self.told.append("closed")


@pytest.fixture
def runs():
    return {}


@pytest.fixture
def writers(runs):
    def begin(start):
        runs[start["uid"]] = Told(start)
        return runs[start["uid"]]

    return Writers(begin)


EXPECTED = [
    ("described", "baseline"),
    ("baseline", 1),
    ("described", "primary"),
    *(("primary", i + 1) for i in range(11)),
    ("baseline", 2),
    "ended",
    "closed",
]


def test_a_run_is_told_its_streams_its_events_and_its_end(writers, runs):
    scan = Scan()
    for name, doc in scan.documents():
        writers(name, doc)
    assert runs[scan.uid].told == EXPECTED


def test_the_events_of_a_page_come_one_by_one(writers, runs):
    scan = Scan()
    events = [scan.event(i) for i in range(11)]
    paged = [(n, d) for n, d in scan.documents() if not (n == "event" and "primary" in d["uid"])]
    paged.insert(4, ("event_page", page(events)))
    for each in paged:
        writers(*each)
    assert runs[scan.uid].told == EXPECTED


def test_runs_that_are_open_together_have_writers_of_their_own(writers, runs):
    scans = [Scan(), Scan(uid="b", scan_id=2)]
    for pair in zip(*(scan.documents() for scan in scans), strict=True):
        for each in pair:
            writers(*each)
    assert [runs[scan.uid].told for scan in scans] == [EXPECTED, EXPECTED]


def test_files_are_told_once_each(writers):
    for uid in "ab":
        for name, doc in Scan(uid=uid).documents():
            writers(name, doc)
    assert writers.paths == ["a.txt", "b.txt"]


def test_closing_closes_runs_that_are_open_without_an_end(writers, runs):
    scan = Scan()
    for name, doc in list(scan.documents())[:5]:
        writers(name, doc)
    writers.close()
    assert runs[scan.uid].told[-1] == "closed"
    assert "ended" not in runs[scan.uid].told


def test_a_run_that_is_not_written_does_nothing():
    writers = Writers(lambda start: None)
    for name, doc in Scan().documents():
        writers(name, doc)
    writers.close()
    assert writers.paths == []


def test_events_of_a_stream_that_was_never_described_are_passed_over(writers, runs):
    scan = Scan()
    writers("start", scan.start())
    writers("event", scan.event(0))
    assert runs[scan.uid].told == []
