"""Position compare: every pulse once, at its place and time, however fast time passes."""

import asyncio
import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim_ioc.channel_access.fields import checked
from sim_ioc.errors import PutRefusedError
from sim_ioc.motion.motor import Motor
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.motion.position_compare import PositionCompare
from sim_ioc.motion.position_compare_settings import PositionCompareSettings
from sim_ioc.site import Site
from tests.unit.sim_ioc.virtual_time import simulate, virtual_clock

MODE = "PositionCompareMode"


class Bench:
    """A motor at 1 mm/s, after 0.2 s, and its position compare."""

    def __init__(self, pulses=1000, **options):
        site = Site("", virtual_clock(**options))
        self.motor = Motor(MotorSettings(name="m", velocity=1.0), site)
        settings = PositionCompareSettings(name="c", axis="m", pulses=pulses)
        self.compare = PositionCompare(settings, site, self.motor)
        self.heard = []
        self.compare.subscribe(lambda position, time: self.heard.append((position, time)))

    async def caput(self, name, value):
        field = self.compare.fields[name]
        await self.compare.put(field, checked(field, value))

    async def move(self, target):
        await self.motor.put(self.motor.fields["VAL"], target)

    async def steps(self, low=0.0, high=5.0, step=1.0):
        await self.caput("PositionCompareMinPosition", low)
        await self.caput("PositionCompareMaxPosition", high)
        await self.caput("PositionCompareStepSize", step)
        await self.caput(MODE, "Position compare")

    @property
    def positions(self):
        return [position for position, _ in self.heard]


def run(scenario, **options):
    async def main():
        bench = Bench(**options)
        async with asyncio.timeout(1000):
            await scenario(bench)
            await asyncio.sleep(0.2)
        return bench

    return simulate(main())


async def cross_five(bench):
    await bench.steps()
    await bench.move(6.0)


@pytest.mark.parametrize(
    "options", [{}, {"factor": 20.0}, {"instant": True}], ids=["real", "20 times", "instant"]
)
def test_each_position_gives_one_pulse_in_order(options):
    bench = run(cross_five, **options)
    assert bench.positions == [1.0, 2.0, 3.0, 4.0, 5.0]
    times = [time for _, time in bench.heard]
    assert times == sorted(times)
    assert bench.compare.values["PulseCount"] == 5


@pytest.mark.parametrize("factor", [1.0, 20.0])
def test_pulses_have_the_exact_times_of_the_trapezoid(factor):
    bench = run(cross_five, factor=factor)
    # x = (t − 0.1 s) · 1 mm/s, once the axis has its velocity after 0.2 s
    assert [time for _, time in bench.heard] == pytest.approx([1.1, 2.1, 3.1, 4.1, 5.1])
    assert np.diff(bench.compare.values["PulseTimes"]) == pytest.approx(1.0)
    assert bench.compare.values["Rate"] == pytest.approx(1.0)


def test_arrays_show_where_the_pulses_were():
    assert run(cross_five).compare.values["PulsePositions"].tolist() == [1, 2, 3, 4, 5]


def test_way_back_gives_them_again_in_reverse():
    async def scenario(bench):
        await cross_five(bench)
        await bench.move(1.5)

    assert run(scenario).positions == [1, 2, 3, 4, 5, 5, 4, 3, 2]


@pytest.mark.parametrize("instant", [True, False])
@pytest.mark.parametrize(
    ("direction", "positions"), [("Positive", [1, 2, 3, 4, 5]), ("Negative", [5, 4, 3, 2, 1, 0])]
)
def test_direction_may_be_chosen(direction, positions, instant):
    async def scenario(bench):
        await bench.caput("Direction", direction)
        await cross_five(bench)
        await bench.move(-1.0)

    assert run(scenario, instant=instant).positions == positions


def test_direction_is_that_of_the_user():
    async def scenario(bench):
        await bench.motor.put(bench.motor.fields["DIR"], 1)
        await bench.caput("Direction", "Positive")
        await cross_five(bench)

    assert run(scenario).positions == [1, 2, 3, 4, 5]


def test_positions_are_those_of_the_user():
    async def scenario(bench):
        await bench.motor.put(bench.motor.fields["OFF"], 100.0)
        await bench.steps(100.0, 103.0)
        await bench.move(104.0)

    assert run(scenario).positions == pytest.approx([101.0, 102.0, 103.0])


def test_redirected_axis_gives_only_what_it_passes():
    async def scenario(bench):
        await bench.steps()
        moving = asyncio.create_task(bench.move(6.0))
        await asyncio.sleep(2.5)
        await bench.move(-1.0)
        await moving

    bench = run(scenario)
    assert bench.positions == [1, 2, 2, 1, 0]
    times = [time for _, time in bench.heard]
    assert times[:2] == pytest.approx([1.1, 2.1])
    assert times == sorted(times)


def test_positions_of_an_array_need_not_be_even():
    async def scenario(bench):
        await bench.caput("Positions", [0.5, 3.0, 0.75])
        await bench.caput(MODE, "Array")
        await bench.move(2.0)

    assert run(scenario).positions == [0.5, 0.75]


