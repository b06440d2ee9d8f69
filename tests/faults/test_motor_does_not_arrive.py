"""H8, H9 and H11: the readback stays away, the motor gets stuck, or stands with an alarm."""

import bluesky.plans as bp
import pytest
from bluesky.utils import FailedStatus
from ophyd import EpicsSignalRO

from devices import DeadlineError, Motor, MoveError
from tests.another_client import read_pv
from tests.waiting import PATIENCE, wait_until


def events(documents):
    return [doc for name, doc in documents if name == "event"]


# --- H8


def test_a_readback_that_never_reaches_the_target_fails_the_move_with_both_and_the_tolerance(
    inject, x
):
    inject("sample:x", "coarse", 0.25)
    sentence = r"moving x to 0\.4 mm failed: it stands at 0\.5 mm, more than \S+ mm away"
    with pytest.raises(MoveError, match=sentence):
        x.set(0.4).wait(PATIENCE)


def test_no_point_is_recorded_where_the_readback_stayed_away(inject, engine, documents, x):
    inject("sample:x", "coarse", 0.25)
    with pytest.raises(FailedStatus, match=r"stands at 0\.5 mm"):
        engine(bp.list_scan([], x, [0.25, 0.4]))
    assert [doc["data"]["x"] for doc in events(documents)] == [0.25]


# --- H9


def test_a_stalled_motor_fails_the_move_and_says_where_it_stands(inject, x):
    inject("sample:x", "stall", 0.6)
    with pytest.raises(MoveError, match=r"moving x to 1 mm failed: it stands at 0\.6 mm"):
        x.set(1.0).wait(PATIENCE)


def test_a_stalled_motor_that_never_says_done_fails_by_the_deadline_and_is_stopped(inject, x):
    inject("sample:x", "stall", 0.6)
    inject("sample:x", "endless")
    deadline = x.deadline_to(1.0)
    with pytest.raises(DeadlineError, match=r"did not end within \S+ s; it was stopped at"):
        x.set(1.0).wait(deadline + PATIENCE)
    assert read_pv("X:sample:x.MOVN") == 0


def test_a_jog_that_never_ends_is_no_beginning_of_another(inject, x):
    first = x.jog(0.5)
    wait_until("it is on its way", lambda: x.position > 0.1)
    inject("sample:x", "endless")
    with pytest.raises(DeadlineError, match="x has not stopped within 5 s"):
        x.jog(-0.5)
    inject("sample:x", "endless", 0)
    first.wait(PATIENCE)


def test_no_point_is_recorded_where_the_motor_stalled(inject, engine, documents, x):
    inject("sample:x", "stall", 0.6)
    with pytest.raises(FailedStatus, match="stands at"):
        engine(bp.list_scan([], x, [1.0, 2.0]))
    assert events(documents) == []


def test_a_motor_that_stalls_no_more_moves(inject, x):
    inject("sample:x", "stall", 0.6)
    x.set(1.0).exception(PATIENCE)
    inject("sample:x", "stall", 0)
    x.set(1.0).wait(PATIENCE)
    assert x.position == 1.0


# --- H11


@pytest.mark.parametrize("severity", ["MAJOR", "INVALID"])
def test_a_motor_that_arrives_with_a_severe_alarm_fails_the_move(inject, x, severity):
    inject("sample:x", "alarm", ["NO_ALARM", "MINOR", "MAJOR", "INVALID"].index(severity))
    with pytest.raises(MoveError, match=r"moving x to 0\.5 mm failed: .*alarm"):
        x.set(0.5).wait(PATIENCE)


@pytest.fixture
def encoded(devices, connected):
    """The motor x with an encoder that agrees within a millimetre wherever the test goes."""
    encoder = connected(EpicsSignalRO("X:sample:y.RBV", name="encoder"))
    return connected(Motor("X:sample:x", name="x", encoder=encoder, encoder_tolerance=1.0))


@pytest.mark.parametrize("severity", ["MAJOR", "INVALID"])
def test_an_encoder_with_a_severe_alarm_proves_no_move(inject, encoded, severity):
    inject("sample:y", "alarm", ["NO_ALARM", "MINOR", "MAJOR", "INVALID"].index(severity))
    with pytest.raises(
        MoveError, match=r"moving x to 0\.5 mm failed: its encoder has a major alarm"
    ):
        encoded.set(0.5).wait(PATIENCE)


def test_an_encoder_with_a_minor_alarm_proves_a_move(inject, encoded):
    inject("sample:y", "alarm", 1)
    encoded.set(0.5).wait(PATIENCE)


def test_an_encoder_that_tells_no_number_proves_no_move(inject, encoded):
    inject("sample:y", "nan")
    with pytest.raises(MoveError, match="but its encoder nan mm"):
        encoded.set(0.5).wait(PATIENCE)


def test_a_minor_alarm_does_no_harm(inject, x):
    inject("sample:x", "alarm", 1)
    x.set(0.5).wait(PATIENCE)
    assert x.position == 0.5


def test_a_limit_switch_that_closes_on_the_way_fails_the_move_where_it_stands(inject, x):
    status = x.set(10.0)
    wait_until("the motor is on its way", lambda: x.position > 0.5)
    inject("sample:x", "limit_switch", 2)
    with pytest.raises(MoveError, match=r"moving x to 10 mm failed: .* limit switch at \S+ mm"):
        status.wait(PATIENCE)
    assert 0.5 < read_pv("X:sample:x.RBV") < 10.0
