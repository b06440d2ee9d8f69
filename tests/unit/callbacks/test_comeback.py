"""What failed in one run takes part in the next; what fails in run after run does not."""

import threading
import time

import pytest

from callbacks import comeback
from callbacks.isolate import InThread, Policy
from tests.unit.callbacks.consumers import LINES, NAMES, offer
from tests.waiting import PATIENCE, wait_until

AT_ONCE = Policy(gather=0)
#: Short, for consumers that use all of it.
BRIEFLY = 0.2


class Consumer:
    """Fail at the document with that number, or never; wait for a release at the first one."""

    def __init__(self, fails_at=None, release=None):
        self.got, self.closed = [], False
        self.is_in = threading.Event()
        self._fails_at, self._release = fails_at, release

    def __call__(self, name, _doc):
        assert not self.closed
        self.is_in.set()
        if self._release is not None:
            self._release.wait(PATIENCE)
        self.got.append(name)
        if len(self.got) == self._fails_at:
            raise ValueError(name)

    def close(self):
        self.closed = True


@pytest.fixture
def notices():
    return []


@pytest.fixture
def in_thread(notices):
    """Isolate the first of some consumers in a thread; the others take its place."""
    made = []

    def make(first, *others, policy=AT_ONCE):
        following = iter(others)
        again = (lambda: next(following)) if others else None
        made.append(InThread("the writer", first, notices.append, policy, again))
        return made[-1]

    yield make
    for consumer in made:
        consumer.close(BRIEFLY)


def run(consumer):
    """Offer a run, and say whether the consumer got through it."""
    offer(consumer)
    return consumer.drain(PATIENCE)


def test_a_fresh_consumer_takes_part_in_the_next_run(in_thread, notices):
    first, second = Consumer(fails_at=3), Consumer()
    consumer = in_thread(first, second)
    assert not run(consumer)
    assert consumer.consumer is first
    assert run(consumer)
    assert consumer.consumer is second
    assert second.got == NAMES
    assert consumer.failure is None
    assert first.closed
    (sentence,) = notices
    assert "; the next run starts it again; " in sentence


def test_nothing_comes_back_in_the_midst_of_a_run(in_thread):
    second = Consumer()
    consumer = in_thread(Consumer(fails_at=3), second)
    offer(consumer, LINES[:3])
    assert not consumer.drain(PATIENCE)
    offer(consumer, LINES[3:])
    assert second.got == []
    assert consumer.failure is not None


def test_without_a_fresh_one_it_stays_away(in_thread, notices):
    consumer = in_thread(first := Consumer(fails_at=1))
    assert not run(consumer)
    assert not run(consumer)
    assert first.got == ["start"]
    (sentence,) = notices
    assert "; it stays away in this session; " in sentence


def test_one_that_fails_in_run_after_run_is_given_up(in_thread, notices):
    several = [Consumer(fails_at=1) for _ in range(10)]
    consumer = in_thread(*several)
    for _ in several:
        assert not run(consumer)
    assert len(notices) == comeback.RESTARTS + 1
    assert ["stays away" in sentence for sentence in notices] == [False, False, False, True]


def test_the_count_begins_anew_after_a_run_that_was_got_through(in_thread, notices):
    several = [Consumer(fails_at=len(LINES) + 1) for _ in range(3 * comeback.RESTARTS)]
    consumer = in_thread(*several)
    assert run(consumer)
    for _ in several[1:]:
        assert not run(consumer)  # it fails at this start, after a whole run
        assert run(consumer)
    assert consumer.failure is None
    assert not any("stays away" in sentence for sentence in notices)


def test_a_fresh_one_that_cannot_be_made_is_told_and_comes_later(notices):
    fresh = Consumer()
    answers = iter([OSError("no room"), fresh])

    def again():
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    consumer = InThread("the writer", Consumer(fails_at=1), notices.append, again=again)
    assert [run(consumer) for _ in range(3)] == [False, False, True]
    consumer.close(PATIENCE)
    assert fresh.got == NAMES
    assert notices[1].startswith("the writer was put aside: OSError: no room; the next run")


def test_a_fresh_one_waits_for_the_end_of_the_last_one_and_the_engine_does_not(in_thread):
    release = threading.Event()
    stuck, second = Consumer(release=release), Consumer()
    consumer = in_thread(stuck, second, policy=Policy(gather=0, stall=PATIENCE))
    offer(consumer)
    assert stuck.is_in.wait(PATIENCE)
    consumer._part._put_aside("one document takes it too long")
    began = time.monotonic()
    offer(consumer)
    assert time.monotonic() - began < 1
    assert not consumer.drain(BRIEFLY)
    assert second.got == []
    release.set()
    assert consumer.drain(PATIENCE)
    assert second.got == NAMES
    assert stuck.closed


def test_nothing_comes_back_after_the_end(in_thread):
    consumer = in_thread(Consumer(fails_at=1), second := Consumer())
    assert not run(consumer)
    consumer.end()
    offer(consumer)
    assert not consumer.drain(PATIENCE)
    assert second.got == []


def test_what_was_lost_is_counted_over_all_of_them(in_thread):
    consumer = in_thread(Consumer(fails_at=1), Consumer())
    assert not run(consumer)
    consumer._part._backlog.dropped = 3
    run(consumer)
    wait_until("the next one is there", lambda: consumer.failure is None)
    assert consumer.dropped == 3
