"""The multichannel scaler without a network: channels by clock, by pulses, by hand."""

import asyncio

import numpy as np
import pytest

from sim_ioc.channel_access.fields import checked
from sim_ioc.counting.multichannel_scaler import MultichannelScaler
from sim_ioc.counting.multichannel_scaler_settings import MultichannelScalerSettings
from sim_ioc.errors import PutRefusedError
from sim_ioc.motion.motor import Motor
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.motion.position_compare import PositionCompare
from sim_ioc.motion.position_compare_settings import PositionCompareSettings
from sim_ioc.site import Site
from tests.unit.sim_ioc.counting.steady_beam import SteadyBeam
from tests.unit.sim_ioc.virtual_time import now, simulate, virtual_clock

CLOCK = 50e6


class BeamOfAxis(SteadyBeam):
    """Let the rate of I0 be a thousand times the position of an axis, and be told of its moves."""

    def __init__(self, axis):
        super().__init__()
        self.axis = axis
        axis.watch(self.change)

    def moved_since(self, time):
        return self.axis.moved_since(time)

    def rates(self, start, end):
        looks = np.linspace(start, end, 17)
        middle = (looks[:-1] + looks[1:]) / 2 if end > start else looks[:1]
        mean = np.mean([self.axis.position_at(time) for time in middle])
        return self.now | {"I0": 1e5 * mean}


class Bench:
    """An axis at 1 mm/s after 0.2 s, its position compare, and the scaler it advances."""

    def __init__(self, channels=1000, seed=0, follows_axis=False, **options):
        site = Site("T:", virtual_clock(**options), seed)
        self.motor = Motor(MotorSettings(name="m", velocity=1.0), site)
        self.compare = PositionCompare(PositionCompareSettings(axis="m"), site, self.motor)
        self.beam = BeamOfAxis(self.motor.axis) if follows_axis else SteadyBeam()
        settings = MultichannelScalerSettings(channels=channels)
        self.mcs = MultichannelScaler(settings, site, self.beam, self.compare)
        self.log = []
        for record in self.mcs.records:
            self._log(record)

    def _log(self, record):
        post = record.post

        async def logged(timestamp=None, /, **values):
            name = record.name.removeprefix("T:mcs:")
            self.log += [(f"{name}.{key}", value) for key, value in values.items()]
            await post(timestamp, **values)

        record.post = logged

    async def caput(self, **puts):
        for name, value in puts.items():
            field = self.mcs.fields[name]
            await self.mcs.put(field, checked(field, value))

    async def count(self, **puts):
        await self.caput(**puts, EraseStart=1)

    async def move(self, target):
        await self.motor.put(self.motor.fields["VAL"], target)

    async def arm(self, low, high, step):
        names = ("MinPosition", "MaxPosition", "StepSize", "Mode")
        for name, value in zip(names, (low, high, step, 1), strict=True):
            field = self.compare.fields[f"PositionCompare{name}"]
            await self.compare.put(field, value)

    async def scan(self, target=6.0, **puts):
        """Count into channels between positions 1, 2, … 5 while the axis moves."""
        await self.arm(1.0, 5.0, 1.0)
        counting = asyncio.create_task(self.count(ChannelAdvance="External", **puts))
        for _ in range(20):  # until it counts
            await asyncio.sleep(0)
        await self.move(target)
        return counting

    def array(self, number):
        return np.asarray(self.mcs.signals[number - 1].values["VAL"])

    @property
    def seconds(self):
        return self.array(1) / CLOCK


def run(scenario, **options):
    async def main():
        bench = Bench(**options)
        async with asyncio.timeout(1000):
            await scenario(bench)
        return bench

    return simulate(main())


@pytest.mark.parametrize("options", [{}, {"factor": 20.0}, {"instant": True}], ids=str)
def test_clock_gives_channels_of_one_length(options):
    async def scenario(bench):
        await bench.count(NuseAll=50, Dwell=0.2)

    bench = run(scenario, **options)
    assert bench.seconds == pytest.approx(np.full(50, 0.2))
    assert bench.array(2) == pytest.approx(np.full(50, 2e4), rel=0.04)
    assert bench.mcs.values["ElapsedReal"] == pytest.approx(10.0)


def test_put_completes_when_all_channels_are_counted():
    async def scenario(bench):
        await bench.count(NuseAll=50, Dwell=0.2)
        assert now() == pytest.approx(1.0, abs=1e-5)

    run(scenario, factor=10.0)


def test_arrays_come_before_done():
    async def scenario(bench):
        await bench.count(NuseAll=5)

    last = {name: place for place, (name, _) in enumerate(run(scenario).log)}
    assert max(last[f"mca{n}.VAL"] for n in range(1, 9)) < last["mca1.ACQG"]
    assert last["mca8.ACQG"] < last[".Acquiring"] < last[".EraseStart"]


