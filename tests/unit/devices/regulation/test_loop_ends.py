"""What a loop can read and set."""

import itertools
import math
from types import SimpleNamespace

import pytest
from ophyd import Signal

from devices import InvalidTargetError, SamplingCounter, SoftAxis, SoftLoop
from devices.counters.counter import Counter
from devices.errors import DeviceError, MoveError
from devices.regulation.loop_ends import reader, writer
from devices.status import DeadlineStatus
from tests.waiting import PATIENCE, meanwhile, wait_until


def test_a_function_is_called_and_a_signal_is_read():
    assert reader("oven", lambda: 3)() == 3.0
    assert reader("oven", Signal(name="T", value=4.0))() == 4.0


def test_an_axis_is_read_where_it_is():
    stage = SimpleNamespace(where=2.5)
    assert reader("oven", SoftAxis(stage, "where", name="x"))() == 2.5


def test_a_counter_that_samples_is_read_now_and_not_as_it_was_counted():
    values = itertools.count(1)
    counter = SamplingCounter(lambda: next(values), name="T", mode="single", convert=lambda v: -v)
    counter.trigger().wait(PATIENCE)
    assert counter.read()["T"]["value"] == -1.0
    assert reader("oven", counter)() == -2.0


def test_a_counter_that_has_a_value_only_after_a_count_is_refused():
    with pytest.raises(InvalidTargetError, match="scaler has a value only after a count"):
        reader("oven", Counter(name="scaler"))


@pytest.mark.parametrize("end", [reader, writer])
def test_what_is_neither_signal_nor_device_nor_function_is_refused(end):
    with pytest.raises(InvalidTargetError, match="oven"):
        end("oven", 5)


def test_a_function_and_a_signal_are_set():
    sent, signal = [], Signal(name="heater", value=0.0)
    assert writer("oven", sent.append)(3.0)
    assert writer("oven", signal)(4.0)
    assert (sent, signal.get()) == ([3.0], 4.0)


class Slow:
    """An axis whose moves end when they are told to."""

    def __init__(self):
        self.moves = []

    def set(self, target):
        self.moves.append((target, DeadlineStatus(f"moving to {target}", PATIENCE)))
        return self.moves[-1][1]


def test_an_axis_on_its_way_is_left_alone():
    axis = Slow()
    send = writer("oven", axis)
    assert [send(1.0), send(2.0)] == [True, False]
    axis.moves[0][1].finish()
    assert send(3.0)
    assert [target for target, _ in axis.moves] == [1.0, 3.0]


def test_a_move_that_failed_is_told_once():
    axis = Slow()
    send = writer("oven", axis)
    send(1.0)
    axis.moves[0][1].fail(MoveError("it was stopped"))
    with pytest.raises(MoveError, match="it was stopped"):
        send(2.0)
    assert send(3.0)


@pytest.mark.parametrize("relative", [False, True])
def test_a_loop_moves_an_axis_from_where_it_stood_or_to_its_result(relative):
    """BL-136: the input is a counter, the output an axis, absolute or relative."""
    stage = SimpleNamespace(where=10.0)
    axis = SoftAxis(stage, "where", name="x")
    counter = SamplingCounter(lambda: 0.0, name="T")
    loop = SoftLoop(
        name="loop",
        input=counter,
        output=axis,
        p=1.0,
        output_limits=(0.0, 4.0),
        relative=relative,
        frequency=200,
        wait_for="ramp",
    )
    try:
        loop.set(0.5).wait(PATIENCE)
        wait_until("it is there", lambda: stage.where == pytest.approx(12.0 if relative else 2.0))
    finally:
        loop.off()


def test_an_axis_on_its_way_gets_its_safe_value_when_it_has_arrived():
    axis = Slow()
    loop = SoftLoop(name="loop", input=lambda: 0.0, output=axis, p=1.0, safe_output=-5.0)
    loop.set(0.5)
    wait_until("it moves", lambda: axis.moves)
    with meanwhile(loop.off):
        wait_until("nobody regulates", lambda: not loop.is_regulating)
        axis.moves[0][1].finish()
    wait_until("it is safe", lambda: axis.moves[-1][0] == -5.0)


def test_an_output_that_refuses_its_safe_value_at_first_gets_it_then():
    refusals, sent = iter([True, False]), []

    def output(value):
        if value == -5.0 and next(refusals):
            message = "not now"
            raise OSError(message)
        sent.append(value)

    loop = SoftLoop(name="loop", input=lambda: 0.0, output=output, p=1.0, safe_output=-5.0)
    loop.set(0.5)
    wait_until("it regulates", lambda: sent)
    loop.off()
    wait_until("it is safe", lambda: sent[-1] == -5.0)


def test_an_output_is_never_sent_what_is_no_number():
    """Gains beyond what numbers can be: an infinite part up and one down are none together."""
    rising, sent = itertools.count(0.0), []
    loop = SoftLoop(
        name="loop", input=lambda: next(rising), output=sent.append, p=1e308, d=1e308, frequency=200
    )
    try:
        with pytest.raises(MoveError, match=r"the output of loop would be nan, 3 times in a row"):
            loop.set(1e6).wait(PATIENCE)
    finally:
        loop.off()
    assert all(map(math.isfinite, sent))


def test_a_loop_adds_to_no_output_that_is_no_number():
    sent = []
    output = Signal(name="heater", value=math.nan)
    output.subscribe(lambda value, **_: sent.append(value), run=False)
    loop = SoftLoop(name="loop", input=lambda: 0.0, output=output, p=1.0, relative=True)
    with pytest.raises(DeviceError, match="the output of loop reads nan"):
        loop.set(1.0)
    assert not loop.is_regulating
    assert not loop.moving
    assert sent == []
