"""What waits for a consumer is bounded, in order, and gathered unless somebody waits for it."""

import threading
import time

import pytest

from callbacks import backlog
from callbacks.backlog import LIVE_LENGTH, QUEUE_LENGTH, Backlog, Policy, Stall
from callbacks.line import to_line
from tests.waiting import PATIENCE, meanwhile, wait_until

#: Longer than any test: a line that is gathered comes because it was urged, or not at all.
NEVER = 100.0


def event(number):
    return to_line("event", {"seq_num": number})


def everything(lines):
    taken = []
    while (line := lines.take()) is not None:
        taken.append(line)
    return taken


def test_lines_come_in_the_order_in_which_they_were_put():
    lines = Backlog(Policy())
    put = [event(number) for number in range(5)]
    assert all(lines.put(line) for line in put)
    assert len(lines) == lines.offered == 5
    assert everything(lines) == put
    assert len(lines) == lines.dropped == 0


def test_there_is_no_room_for_too_many_lines():
    lines = Backlog(Policy())
    assert all(lines.put(b"x") for _ in range(QUEUE_LENGTH))
    assert not lines.put(b"x")
    assert lines.offered == len(lines) == QUEUE_LENGTH
    lines.take()
    assert lines.put(b"x")


def test_there_is_no_room_for_too_many_bytes(monkeypatch):
    monkeypatch.setattr(backlog, "QUEUE_BYTES", 100)
    lines = Backlog(Policy())
    assert lines.put(b"x" * 60)
    assert not lines.put(b"x" * 60)
    lines.take()
    assert lines.put(b"x" * 60)


def test_forgetting_makes_room():
    lines = Backlog(Policy())
    while lines.put(b"x"):
        pass
    lines.clear()
    assert lines.take() is None
    assert lines.put(b"x")


# --- losing events


def test_the_oldest_event_makes_room_where_that_is_allowed():
    lines = Backlog(Policy(may_lose_events=True))
    start, stop = to_line("start", {"uid": "a"}), to_line("stop", {"run_start": "a"})
    lines.put(start)
    for number in range(LIVE_LENGTH + 10):
        lines.put(event(number))
    lines.put(stop)
    taken = everything(lines)
    assert taken[0] == start
    assert taken[1] == event(12)
    assert taken[-2:] == [event(LIVE_LENGTH + 9), stop]
    assert lines.dropped == 12
    assert lines.offered == len(taken) + lines.dropped


def test_an_event_page_is_lost_like_an_event():
    lines = Backlog(Policy(may_lose_events=True))
    for _ in range(LIVE_LENGTH + 1):
        lines.put(to_line("event_page", {"seq_num": [1]}))
    assert lines.dropped == 1


def test_nothing_but_events_is_ever_lost():
    lines = Backlog(Policy(may_lose_events=True))
    put = [to_line("descriptor", {"uid": str(number)}) for number in range(LIVE_LENGTH + 10)]
    assert all(lines.put(line) for line in put)
    assert everything(lines) == put
    assert lines.dropped == 0


def test_what_is_no_event_is_looked_at_once_however_much_of_it_waits():
    lines = Backlog(Policy(may_lose_events=True))
    datum = to_line("datum", {"datum_id": "a"})
    began = time.thread_time()  # of this thread: others may have the processor
    for number in range(10_000):
        lines.put(datum)
        lines.put(event(number))
    assert time.thread_time() - began < 2
    assert everything(lines).count(datum) == 10_000
    assert lines.dropped > 9_000


def test_what_was_passed_comes_before_what_came_later():
    lines = Backlog(Policy(may_lose_events=True))
    put = [to_line("datum", {"datum_id": str(number)}) for number in range(LIVE_LENGTH)]
    put += [event(1), event(2), to_line("stop", {})]
    for line in put:
        lines.put(line)
    assert len(lines) == len(put) - 2
    assert everything(lines) == [*put[:LIVE_LENGTH], put[-1]]
    assert not len(lines)


def test_forgetting_forgets_what_was_passed_too():
    lines = Backlog(Policy(may_lose_events=True))
    for number in range(LIVE_LENGTH + 2):
        lines.put(to_line("datum", {"datum_id": str(number)}))
    lines.clear()
    assert len(lines) == 0
    assert lines.take() is None


def test_a_line_with_spaces_is_an_event_as_well():
    lines = Backlog(Policy(may_lose_events=True))
    for _ in range(LIVE_LENGTH + 1):
        lines.put(b'{"name": "event", "doc": {}}\n')
    assert lines.dropped == 1


# --- waiting for more


def test_the_end_comes_after_everything_that_was_put():
    lines = Backlog(Policy(gather=NEVER))
    lines.put(b"x")
    lines.end()
    assert lines.await_more()
    assert everything(lines) == [b"x"]
    assert not lines.await_more()


def test_what_comes_within_the_gathering_time_comes_together():
    lines = Backlog(Policy(gather=0.2))
    lines.put(b"a")
    with meanwhile(lines.await_more):
        lines.put(b"b")
    assert everything(lines) == [b"a", b"b"]


@pytest.mark.parametrize("late", [True, False])
def test_nothing_is_gathered_for_whom_somebody_waits(late):
    lines = Backlog(Policy(gather=NEVER))
    lines.put(b"x")
    began = time.monotonic()
    if not late:
        lines.urge()
    with meanwhile(lines.await_more):
        lines.urge()
    assert time.monotonic() - began < PATIENCE
    lines.relax()


def test_without_gathering_a_line_wakes_at_once():
    lines = Backlog(Policy(gather=0))
    waiter = threading.Thread(target=lines.await_more)
    waiter.start()
    wait_until("it sleeps", lambda: lines._sleeps)
    lines.put(b"x")
    waiter.join(PATIENCE)
    assert not waiter.is_alive()


# --- being stuck


class Clock:
    def __init__(self, monkeypatch):
        self.now = 0.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def looks(stall, clock, *, done, seconds, step, is_idle=False):
    over = False
    for _ in range(int(seconds / step)):
        clock.now += step
        over = stall.is_over(done, is_idle=is_idle)
    return over


def test_one_document_may_take_its_time(clock):
    stall = Stall(10)
    assert not looks(stall, clock, done=3, seconds=9, step=1)
    assert looks(stall, clock, done=3, seconds=3, step=1)


def test_time_counts_for_each_document_anew(clock):
    stall = Stall(10)
    assert not looks(stall, clock, done=3, seconds=9, step=1)
    assert not looks(stall, clock, done=4, seconds=9, step=1)


def test_one_that_has_nothing_to_do_is_not_stuck(clock):
    assert not looks(Stall(10), clock, done=3, seconds=100, step=1, is_idle=True)


def test_time_in_which_the_process_was_stopped_is_not_held_against_it(clock):
    stall = Stall(10)
    stall.is_over(3, is_idle=False)
    clock.now += 3600
    assert not stall.is_over(3, is_idle=False)
