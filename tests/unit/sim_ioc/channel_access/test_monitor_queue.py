"""What a slow client loses, and what it never loses."""

from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.channel_access.monitor_queue import MonitorQueue


def test_updates_come_out_in_the_order_they_went_in():
    queue = MonitorQueue[int]()
    for number in range(5):
        queue.put(number % 2, number, limit=10)
    assert queue.take() == [0, 1, 2, 3, 4]
    assert queue.take() == []


@given(st.lists(st.tuples(st.integers(0, 3), st.integers()), max_size=200), st.integers(1, 7))
def test_last_value_of_every_subscription_survives_any_burst(updates, limit):
    queue = MonitorQueue[tuple[int, int]]()
    for key, value in updates:
        queue.put(key, (key, value), limit)
    last_sent = dict(queue.take())
    assert last_sent == dict(updates)


@given(st.lists(st.integers(0, 3), max_size=200), st.integers(1, 7))
def test_what_is_kept_and_what_is_dropped_add_up(keys, limit):
    queue = MonitorQueue[int]()
    for key in keys:
        queue.put(key, key, limit)
    kept = queue.take()
    assert len(kept) + queue.dropped == len(keys)
    assert all(kept.count(key) <= limit for key in set(keys))


def test_discarded_subscription_is_not_sent():
    queue = MonitorQueue[str]()
    queue.put(1, "a", 5)
    queue.put(2, "b", 5)
    assert queue.discard(1)
    assert not queue.discard(1)
    assert queue.take() == ["b"]
