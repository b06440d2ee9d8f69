"""Work beside the event loop: it is waited for, and its failure is heard of."""

import threading

import pytest

from sim_ioc.counting.preparation import done_in_thread
from tests.unit.sim_ioc.virtual_time import simulate


def test_work_is_done_elsewhere_and_waited_for():
    threads = []
    simulate(done_in_thread(lambda: threads.append(threading.current_thread()), "work"))
    assert threads[0] is not threading.main_thread()
    assert threads[0].daemon


def test_failure_is_raised_where_it_was_waited_for():
    def fail():
        raise OSError("no tables")

    with pytest.raises(OSError, match="no tables"):
        simulate(done_in_thread(fail, "work"))
