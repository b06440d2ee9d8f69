"""What a device waits for after a write: its monitors show what the server has."""

import pytest

from devices import NotConnectedError
from devices.catch_up import catch_up
from devices.channel_access import latest
from devices.motors.record_channel import ToldField
from tests.another_client import write_pv
from tests.waiting import wait_until


def test_what_is_late_is_waited_for(inject, x):
    inject("sample:x", "late", 0.3)
    write_pv("X:sample:x.VELO", 1.25)
    catch_up([x.velocity])
    assert latest(x.velocity).value == 1.25


def test_what_is_never_told_cannot_be_trusted(inject, x):
    inject("sample:x", "mute")
    write_pv("X:sample:x.VELO", 1.25)
    with pytest.raises(NotConnectedError, match=r"sample:x\.VELO \(x_velocity\) posts no updates"):
        catch_up([x.velocity], 0.3)


def test_what_is_no_number_is_as_good_as_it_is_told(inject, x):
    inject("sample:x", "nan")
    wait_until("it is told", lambda: x.position != x.position)
    catch_up([x.user_readback], 0.3)


def test_what_somebody_changes_meanwhile_is_no_reason_to_wait(inject, fault, connected):
    counting = connected(ToldField("X:sim:storm", name="counting"))
    inject("sim", "storm", 10_000)
    wait_until("it counts", lambda: latest(counting).value > 100)
    for _ in range(100):
        catch_up([counting], 3.0)
