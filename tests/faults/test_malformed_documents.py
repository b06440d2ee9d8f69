"""Documents in any order, of any content: consumers take or leave them, and none raises (M1)."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callbacks import LastScan, LiveTable, Peaks, SpecWriter
from callbacks.errors import CallbackError, JournalError
from callbacks.journal import Journal
from callbacks.line import from_line
from callbacks.naming import DataFolder
from callbacks.nexus_file import nexus_consumer
from callbacks.plot import plot_consumer
from callbacks.recover import recover
from callbacks.replay import Replay, journals, paced
from callbacks.routing import RunIndex
from callbacks.run_columns import read_columns
from tests.unit.callbacks.scan_documents import Scan, page

SCAN, OTHER = Scan(uid="run"), Scan(uid="other", scan_id=2)
DOCUMENTS = list(SCAN.documents())
Documents = list[tuple[str, dict[str, Any]]]
Consumer = Callable[[str, dict[str, Any]], object]

CONSUMERS: dict[str, Callable[[Path], Consumer]] = {
    "the live table": lambda _: LiveTable(io.StringIO()),
    "the peaks": lambda _: Peaks(),
    "the last scan": lambda _: LastScan(),
    "the SPEC writer": lambda root: SpecWriter(DataFolder(root).spec_path),
    "the NeXus writer": lambda root: nexus_consumer(str(root)),
    "the plots": lambda root: plot_consumer(str(root)),
}


def without(key: str, *names: str) -> Documents:
    """Take a key from the documents of some kinds."""
    return [
        (name, {k: v for k, v in doc.items() if k != key} if name in names else doc)
        for name, doc in DOCUMENTS
    ]


def events_with(**changes: Any) -> Documents:
    return [(n, {**d, **changes} if n == "event" else d) for n, d in DOCUMENTS]


def data_with(value: Any) -> Documents:
    """Put a value in place of every number."""
    return [
        (n, {**d, "data": dict.fromkeys(d["data"], value)} if n == "event" else d)
        for n, d in DOCUMENTS
    ]


START, *BODY, STOP = DOCUMENTS
CASES: dict[str, Documents] = {
    "an event before the start": [DOCUMENTS[4], *DOCUMENTS],
    "no start": DOCUMENTS[1:],
    "no descriptor": [document for document in DOCUMENTS if document[0] != "descriptor"],
    "events before their descriptor": [START, *reversed(BODY), STOP],
    "a name nobody knows": [START, ("surprise", {"run_start": "run"}), *BODY, STOP],
    "empty documents": [START, *((name, {}) for name, _ in BODY), ("stop", {})],
    "a descriptor of another run": [START, ("descriptor", OTHER.descriptor()), *BODY, STOP],
    "events of another run": [START, *BODY[:4], ("event", OTHER.event(0)), STOP],
    "two stops": [*DOCUMENTS, STOP],
    "two starts": [START, *DOCUMENTS],
    "the same descriptor twice": [START, *BODY[:3], BODY[2], *BODY[3:], STOP],
    "a gap in the numbers": [START, *BODY[:4], *BODY[7:], STOP],
    "negative numbers": events_with(seq_num=-1),
    "text for numbers": events_with(seq_num="one", time="now"),
    "a time that is none": events_with(time=None),
    "a time beyond all calendars": events_with(time=1e300),
    "data that is text": data_with("text"),
    "data that is nothing": data_with(None),
    "data that is deep": data_with([[1.0], [2.0, 3.0]]),
    "data that has gone": events_with(data={}),
    "data that is none": events_with(data=5),
    "an unexpected key": data_with(1.0)[:6] + events_with(data={"odd": 1.0})[6:],
    "events without a uid": without("uid", "event"),
    "descriptors without a uid": without("uid", "descriptor"),
    "descriptors without keys": without("data_keys", "descriptor"),
    "descriptors without hints": without("hints", "descriptor"),
    "descriptors without a name": without("name", "descriptor"),
    "a start without hints": without("hints", "start"),
    "a start without a number": without("scan_id", "start"),
    "a start without a time": without("time", "start"),
    "a stop without a status": without("exit_status", "stop"),
    "a stop without a time": without("time", "stop"),
    "events without data": without("data", "event"),
    "events without numbers": without("seq_num", "event"),
    "events without timestamps": without("timestamps", "event"),
    "a page that is not square": [
        *DOCUMENTS[:4],
        ("event_page", {**page([SCAN.event(0), SCAN.event(1)]), "seq_num": [1]}),
        STOP,
    ],
}


def refused(how: type[Exception], action: Callable[[], object]) -> bool:
    """Tell whether something was refused, in one sentence."""
    try:
        action()
    except how as error:
        return "\n" not in str(error) or pytest.fail(f"not a sentence: {error}")
    return False


def feed(consumer: Consumer, documents: Documents, root: Path) -> None:
    """Give what the journal takes, as an engine would, and end the consumer.

    What the journal or a consumer refuses, it refuses in a sentence.
    """
    journal = Journal(DataFolder(root).journal_path)
    for name, doc in documents:
        refused(CallbackError, lambda: consumer(*from_line(journal(name, doc))))  # noqa: B023
    journal.close()
    close = getattr(consumer, "close", None)
    if close is not None:
        close()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("consumer", CONSUMERS)
def test_no_document_makes_a_consumer_raise(tmp_path, consumer, case):
    feed(CONSUMERS[consumer](tmp_path), CASES[case], tmp_path)


@pytest.mark.parametrize("case", CASES)
def test_the_journal_takes_or_refuses_and_what_it_took_is_read_and_recovered(tmp_path, case):
    lines, taken, journal = [], [], Journal(DataFolder(tmp_path).journal_path)
    for name, doc in CASES[case]:
        if not refused(JournalError, lambda: lines.append(journal(name, doc))):  # noqa: B023 - done
            taken.append(from_line(lines[-1]))
            assert taken[-1] == (name, doc) or name == "stop"  # which counts what was refused
    journal.close()
    assert [document for path in journals(tmp_path) for document in Replay(path)] == taken
    recover(tmp_path)
    assert all(done.problems for done in recover(tmp_path))


STREAMS = st.lists(
    st.sampled_from([*DOCUMENTS, *OTHER.documents()]), min_size=1, max_size=40
) | st.permutations(DOCUMENTS)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STREAMS)
def test_shuffled_streams_raise_in_no_consumer_of_this_process(tmp_path_factory, documents):
    root = tmp_path_factory.mktemp("shuffled")
    for name in ("the live table", "the peaks", "the last scan", "the SPEC writer"):
        feed(CONSUMERS[name](root), documents, root / name)


@given(STREAMS)
def test_whatever_the_order_each_document_has_one_run_or_none(documents):
    runs = RunIndex()
    for name, doc in documents:
        assert runs.run_of(name, doc) in {None, "run", "other"}


@given(STREAMS)
def test_whatever_the_order_columns_and_pace_raise_nothing(documents):
    read_columns(documents)
    assert list(paced(documents, speed=1e12)) == list(documents)
