"""H7: the IOC answers a put with an error."""

import bluesky.plan_stubs as bps
import pytest
from bluesky.utils import FailedStatus

from devices import MoveError
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, wait_until

#: More steps than the record can count: it refuses, although the limits below allow it.
TOO_FAR = 3e5
SENTENCE = r"moving x to 300000 mm failed: Channel write request failed"


@pytest.fixture
def wide(x):
    """The motor, with limits wider than what its record takes."""
    write_pv("X:sample:x.HLM", 1e6)
    wait_until("the limit is known", lambda: x.limits[1] == 1e6)
    return x


def test_a_refused_put_fails_the_move_with_what_channel_access_said(wide):
    with pytest.raises(MoveError, match=SENTENCE):
        wide.set(TOO_FAR).wait(PATIENCE)


def test_a_refused_put_moves_nothing(wide):
    wide.set(TOO_FAR).exception(PATIENCE)
    assert read_pv("X:sample:x.VAL") == read_pv("X:sample:x.RBV") == 0.0
    assert read_pv("X:sample:x.DMOV") == 1


def test_a_refused_put_fails_the_plan(engine, wide):
    with pytest.raises(FailedStatus, match=SENTENCE):
        engine(bps.mv(wide, TOO_FAR))


def test_after_a_refusal_the_motor_moves(wide):
    wide.set(TOO_FAR).exception(PATIENCE)
    wide.set(0.5).wait(PATIENCE)
    assert wide.position == 0.5
