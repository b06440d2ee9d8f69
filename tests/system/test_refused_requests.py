"""What libca itself does not take leaves nothing behind, and nothing half done."""

import pytest
from ophyd import EpicsSignal

from devices import Motor, NotConnectedError
from devices.channel_access import _waiting, fetch, put
from devices.put_and_read import put_and_read, read_and_put


@pytest.fixture
def x(instant_ioc, connected):
    return connected(Motor("I:sample:x", name="x"))


@pytest.fixture
def unwritable(instant_ioc, connected):
    """A channel that this client may only read."""
    return connected(EpicsSignal("I:sample:x.RBV", name="unwritable"))


@pytest.fixture
def told(x):
    """What is told of a request, once nobody waits for anything."""
    fetch([x.user_setpoint])
    before = dict(_waiting)
    answers = []
    yield answers
    assert _waiting == before


def test_a_put_that_is_not_taken_waits_for_no_answer(unwritable, told):
    with pytest.raises(NotConnectedError, match=r"I:sample:x\.RBV .* refused"):
        put(unwritable, 1.0, told.append)


def test_a_put_with_reads_behind_it_that_is_not_taken_waits_for_no_answer(x, unwritable, told):
    with pytest.raises(NotConnectedError, match=r"I:sample:x\.RBV .* refused"):
        put_and_read(unwritable, 1.0, [x.user_setpoint], told.append, told.append)


def test_a_put_behind_a_read_that_is_not_taken_waits_for_no_answer(x, unwritable, told):
    with pytest.raises(NotConnectedError, match=r"I:sample:x\.RBV .* refused"):
        read_and_put(unwritable, 1.0, told.append, told.append)
    fetch([x.user_setpoint])
