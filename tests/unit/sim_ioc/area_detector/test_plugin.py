"""Plugins in virtual time: who gets which frames, at once or through a queue."""

import asyncio

import numpy as np
import pytest

from sim_ioc.area_detector.plugin import Plugin
from sim_ioc.area_detector.plugin_fields import PLUGIN_FIELDS
from sim_ioc.errors import PutRefusedError
from tests.unit.sim_ioc.area_detector.logged_detector import frame, pipeline, run
from tests.unit.sim_ioc.virtual_time import now, simulate


class SlowPlugin(Plugin):
    """Take a second for each frame."""

    async def process(self, array):
        await self.pipeline.clock.sleep(1.0)
        await self.pass_on(array)


class BrokenPlugin(Plugin):
    """Fail with each frame."""

    async def process(self, array):
        raise ValueError("out of order")


def add_slow_plugin(bench, kind=SlowPlugin):
    plugin = kind("cam:Slow1:", PLUGIN_FIELDS, bench.detector.pipeline, "SLOW1", "CAM")
    bench.ports["Slow1"] = plugin
    bench._keep("Slow1", plugin)


def numbers(bench, port):
    return [number for _, number in bench.posted(port, "UniqueId_RBV")]


def test_disabled_plugin_gets_nothing():
    async def scenario(bench):
        await bench.acquire()

    assert numbers(run(scenario), "Stats1") == []


def test_camera_without_callbacks_passes_on_nothing():
    async def scenario(bench):
        await bench.put("Stats1", EnableCallbacks=1)
        await bench.acquire(ArrayCallbacks=0)

    assert numbers(run(scenario), "Stats1") == []


def test_plugin_takes_frames_of_the_port_that_it_names():
    async def scenario(bench):
        await bench.put("ROI1", EnableCallbacks=1, BlockingCallbacks=1, SizeX=10, SizeY=5)
        await bench.put("Stats1", EnableCallbacks=1, BlockingCallbacks=1, NDArrayPort="ROI1")
        await bench.acquire()

    bench = run(scenario)
    sizes = [bench.value("Stats1", f"ArraySize{n}_RBV") for n in range(3)]
    assert sizes == [10, 5, 0]
    assert bench.value("Stats1", "Dimensions_RBV").tolist()[:2] == [10, 5]


def test_plugin_of_a_port_that_is_not_there_gets_nothing():
    async def scenario(bench):
        await bench.put("Stats1", EnableCallbacks=1, NDArrayPort="NOWHERE")
        await bench.acquire()

    assert numbers(run(scenario), "Stats1") == []


def test_blocking_plugin_keeps_the_camera_waiting():
    async def scenario(bench):
        add_slow_plugin(bench)
        await bench.put("Slow1", EnableCallbacks=1, BlockingCallbacks=1)
        await bench.acquire(images=3, AcquireTime=0.0)
        assert now() == pytest.approx(3.0, abs=1e-3)

    run(scenario)


def test_queued_plugin_keeps_nobody_waiting():
    async def scenario(bench):
        add_slow_plugin(bench)
        await bench.put("Slow1", EnableCallbacks=1)
        await bench.acquire(images=3, AcquireTime=0.1)
        assert now() == pytest.approx(0.3, abs=1e-3)
        assert bench.value("cam1", "NumQueuedArrays") == 3

    run(scenario)


def test_acquisition_waits_for_plugins_if_told_to():
    async def scenario(bench):
        add_slow_plugin(bench)
        await bench.put("Slow1", EnableCallbacks=1)
        await bench.acquire(images=3, AcquireTime=0.1, WaitForPlugins=1)
        assert now() == pytest.approx(3.1, abs=1e-3)
        assert bench.value("cam1", "NumQueuedArrays") == 0
        assert bench.value("Slow1", "ArrayCounter_RBV") == 3

    run(scenario)


def test_full_queue_drops_frames_and_counts_them():
    async def scenario(bench):
        add_slow_plugin(bench)
        await bench.put("Slow1", EnableCallbacks=1, QueueSize=2)
        await bench.acquire(images=6, AcquireTime=0.1, WaitForPlugins=1)

    bench = run(scenario)
    assert numbers(bench, "Slow1") == [1, 2, 3]
    assert bench.value("Slow1", "DroppedArrays_RBV") == 3
    assert bench.value("Slow1", "QueueFree") == 2


