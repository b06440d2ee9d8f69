"""Whatever a consumer does, offering it a document returns at once and its end is told."""

import itertools
import re
import threading
import time

import pytest

from callbacks.backlog import LIVE_LENGTH, QUEUE_LENGTH
from callbacks.errors import ConsumerError
from callbacks.isolate import InThread, Policy, reason_of
from tests.unit.callbacks.consumers import LINES, NAMES, offer
from tests.unit.callbacks.scan_documents import Scan
from tests.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")

BY_DEFAULT = Policy()
#: Short, for consumers that use all of it.
BRIEFLY = 0.2
#: Longer than any test: a line that is gathered comes because it was urged, or not at all.
NEVER = 100.0


@pytest.fixture
def notices():
    return []


@pytest.fixture
def in_thread(notices):
    """Isolate a consumer in a thread."""
    made = []

    def make(consumer, notice=notices.append, policy=BY_DEFAULT):
        made.append(InThread("the plot", consumer, notice, policy))
        return made[-1]

    yield make
    for consumer in made:
        consumer.close(BRIEFLY)


def test_every_document_arrives_in_order(in_thread):
    got = []
    consumer = in_thread(lambda name, doc: got.append((name, doc)))
    offer(consumer)
    assert consumer.drain(PATIENCE)
    assert got == list(Scan().documents())
    assert consumer.lag == 0


def test_each_consumer_has_its_own_copy(in_thread):
    spoiled, seen = in_thread(lambda _name, doc: doc.clear()), []
    other = in_thread(lambda _name, doc: seen.append(dict(doc)))
    for line in LINES:
        spoiled.offer(line)
        other.offer(line)
    assert spoiled.drain(PATIENCE)
    assert other.drain(PATIENCE)
    assert seen == [doc for _, doc in Scan().documents()]


def test_offering_does_not_wait_for_a_slow_consumer(in_thread):
    release = threading.Event()
    consumer = in_thread(lambda _name, _doc: release.wait(PATIENCE))
    began = time.perf_counter()
    offer(consumer, LINES * 20)
    assert time.perf_counter() - began < 1
    assert consumer.lag >= len(LINES) * 20 - 1
    release.set()
    assert consumer.drain(PATIENCE)


def test_the_consumer_is_closed_at_the_end(in_thread):
    class Closes:
        closed = 0

        def __call__(self, _name, _doc):
            assert not self.closed

        def close(self):
            self.closed += 1

    closes = Closes()
    consumer = in_thread(closes)
    offer(consumer)
    consumer.close(PATIENCE)
    assert closes.closed == 1
    assert consumer.failure is None


def test_a_consumer_that_never_got_a_document_has_no_thread(in_thread):
    before = threading.active_count()
    consumer = in_thread(lambda _name, _doc: None)
    assert consumer.drain(0)
    consumer.close(0)
    assert threading.active_count() == before


class UnprintableError(Exception):
    def __str__(self):
        raise RuntimeError


FAILURES = {
    "an error": (ValueError("no room"), "ValueError: no room"),
    "an error in lines": (ValueError("no\n  room"), "ValueError: no room"),
    "an error that says nothing": (KeyError(), "KeyError"),
    "an error that cannot be said": (UnprintableError(), "UnprintableError"),
    "leaving": (SystemExit(3), "SystemExit: 3"),
    "an interrupt": (KeyboardInterrupt(), "KeyboardInterrupt"),
    "no memory": (MemoryError(), "MemoryError"),
}


@pytest.mark.parametrize(("error", "reason"), FAILURES.values(), ids=FAILURES.keys())
def test_a_consumer_that_raises_is_put_aside_with_one_sentence(in_thread, notices, error, reason):
    calls = itertools.count()

    def fails(_name, _doc):
        next(calls)
        raise error

    consumer = in_thread(fails)
    offer(consumer)
    assert not consumer.drain(PATIENCE)
    consumer.close(PATIENCE)
    assert notices == [
        f"the plot was put aside: it failed (details in the log): {reason}; "
        "it stays away in this session; the journal has everything"
    ]
    assert next(calls) == 1
    assert consumer.failure == reason == reason_of(error)


@pytest.mark.parametrize("error", [ConsumerError("no room"), OSError("no room")])
def test_an_error_that_was_foreseen_needs_no_log(in_thread, notices, error):
    def fails(_name, _doc):
        raise error

    consumer = in_thread(fails)
    offer(consumer)
    assert not consumer.drain(PATIENCE)
    assert notices == [
        f"the plot was put aside: {type(error).__name__}: no room; "
        "it stays away in this session; the journal has everything"
    ]


class Closes:
    """Fail at the documents of these names; say when it was closed."""

    def __init__(self, *fails_at):
        self.closed = threading.Event()
        self.got = []
        self._fails_at = fails_at

    def __call__(self, name, _doc):
        self.got.append(name)
        if name in self._fails_at:
            raise ValueError(name)

    def close(self):
        self.closed.set()


def test_a_consumer_that_is_put_aside_lets_go_of_its_files_at_once(in_thread):
    consumer = in_thread(bad := Closes("event"), policy=Policy(gather=NEVER))
    offer(consumer)
    consumer.drain(PATIENCE)
    assert bad.closed.wait(PATIENCE)
    wait_until("its thread has ended", lambda: not consumer._part._thread.is_alive())


