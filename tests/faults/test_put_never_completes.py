"""H6: a put acts, and its completion never comes."""

import bluesky.plans as bp
import pytest
from bluesky.utils import FailedStatus

from devices import DeadlineError
from tests.another_client import read_pv
from tests.waiting import PATIENCE, wait_until

TARGET = 0.1
SENTENCE = r"moving x to 0\.1 mm did not end within \S+ s; it was stopped at about 0\.1 mm"


@pytest.fixture
def held(inject, x):
    """The motor, whose puts never complete."""
    inject("sample:x", "hold")
    return x


def test_a_move_whose_completion_never_comes_fails_by_its_deadline_and_is_stopped(held):
    deadline = held.deadline_to(TARGET)
    with pytest.raises(DeadlineError, match=SENTENCE):
        held.set(TARGET).wait(deadline + PATIENCE)


def test_a_run_whose_move_never_completes_fails_without_the_point(held, engine, documents):
    with pytest.raises(FailedStatus):
        engine(bp.list_scan([], held, [TARGET]))
    (stop,) = [doc for name, doc in documents if name == "stop"]
    assert stop["exit_status"] == "fail"
    assert "did not end within" in stop["reason"]
    assert [doc for name, doc in documents if name == "event"] == []


def test_a_completion_that_comes_in_time_though_late_is_a_success(held, inject):
    status = held.set(TARGET)
    wait_until("the motor stands at its target", lambda: read_pv("X:sample:x.RBV") == TARGET)
    assert not status.done
    inject("sample:x", "hold", 0)
    status.wait(PATIENCE)


def test_after_a_lost_completion_the_motor_moves(held, inject):
    held.set(TARGET).exception(held.deadline_to(TARGET) + PATIENCE)
    inject("sample:x", "hold", 0)
    held.set(2 * TARGET).wait(PATIENCE)
    assert held.position == 2 * TARGET
