"""Ctrl-C that is pressed in a burst means what its first press has meant."""

import os
import signal

import pytest

from blueline.presses import APART, BURST, PRESSES, Presses, interrupt
from tests.set_clock import SetClock


@pytest.fixture
def clock():
    return SetClock(100.0)


@pytest.fixture
def presses(clock):
    return Presses(clock)


def test_a_press_that_nobody_has_acted_upon_is_of_no_burst(presses):
    assert not presses.is_of_a_burst()


def test_a_press_soon_after_one_that_was_acted_upon_is_of_its_burst(presses, clock):
    presses.acted_upon()
    clock.now += 0.9 * BURST
    assert presses.is_of_a_burst()
    clock.now += 0.2 * BURST
    assert not presses.is_of_a_burst()


def test_a_key_that_is_held_is_one_burst_however_long_it_is_held(presses, clock):
    presses.acted_upon()
    for _ in range(100):
        clock.now += 0.9 * APART
        assert presses.is_of_a_burst()


@pytest.fixture
def handled():
    before = signal.signal(signal.SIGINT, interrupt)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("handled")
def test_the_first_press_interrupts_and_the_next_ones_do_not():
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
    for _ in range(5):
        os.kill(os.getpid(), signal.SIGINT)
    assert PRESSES.is_of_a_burst()