def test_counts_do_not_depend_on_who_watches():
    async def scenario(bench):
        await bench.count(NuseAll=50, Dwell=0.2)

    slow, fast = run(scenario), run(scenario, factor=333.0)
    assert np.array_equal(slow.array(2), fast.array(2))
    assert np.array_equal(slow.array(2), run(scenario, instant=True).array(2))
    assert not np.array_equal(slow.array(2), run(scenario, seed=1).array(2))


def test_channels_have_the_variance_of_poisson():
    async def scenario(bench):
        await bench.count(NuseAll=4000, Dwell=0.01)

    counts = run(scenario, channels=4000, instant=True).array(2)
    assert counts.var() / counts.mean() == pytest.approx(1.0, abs=0.07)


def test_preset_time_ends_before_the_last_channel():
    async def scenario(bench):
        await bench.count(NuseAll=50, Dwell=0.2, PresetReal=1.1)
        assert now() == pytest.approx(1.1, abs=1e-5)

    assert run(scenario).seconds == pytest.approx([0.2] * 5 + [0.1])


@pytest.mark.parametrize("factor", [1.0, 20.0])
def test_pulses_of_a_moving_axis_end_channels(factor):
    async def scenario(bench):
        await (await bench.scan(NuseAll=4))

    bench = run(scenario, factor=factor)
    # at 1 mm/s from position to position
    assert bench.seconds == pytest.approx(np.ones(4), abs=1e-6)
    assert bench.array(2) == pytest.approx(np.full(4, 1e5), rel=0.02)


def test_pulses_end_channels_where_moves_take_no_time():
    async def scenario(bench):
        await (await bench.scan(NuseAll=4, Dwell=0.5))

    bench = run(scenario, instant=True)
    assert bench.seconds == pytest.approx(np.full(4, 0.5))


def test_counting_may_begin_before_the_first_pulse():
    async def scenario(bench):
        await (await bench.scan(NuseAll=5, CountOnStart="Yes"))

    # the first position is reached after 1.1 s
    assert run(scenario).seconds == pytest.approx([1.1, 1, 1, 1, 1], abs=1e-6)


def test_prescaler_takes_every_second_pulse():
    async def scenario(bench):
        await (await bench.scan(NuseAll=1, Prescale=2))

    # pulses 2 and 4 of 5
    assert run(scenario).seconds == pytest.approx([2.0], abs=1e-6)


def test_way_of_the_axis_within_each_channel_is_counted():
    async def scenario(bench):
        await (await bench.scan(NuseAll=4))

    counts = run(scenario, follows_axis=True).array(2)
    assert counts == pytest.approx(1e5 * np.array([1.5, 2.5, 3.5, 4.5]), rel=0.01)


def test_axis_that_turns_back_is_counted_exactly():
    async def scenario(bench):
        counting = await bench.scan(2.5, NuseAll=3)
        await bench.move(0.0)
        await counting

    bench = run(scenario, follows_axis=True)
    # 1→2, then 2→2.5→2, then 2→1; the turn at 2.5 takes 0.2 s at either side
    assert bench.seconds == pytest.approx([1.0, 1.2, 1.0], abs=1e-3)
    means = bench.array(2) / 1e5 / bench.seconds
    assert means == pytest.approx([1.5, 2.28, 1.5], abs=0.02)


def test_change_of_the_beam_counts_from_its_moment():
    async def scenario(bench):
        counting = asyncio.create_task(bench.count(NuseAll=4, Dwell=1.0))
        await asyncio.sleep(1.5)
        bench.beam.change(I0=0.0)
        await counting

    assert run(scenario).array(2) == pytest.approx([1e5, 5e4, 0, 0], rel=0.02)


def test_hand_may_advance_channels():
    async def scenario(bench):
        counting = asyncio.create_task(
            bench.count(ChannelAdvance="External", CountOnStart="Yes", NuseAll=2)
        )
        await asyncio.sleep(1.0)
        await bench.caput(SoftwareChannelAdvance=1)
        await asyncio.sleep(3.0)
        await bench.caput(SoftwareChannelAdvance=1)
        await counting
        assert now() == pytest.approx(4.0, abs=1e-3)

    assert run(scenario).seconds == pytest.approx([1.0, 3.0], abs=1e-6)


def test_stop_ends_with_the_channels_so_far():
    async def scenario(bench):
        counting = asyncio.create_task(bench.count(NuseAll=100, Dwell=1.0))
        await asyncio.sleep(2.5)
        assert bench.mcs.values["CurrentChannel"] == 2
        await bench.caput(StopAll=1)
        await counting
        assert now() == pytest.approx(2.5, abs=1e-6)

    assert run(scenario).seconds == pytest.approx([1.0, 1.0, 0.5], abs=1e-6)


