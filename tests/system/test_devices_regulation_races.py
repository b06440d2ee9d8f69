"""A loop that is set at the very moment at which something else about it ends."""

import threading

import pytest

from devices import Deadband, SoftLoop, TemperatureController
from tests.waiting import PATIENCE, wait_until

LONG = 40.0
#: Degrees that the oven may overshoot until it is looked at.
NEAR = 3.0
#: Seconds for another thread to set a loop, which one that holds its lock keeps from it.
CHANCE = 0.5


class Interrupting(Deadband):
    """Has somebody set the loop at the moment at which its value is found to have settled."""

    def __init__(self, *given):
        super().__init__(*given)
        self.interrupt = None

    def settled(self, now, value, target):
        has_settled = super().settled(now, value, target)
        if has_settled and self.interrupt is not None:
            interrupt, self.interrupt = self.interrupt, None
            setting = threading.Thread(target=interrupt)
            setting.start()
            setting.join(CHANCE)
        return has_settled


@pytest.fixture
def oven(fast_ioc, connected):
    controller = connected(
        TemperatureController("F:temp:", name="oven", deadband=Interrupting(0.5, 0.0))
    )
    controller.ramp_rate = 0.0
    yield controller
    controller.ramp_rate = 0.0
    controller.set(25.0)
    controller.stop()


def test_a_move_that_begins_as_another_one_ends_is_not_taken_for_it(oven):
    moves = []
    oven.deadband.interrupt = lambda: moves.append(oven.set(40.0))
    oven.set(30.0)
    wait_until("it is set again", lambda: moves, LONG)
    moves[0].wait(LONG)
    assert oven.position == pytest.approx(40.0, abs=NEAR)


def test_a_move_that_begins_as_the_watch_ends_is_watched(oven, monkeypatch):
    moves, interruptions = [], iter([threading.Thread(target=lambda: moves.append(oven.set(40.0)))])
    first = oven.set(30.0)
    end = oven._looks.end

    def end_late():
        for setting in interruptions:
            setting.start()
            setting.join(CHANCE)
        end()

    monkeypatch.setattr(oven._looks, "end", end_late)
    first.wait(LONG)
    wait_until("it is set again", lambda: moves, LONG)
    moves[0].wait(LONG)
    assert oven.position == pytest.approx(40.0, abs=NEAR)


def test_a_loop_that_is_set_again_at_once_waits_until_its_output_was_safe():
    sent, released = [], threading.Event()

    def output(value):
        if value == -1.0:
            released.wait(PATIENCE)
        sent.append(value)

    loop = SoftLoop(name="loop", input=lambda: 0.0, output=output, p=1.0, safe_output=-1.0)
    ending = threading.Thread(target=loop.off)
    try:
        loop.set(0.5)
        wait_until("it regulates", lambda: sent)
        ending.start()
        wait_until("it ends", lambda: not loop.is_regulating)
        before = len(sent)
        loop.set(0.5)
        released.set()
        wait_until("it regulates again", lambda: len(sent) > before + 2)
        assert sent.index(-1.0) == before
        assert sent.count(-1.0) == 1
    finally:
        released.set()
        loop.off()
        ending.join(PATIENCE)
