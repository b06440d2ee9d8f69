"""One count of counters: what they show after which exposure, and how long a preset takes."""

import math

import pytest

from sim_ioc.counting.exposure import CounterExposure
from tests.unit.sim_ioc.counting.steady_beam import SteadyBeam

NAMES = ("I0", "It")


def exposure(presets, deviates=(0.0, 0.0), **rates):
    return CounterExposure(SteadyBeam(**rates), NAMES, deviates, presets)


def test_counts_do_not_depend_on_how_often_anybody_looks():
    once, often = (exposure({}, (0.7, -1.2), I0=1e4, It=3.0) for _ in range(2))
    once.expose(0.0, 10.0)
    for look in range(100):
        often.expose(look / 10, 0.1)
    assert often.counts() == once.counts()


def test_time_preset_is_what_is_left_of_it():
    counting = exposure({0: 2.0}, I0=1e4)
    counting.expose(0.0, 0.5)
    assert counting.left(0.5) == 1.5


def test_count_preset_is_reached_at_the_present_rate():
    counting = exposure({1: 1000.0}, (1.0, 0.0), I0=1e4)
    counting.expose(0.0, counting.left(0.0))
    assert counting.counts()[0] == 1000
    assert counting.left(0.1) == 0.0


def test_first_of_many_presets_counts():
    counting = exposure({0: 100.0, 1: 1e5, 2: 10.0}, I0=1e4, It=10.0)
    assert counting.left(0.0) == pytest.approx(1.0, rel=0.1)


@pytest.mark.parametrize("presets", [{}, {1: 10.0}])
def test_what_never_comes_is_waited_for_without_end(presets):
    assert exposure(presets, It=1.0).left(0.0) == math.inf
