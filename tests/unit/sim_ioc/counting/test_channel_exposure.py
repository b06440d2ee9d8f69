"""Channels by clock and by pulses as arithmetic: where seconds and counts go."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.counting.channel_exposure import ChannelExposure, ChannelPlan
from tests.unit.sim_ioc.counting.steady_beam import SteadyBeam


def exposure(plan, rate=1e6):
    beam = SteadyBeam(I0=rate)
    made = ChannelExposure(beam, ("I0",), np.zeros((1, 50)), plan, lambda: None)
    made.begin(0.0)
    return made


@given(st.lists(st.floats(0.001, 3.0), min_size=1, max_size=20))
def test_slices_of_any_length_fill_the_same_channels(slices):
    whole, sliced = (exposure(ChannelPlan(40, 0.25)) for _ in range(2))
    total, start = math.fsum(slices), 0.0
    whole.expose(0.0, total)
    for seconds in slices:
        sliced.expose(start, seconds)
        start += seconds
    filled = min(int(total / 0.25), 40) - 1
    assert sliced.seconds()[:filled] == pytest.approx(whole.seconds()[:filled])
    assert abs(sliced.current - whole.current) <= 1


def test_channels_end_with_the_last():
    counting = exposure(ChannelPlan(4, 0.5))
    assert counting.left(0.0) == 2.0
    counting.expose(0.0, 2.0)
    assert counting.is_full
    assert counting.left(2.0) == 0.0
    assert counting.counts(0) == pytest.approx(np.full(4, 5e5), abs=2)


def test_pulses_split_a_slice():
    counting = exposure(ChannelPlan(3, 1.0, external=True, at_once=True))
    for time in (0.5, 2.0, 2.25):
        counting.pulse(time)
    assert counting.left(3.0) == 2.25
    counting.expose(0.0, 2.25)
    assert counting.seconds() == pytest.approx([0.5, 1.5, 0.25])
    assert counting.is_full


def test_first_pulse_begins_the_first_channel():
    counting = exposure(ChannelPlan(3, 1.0, external=True))
    assert counting.used == 0
    counting.pulse(0.5)
    counting.expose(0.0, 2.0)
    assert (counting.current, counting.used) == (0, 1)
    assert counting.seconds() == pytest.approx([1.5])


def test_pulse_at_the_end_of_a_slice_advances():
    counting = exposure(ChannelPlan(3, 1.0, external=True, at_once=True))
    counting.pulse(1.0)
    counting.expose(0.0, 1.0)
    assert counting.current == 1


def test_pulses_before_a_pause_are_forgotten():
    counting = exposure(ChannelPlan(3, 1.0, external=True, at_once=True))
    counting.pulse(0.5)
    counting.begin(10.0)
    counting.expose(10.0, 1.0)
    assert counting.current == 0


def test_preset_time_ends_external_counting():
    counting = exposure(ChannelPlan(3, 1.0, preset=2.0, external=True))
    counting.expose(0.0, 1.5)
    assert counting.left(1.5) == 0.5


def test_largest_count_is_what_the_record_can_hold():
    counting = exposure(ChannelPlan(1, 1e6), rate=1e9)
    counting.expose(0.0, 1e6)
    assert counting.counts(0).tolist() == [2**31 - 1]