@pytest.mark.parametrize("instant", [True, False])
def test_moves_that_follow_each_other_at_once_lose_nothing(instant):
    async def scenario(bench):
        await bench.steps(step=0.01)
        for target in (1.0, 3.0, 2.0, 5.0):
            await bench.move(target)

    bench = run(scenario, instant=instant)
    # the start of a move is not passed, its target is reached
    assert len(bench.heard) == 100 + 200 + 100 + 300
    assert bench.positions[100] == pytest.approx(1.01)


def test_unarmed_compare_is_silent_and_idle():
    async def scenario(bench):
        await bench.move(2.0)
        await bench.steps()
        await bench.caput("Armed", 0)
        await bench.move(4.0)
        await asyncio.sleep(0.5)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    bench = run(scenario)
    assert bench.heard == []
    assert bench.compare.values["PositionCompareMode"] == 1


def test_armed_compare_of_an_axis_at_rest_has_no_task():
    async def scenario(bench):
        await cross_five(bench)
        await asyncio.sleep(0.5)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(scenario)


def test_arming_in_mid_move_gives_what_is_still_to_come():
    async def scenario(bench):
        moving = asyncio.create_task(bench.move(6.0))
        await asyncio.sleep(2.5)
        await bench.steps()
        await moving

    bench = run(scenario)
    assert bench.positions == [3, 4, 5]
    assert bench.compare.values["PulseTimes"] == pytest.approx([0.6, 1.6, 2.6])


def test_arming_again_begins_at_zero():
    async def scenario(bench):
        await cross_five(bench)
        await bench.caput("Armed", 1)
        assert bench.compare.values["PulseCount"] == 0
        assert bench.compare.values["PulsePositions"].size == 0

    run(scenario)


def test_pulses_beyond_the_arrays_are_counted():
    async def scenario(bench):
        await bench.steps(step=0.1)
        await bench.move(3.0)

    bench = run(scenario, pulses=10)
    assert bench.compare.values["PulseCount"] == 30
    assert len(bench.compare.values["PulsePositions"]) == 10


def test_listener_that_leaves_hears_no_more():
    async def scenario(bench):
        heard = []
        leave = bench.compare.subscribe(lambda *pulse: heard.append(pulse))
        await bench.steps()
        await bench.move(2.5)
        leave()
        await bench.move(6.0)
        assert len(heard) == 2

    run(scenario)


def test_pulses_of_a_fast_scan_are_given_on_time():
    async def scenario(bench):
        delays = []
        clock = bench.compare._clock
        bench.compare.subscribe(lambda _, time: delays.append(clock.now() - time))
        await bench.steps(step=0.005)
        await bench.move(6.0)
        assert len(delays) == 1000
        assert 0 <= min(delays) <= max(delays) < 2e-3

    run(scenario)


@pytest.mark.parametrize(
    ("puts", "words"),
    [
        ([("Armed", 1)], "Armed takes Yes only in a mode"),
        ([(MODE, "Array")], "put Positions first"),
        ([(MODE, "Position compare")], "a step above 0"),
        ([("PositionCompareStepSize", -1), (MODE, 1)], "a step above 0"),
        ([("PositionCompareMaxPosition", -1), (MODE, 1)], "a higher maximum"),
        ([("PositionCompareMaxPosition", 1e9), ("PositionCompareStepSize", 1e-9), (MODE, 1)], "no"),
        ([(MODE, "AquadB always")], "takes Disable, Position compare or Array"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(puts, words):
    async def scenario(bench):
        *before, last = puts
        for put in before:
            await bench.caput(*put)
        with pytest.raises(PutRefusedError, match=words):
            await bench.caput(*last)
        assert bench.compare.values[MODE] == bench.compare.values["Armed"] == 0

    run(scenario)


def test_readbacks_follow_what_is_put():
    async def scenario(bench):
        await bench.caput("PositionComparePulseWidth", "2.5")
        assert bench.compare.values["PositionComparePulseWidth_RBV"] == 2

    run(scenario)


NUMBERS = st.one_of(
    st.sampled_from([0.0, 1.0, 4.0, -1.0, 1e-9, 1e12, -1e12]), st.floats(-5, 5), st.integers(0, 4)
)


@settings(max_examples=15)
@given(puts=st.lists(st.tuples(st.integers(0, 100), NUMBERS), max_size=10), instant=st.booleans())
def test_any_puts_leave_it_working(puts, instant):
    async def scenario(bench):
        names = [name for name, field in bench.compare.fields.items() if field.writable]
        for index, value in puts:
            moving = asyncio.create_task(bench.move(value % 5))
            with contextlib.suppress(PutRefusedError):
                await bench.caput(names[index % len(names)], value)
            await moving
        await bench.caput("Direction", "Both")
        await bench.move(-0.5)
        await asyncio.sleep(0.1)
        bench.heard.clear()
        await bench.steps()
        await bench.move(6.0)
        await asyncio.sleep(0.1)
        assert bench.positions == [0, 1, 2, 3, 4, 5]

    run(scenario, instant=instant)