def test_a_consumer_that_was_stuck_lets_go_as_soon_as_it_can(in_thread):
    class Stuck(Closes):
        def __call__(self, name, doc):
            release.wait(PATIENCE)

    release = threading.Event()
    consumer = in_thread(bad := Stuck(), policy=Policy(gather=0, stall=0))
    wait_until("it is put aside", lambda: consumer.offer(LINES[0]) or consumer.failure)
    assert not bad.closed.is_set()
    release.set()
    assert bad.closed.wait(PATIENCE)


def test_a_consumer_that_fails_at_its_end_is_told(in_thread, notices):
    class Fails:
        def __call__(self, _name, _doc):
            pass

        def close(self):
            raise OSError(28, "no space left")

    consumer = in_thread(Fails())
    offer(consumer)
    consumer.close(PATIENCE)
    assert notices == [
        "the plot was put aside: OSError: [Errno 28] no space left; the journal has everything"
    ]


def test_a_consumer_that_hangs_is_told_when_its_time_is_over(in_thread, notices):
    release = threading.Event()
    consumer = in_thread(lambda _name, _doc: release.wait(PATIENCE))
    offer(consumer)
    began = time.monotonic()
    consumer.close(BRIEFLY)
    assert time.monotonic() - began < BRIEFLY + 1
    release.set()
    assert notices == [
        "the plot was put aside: it did not finish in time, 17 documents were left; "
        "the journal has everything"
    ]


def test_draining_says_where_it_was_not_done_in_time(in_thread):
    release = threading.Event()
    consumer = in_thread(lambda _name, _doc: release.wait(PATIENCE))
    offer(consumer)
    assert not consumer.drain(0.01)
    release.set()
    assert consumer.drain(PATIENCE)


def test_a_consumer_that_is_too_far_behind_is_put_aside(in_thread, notices):
    release = threading.Event()
    consumer = in_thread(lambda _name, _doc: release.wait(PATIENCE))
    offer(consumer, [LINES[0]] * (QUEUE_LENGTH + 2))
    release.set()
    wait_until("it is told", lambda: notices)
    (sentence,) = notices
    assert re.fullmatch(
        r"the plot was put aside: it is 100000 documents \(\d+ MB\) behind; "
        "it stays away in this session; the journal has everything",
        sentence,
    )


def test_a_notice_that_cannot_be_shown_is_not_raised(in_thread):
    def no_screen(_sentence):
        raise BrokenPipeError

    release = threading.Event()
    consumer = in_thread(lambda _name, _doc: release.wait(PATIENCE), no_screen)
    offer(consumer, [LINES[0]] * (QUEUE_LENGTH + 2))
    release.set()
    assert not consumer.drain(PATIENCE)


def test_waiting_does_not_wait_for_gathering(in_thread):
    got = []
    consumer = in_thread(lambda name, _doc: got.append(name), policy=Policy(gather=100))
    offer(consumer)
    assert consumer.drain(PATIENCE)
    assert got == NAMES


def test_ending_does_not_wait_for_gathering(in_thread):
    got = []
    consumer = in_thread(lambda name, _doc: got.append(name), policy=Policy(gather=100))
    offer(consumer)
    consumer.close(PATIENCE)
    assert got == NAMES


def test_a_view_loses_events_rather_than_its_place_and_says_so_once(in_thread, notices):
    release, got = threading.Event(), []

    def slow(name, _doc):
        release.wait(PATIENCE)
        got.append(name)

    consumer = in_thread(slow, policy=Policy(may_lose_events=True))
    lines = [LINES[0], *[LINES[NAMES.index("event")]] * (LIVE_LENGTH + 20), LINES[-1]]
    offer(consumer, lines)
    dropped = consumer.dropped
    assert dropped >= 20
    assert consumer.lag == len(lines) - dropped
    release.set()
    assert consumer.drain(PATIENCE)
    assert consumer.failure is None
    assert [got[0], got[-1], len(got)] == ["start", "stop", len(lines) - dropped]
    assert notices == ["the plot cannot follow and leaves events out; the journal has everything"]


def test_a_consumer_that_waits_for_itself_is_answered_at_once(in_thread):
    answers = []
    consumer = in_thread(lambda _name, _doc: answers.append(consumer.drain(PATIENCE)))
    offer(consumer, LINES[:2])
    assert consumer.drain(PATIENCE)
    assert answers == [False, False]


def test_nothing_is_taken_after_the_end(in_thread):
    got = []
    consumer = in_thread(lambda name, _doc: got.append(name))
    offer(consumer, LINES[:2])
    consumer.end()
    offer(consumer, LINES[2:])
    consumer.close(PATIENCE)
    assert got == NAMES[:2]
    assert consumer.lag == 0


def test_what_waits_for_a_consumer_that_is_put_aside_is_forgotten(in_thread):
    def fails(_name, _doc):
        raise ValueError

    consumer = in_thread(fails)
    offer(consumer, LINES * 10)
    assert not consumer.drain(PATIENCE)
    assert len(consumer._part._backlog) == 0
    assert consumer.lag == 0


def test_closing_does_not_wait_for_a_consumer_that_was_put_aside(in_thread):
    release = threading.Event()
    consumer = in_thread(lambda _name, _doc: release.wait(), policy=Policy(stall=0))
    offer(consumer, LINES[:3])
    wait_until("it is put aside", lambda: consumer.offer(LINES[3]) or consumer.failure)
    began = time.monotonic()
    consumer.close(PATIENCE)
    assert time.monotonic() - began < PATIENCE / 2
    release.set()