def test_dropped_frames_can_be_counted_anew():
    async def scenario(bench):
        await bench.put("Stats1", DroppedArrays=0, ArrayCounter=100, EnableCallbacks=1)
        await bench.acquire(WaitForPlugins=1)

    assert run(scenario).value("Stats1", "ArrayCounter_RBV") == 101


def test_least_time_between_frames_leaves_some_out():
    async def scenario(bench):
        await bench.put("Stats1", EnableCallbacks=1, BlockingCallbacks=1, MinCallbackTime=0.25)
        await bench.acquire(images=7, AcquireTime=0.1)

    assert numbers(run(scenario), "Stats1") == [1, 4, 7]


def test_rate_of_frames_is_told_and_falls_to_zero():
    async def scenario(bench):
        await bench.acquire(images=30, AcquireTime=0.1)
        assert bench.value("cam1", "ArrayRate_RBV") == pytest.approx(10, abs=1)
        await bench.detector.pipeline.clock.sleep(3.0)
        assert bench.value("cam1", "ArrayRate_RBV") == 0

    run(scenario)


def test_last_frame_can_be_processed_again():
    async def scenario(bench):
        await bench.put("Stats1", EnableCallbacks=1, BlockingCallbacks=1)
        await bench.acquire()
        await bench.put("Stats1", ProcessPlugin=1)

    assert numbers(run(scenario), "Stats1") == [1, 1]


@pytest.mark.parametrize("size", [0, -1, 10**6])
def test_queue_has_a_size(size):
    async def scenario(bench):
        with pytest.raises(PutRefusedError, match="QueueSize takes"):
            await bench.put("Stats1", QueueSize=size)

    run(scenario)


def test_setting_shows_in_its_readback():
    async def scenario(bench):
        await bench.put("cam1", FrameType="Background")

    assert run(scenario).posted("cam1", "FrameType", "FrameType_RBV") == [
        ("FrameType", 1),
        ("FrameType_RBV", 1),
    ]


def test_every_readback_starts_as_its_setting():
    async def scenario(bench):
        for port in bench.ports.values():
            for name in port.fields:
                if name + "_RBV" in port.fields:
                    assert np.all(port.values[name] == port.values[name + "_RBV"]), name

    run(scenario)


@pytest.mark.parametrize("sources", [{}, {"Proc1": "ROI1"}, {"Stats1": "ROI1", "Proc1": "STATS1"}])
def test_port_cannot_take_its_own_arrays_from_itself_or_through_others(sources):
    async def scenario(bench):
        for port, source in sources.items():
            await bench.put(port, NDArrayPort=source)
        with pytest.raises(PutRefusedError, match="NDArrayPort of ROI1 takes no port"):
            await bench.put("ROI1", NDArrayPort="PROC1" if sources else "ROI1")
        told = [bench.value("ROI1", name) for name in ("NDArrayPort", "NDArrayPort_RBV")]
        assert told == ["CAM", "CAM"]

    run(scenario)


def test_others_have_their_turn_between_two_arrays_of_a_queue():
    order = []

    class Listed(Plugin):
        async def process(self, array):
            order.append("array")

    async def other():
        for _ in range(3):
            order.append("other")
            await asyncio.sleep(0)

    async def scenario():
        plugin = Listed("cam:Listed:", PLUGIN_FIELDS, pipeline(), "LISTED", "CAM")
        await plugin.set(EnableCallbacks=1)
        for number in range(3):
            await plugin.listen(frame(np.zeros((2, 2), np.uint16), number))
        await other()

    simulate(scenario())
    assert order == ["other", "array"] * 3


@pytest.mark.parametrize("blocking", [0, 1], ids=["queued", "blocking"])
def test_plugin_that_fails_counts_it_and_says_why_and_the_camera_goes_on(blocking, caplog):
    async def scenario(bench):
        add_slow_plugin(bench, BrokenPlugin)
        await bench.put("Slow1", EnableCallbacks=1, BlockingCallbacks=blocking)
        await bench.acquire(images=3, WaitForPlugins=1)

    bench = run(scenario)
    assert bench.value("cam1", "StatusMessage_RBV") == "Waiting for acquisition"
    assert bench.value("Slow1", "ArrayCounter_RBV") == 3
    assert bench.value("Slow1", "DroppedOutputArrays_RBV") == 3
    assert "SLOW1 lost an array: ValueError: out of order" in caplog.messages
