"""What another process of the queue does is waited for, so long and no longer."""

import pytest

from blueline.queue.errors import QueueError
from blueline.queue.waiting import wait_until


def test_what_holds_in_the_end_is_waited_for():
    looks = iter([False, False, True])
    wait_until(lambda: next(looks), 10, "nothing comes")
    assert next(looks, None) is None


def test_what_does_not_hold_in_time_is_told_as_it_was_asked():
    with pytest.raises(QueueError, match=r"^nothing comes$"):
        wait_until(lambda: False, 0.1, "nothing comes")
