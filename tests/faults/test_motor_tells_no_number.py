"""H14: a motor whose readback is not a number."""

import contextlib

import pytest

from devices import DeadlineError, MoveError
from devices.status import DeadlineStatus
from tests.another_client import read_pv
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def lost(inject, x):
    """The motor, whose readback is NaN."""
    inject("sample:x", "nan")
    wait_until("its readback is NaN", lambda: x.position != x.position)
    return x


def test_it_is_not_moved_since_nobody_knows_from_where(lost):
    sentence = r"x cannot go to 1 mm: it does not say where it stands, its readback is nan"
    with pytest.raises(MoveError, match=sentence):
        lost.set(1.0)
    assert read_pv("X:sample:x.VAL") == 0.0


def test_a_move_on_whose_way_it_begins_fails_at_its_end(inject, x, caplog):
    moving = x.set(1.0)
    wait_until("it is on its way", lambda: x.position > 0.1)
    inject("sample:x", "nan")
    with pytest.raises(MoveError, match=r"moving x to 1 mm failed: .* nan"):
        moving.wait(PATIENCE)
    assert caplog.text == ""


def test_it_switches_no_deadline_of_others_off(lost):
    with contextlib.suppress(MoveError):
        lost.set(1.0)
    with pytest.raises(DeadlineError):
        DeadlineStatus("moving y", 0.05).wait(PATIENCE)


def test_it_can_be_jogged_back_to_where_it_tells(lost, inject):
    jogging = lost.jog(0.5)
    inject("sample:x", "nan", 0)
    wait_until("it moves on", lambda: lost.position > 0.1)
    lost.stop(success=True)
    jogging.wait(PATIENCE)
