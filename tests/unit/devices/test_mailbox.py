"""Updates on their way to subscribers: in order, bounded, the last one always."""

import logging
import threading

from devices.mailbox import Mailbox
from tests.waiting import PATIENCE, wait_until


class Slow:
    """A subscriber that takes the next update when it is let go."""

    def __init__(self):
        self.told = []
        self._goes_on = threading.Event()

    def __call__(self, update):
        assert self._goes_on.wait(PATIENCE)
        self.told.append(update)

    def go_on(self):
        self._goes_on.set()


def overrun(most, updates):
    slow = Slow()
    mailbox = Mailbox("x", slow, most)
    for number in range(updates):
        mailbox.post(number)
    slow.go_on()
    mailbox.wait_until_empty(PATIENCE)
    return mailbox, slow.told


def test_updates_come_in_order_and_in_another_thread():
    told = []
    mailbox = Mailbox("x", lambda update: told.append((update, threading.current_thread())))
    for number in range(50):
        mailbox.post(number)
    mailbox.wait_until_empty(PATIENCE)
    assert [update for update, _ in told] == list(range(50))
    assert threading.current_thread() not in {thread for _, thread in told}


def test_the_newest_are_kept_where_they_come_too_fast():
    _, told = overrun(10, 1000)
    assert told[-10:] == list(range(990, 1000))
    assert len(told) <= 11


def test_what_was_dropped_is_counted():
    mailbox, told = overrun(10, 1000)
    assert mailbox.dropped == 1000 - len(told)


def test_drops_are_warned_of_once(caplog):
    with caplog.at_level(logging.WARNING):
        overrun(10, 1000)
    (record,) = caplog.records
    assert record.getMessage().startswith("x changes faster than it is followed")


def test_nothing_is_dropped_where_there_is_time(caplog):
    mailbox, told = overrun(100, 100)
    assert (mailbox.dropped, len(told)) == (0, 100)
    assert not caplog.records


def test_a_subscriber_that_fails_is_told_on(caplog):
    told = []

    def fail_first(update):
        told.append(update)
        if update == 0:
            raise ZeroDivisionError

    mailbox = Mailbox("x", fail_first)
    mailbox.post(0)
    mailbox.post(1)
    wait_until("both are told", lambda: told == [0, 1])
    assert "an update of x could not be delivered" in caplog.text


def test_one_slow_source_does_not_end_the_turns_of_another():
    quick, slow = [], []
    storm = Mailbox("storm", slow.append)
    for number in range(100):
        storm.post(number)
    calm = Mailbox("calm", lambda update: quick.append((update, len(slow))))
    calm.post(1)
    calm.wait_until_empty(PATIENCE)
    assert quick[0][0] == 1


def test_waiting_from_inside_a_subscriber_ends_at_once():
    done = threading.Event()
    mailbox = Mailbox("x", lambda _: (mailbox.wait_until_empty(PATIENCE), done.set()))
    mailbox.post(1)
    assert done.wait(PATIENCE / 2)