def test_start_without_erasing_goes_on():
    async def scenario(bench):
        counting = asyncio.create_task(bench.count(NuseAll=4, Dwell=1.0))
        await asyncio.sleep(2.5)
        await bench.caput(StopAll=1)
        await counting
        await asyncio.sleep(5.0)
        await bench.caput(StartAll=1)
        assert now() == pytest.approx(9.0, abs=1e-5)
        await bench.caput(StartAll=1)
        assert now() == pytest.approx(9.0, abs=1e-5)

    assert run(scenario).seconds == pytest.approx(np.ones(4))


def test_erase_start_while_counting_begins_anew():
    async def scenario(bench):
        first = asyncio.create_task(bench.count(NuseAll=4, Dwell=1.0))
        await asyncio.sleep(2.5)
        await bench.count()
        assert now() == pytest.approx(6.5, abs=1e-5)
        await first

    assert run(scenario).seconds == pytest.approx(np.ones(4))


def test_erase_while_counting_begins_with_the_first_channel():
    async def scenario(bench):
        counting = asyncio.create_task(bench.count(NuseAll=4, Dwell=1.0))
        await asyncio.sleep(2.5)
        await bench.caput(EraseAll=1)
        await counting
        assert now() == pytest.approx(6.5, abs=1e-5)

    assert run(scenario).seconds == pytest.approx(np.ones(4))


def test_erase_leaves_nothing():
    async def scenario(bench):
        await bench.count(NuseAll=4)
        await bench.caput(EraseAll=1)

    bench = run(scenario)
    assert bench.array(2).tolist() == [0]
    assert bench.mcs.signals[1].values["NORD"] == 0


def test_arrays_are_shown_on_the_way():
    async def scenario(bench):
        await bench.count(NuseAll=45, Dwell=0.1)

    lengths = [len(value) for name, value in run(scenario).log if name == "mca2.VAL"]
    assert lengths[-1] == 45
    assert lengths == sorted(lengths)
    assert len(lengths) == 5


def test_buttons_of_a_signal_are_those_of_the_scaler():
    async def scenario(bench):
        signal = bench.mcs.signals[2]
        await bench.caput(NuseAll=3)
        await signal.put(signal.fields["ERST"], 1)
        assert len(bench.array(2)) == 3

    run(scenario)


def test_signals_without_a_counter_have_zeros():
    async def scenario(bench):
        await bench.count(NuseAll=3)

    bench = run(scenario)
    assert bench.array(8).tolist() == [0, 0, 0]
    assert [signal.values["DESC"] for signal in bench.mcs.signals[:5]] == [
        "clock",
        "I0",
        "It",
        "If",
        "",
    ]


@pytest.mark.parametrize("instant", [True, False])
def test_endless_acquisition_ends_only_when_it_is_stopped(instant):
    async def scenario(bench):
        bench.mcs.make_faults().values["endless"] = 1
        counting = asyncio.create_task(bench.count(NuseAll=3))
        await asyncio.sleep(20.0)
        assert bench.mcs.values["Acquiring"] == 1
        await bench.caput(StopAll=1)
        await counting

    assert len(run(scenario, instant=instant).array(2)) == 3


def test_start_waits_for_a_client_that_asked_for_it():
    async def scenario(bench):
        await bench.caput(EnableClientWait=1)
        starting = asyncio.create_task(bench.count(NuseAll=3))
        await asyncio.sleep(5.0)
        assert bench.mcs.values["Acquiring"] == 0
        assert not starting.done()
        await bench.caput(ClientWait=0)
        await starting

    run(scenario)


@pytest.mark.parametrize(
    ("name", "value"), [("NuseAll", 0), ("NuseAll", 1001), ("Dwell", 0.0), ("Prescale", 0)]
)
def test_what_makes_no_sense_is_refused(name, value):
    with pytest.raises(PutRefusedError, match=name):
        run(lambda bench: bench.caput(**{name: value}))


def test_idle_scaler_has_no_task():
    async def scenario(bench):
        await bench.count(NuseAll=3)
        await asyncio.sleep(1.0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(scenario)


def test_external_advance_without_a_cable_counts_until_stopped():
    async def main():
        site = Site("T:", virtual_clock())
        mcs = MultichannelScaler(MultichannelScalerSettings(), site, SteadyBeam())
        await mcs.put(mcs.fields["ChannelAdvance"], 1)
        counting = asyncio.create_task(mcs.put(mcs.fields["EraseStart"], 1))
        await asyncio.sleep(5.0)
        await mcs.put(mcs.fields["StopAll"], 1)
        await counting
        assert mcs.signals[0].values["NORD"] == 0

    simulate(main())
