"""The loop on the simulated heater, 10 times a second, in a time that passes as it is told."""

import pytest

from devices import Deadband, SoftLoop
from sim_ioc.physics.thermal import Plant, PlantConstants

START, END, RAMP = 300.0, 350.0, 10.0
DEAD_TIME, SETTLING, PERIOD = 1.0, 10.0, 0.1


class Stepped(SoftLoop):
    """A loop without a thread: whoever has set it says when it looks."""

    def _start(self):
        self.pid.reset()

    def look(self, now):
        self._cycle(now, PERIOD)


class Oven:
    """The simulated heater and sensor."""

    def __init__(self):
        self.now = 0.0
        self.history = []
        self._plant = Plant(PlantConstants(ambient=START, delay=DEAD_TIME))

    def read(self):
        reading = self._plant.advance(self.now).reading
        self.history.append((self.now, reading))
        return reading

    def heat(self, power):
        self._plant.advance(self.now)
        self._plant.heat(power)


@pytest.fixture(scope="module")
def oven():
    """What it read on a ramp, until that was done."""
    oven = Oven()
    loop = Stepped(
        name="oven",
        input=oven.read,
        output=oven.heat,
        p=0.4,
        i=0.005,
        output_limits=(0.0, 50.0),
        ramp_rate=RAMP,
        deadband=Deadband(0.3, SETTLING),
        egu="K",
    )
    status = loop.set(END)
    while not status.done:
        oven.now += PERIOD
        loop.look(oven.now)
        assert oven.now < 600.0
    assert status.success
    return oven


def test_it_follows_the_ramp_after_the_first_dead_time(oven):
    away = [
        abs(reading - min(END, START + moment * RAMP / 60.0))
        for moment, reading in oven.history
        if moment > DEAD_TIME
    ]
    assert max(away) < 0.5


def test_it_does_not_overshoot(oven):
    assert max(reading for _, reading in oven.history) - END < 0.02 * (END - START)


def test_it_is_done_only_when_it_has_settled(oven):
    assert oven.now >= 60.0 * (END - START) / RAMP + SETTLING - 1.0
    last = [reading for moment, reading in oven.history if moment > oven.now - SETTLING + PERIOD]
    assert all(abs(reading - END) <= 0.3 for reading in last)
