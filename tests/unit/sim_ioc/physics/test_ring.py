"""The current of the ring: decay, top-up, injection, dump."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.physics.ring import Fill

DECAY = Fill(start=10.0, current=200.0, target=200.0, lifetime=3600.0, is_topped_up=False)
SAW = Fill(start=0.0, current=200.0, target=200.0, lifetime=3600.0, interval=60.0)
TRICKLE = Fill(start=0.0, current=200.0, target=200.0, lifetime=3600.0)
EMPTY = Fill(start=5.0, current=0.0, target=200.0, lifetime=3600.0, rate=50.0)


def test_after_one_lifetime_a_part_of_one_over_e_is_left():
    assert DECAY.at(10.0 + 3600.0) == pytest.approx(200.0 / math.e)


def test_shots_restore_the_current_every_interval():
    assert SAW.at(60.0) == SAW.at(0.0) == SAW.at(600.0) == 200.0
    assert SAW.at(59.999) == pytest.approx(200.0 * math.exp(-60 / 3600), rel=1e-5)


def test_next_shot_is_told():
    assert SAW.next_shot(130.0) == pytest.approx(50.0)
    assert TRICKLE.next_shot(130.0) == DECAY.next_shot(130.0) == 0.0


def test_trickle_keeps_the_current_constant():
    assert TRICKLE.at(1e6) == 200.0
    assert TRICKLE.is_steady_since(0.0)


def test_injection_fills_an_empty_ring_at_its_rate():
    assert [EMPTY.at(time) for time in (5.0, 7.0, 9.0, 99.0)] == [0.0, 100.0, 200.0, 200.0]
    assert not EMPTY.is_steady_since(8.9)
    assert EMPTY.is_steady_since(9.0)


def test_dump_leaves_nothing_for_ever():
    dumped = SAW.dumped(30.0)
    assert dumped.at(30.0) == dumped.at(1e9) == 0.0
    assert dumped.is_steady_since(30.0)


def test_switching_top_up_off_continues_from_the_present_current():
    off = SAW.changed(30.0, is_topped_up=False)
    assert off.at(30.0) == SAW.at(30.0)
    assert off.at(30.0 + 3600.0) == pytest.approx(SAW.at(30.0) / math.e)


def test_average_of_a_decay_is_its_integral():
    exact = 200.0 * (1 - math.exp(-1)) / 1
    assert DECAY.average(10.0, 3610.0) == pytest.approx(exact, rel=1e-3)


def test_average_over_no_time_is_the_present_current():
    assert DECAY.average(100.0, 100.0) == DECAY.at(100.0)


@given(
    st.floats(0, 1e3),
    st.floats(0, 1e3),
    st.floats(1e-2, 1e8),
    st.floats(0, 1e5),
    st.booleans(),
    st.floats(0, 1e7),
)
def test_current_is_never_negative_nor_above_what_was_injected(
    current, target, lifetime, interval, is_topped_up, time
):
    fill = Fill(0.0, current, target, lifetime, interval, is_topped_up=is_topped_up)
    assert 0.0 <= fill.at(time) <= max(current, target)
