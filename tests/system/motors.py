"""Motors of the virtual beamlines, where a test wants them."""

import contextlib

from devices import Motor
from tests.waiting import PATIENCE, wait_until


def at_zero(connected, prefix):
    """Give a motor that stands at 0, under the last word of its prefix."""
    motor = connected(Motor(prefix, name=prefix.rpartition(":")[2]))
    motor.set(0.0).wait(PATIENCE)
    return motor


@contextlib.contextmanager
def stopped_at_last(motor):
    """Have it stand when the test is over."""
    yield motor
    motor.stop()
    wait_until("the motor stands", lambda: not motor.moving)
