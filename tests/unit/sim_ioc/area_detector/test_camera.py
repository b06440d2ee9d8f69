"""The camera in virtual time: order of events, timing, what it sees, what can go wrong."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from sim_ioc.area_detector.camera_fields import STATES
from sim_ioc.errors import PutRefusedError
from tests.unit.sim_ioc.area_detector.logged_detector import SETTINGS, run
from tests.unit.sim_ioc.virtual_time import now


async def to_image(bench):
    await bench.put("image1", EnableCallbacks=1, BlockingCallbacks=1)


def counts(bench):
    return np.asarray(bench.value("image1", "ArrayData")).sum()


async def one_frame(bench):
    await to_image(bench)
    await bench.acquire()


def test_events_of_a_frame_come_in_the_order_of_the_driver():
    bench = run(one_frame)
    told = bench.posted("cam1", "Acquire_RBV", "DetectorState_RBV", "ArrayCounter_RBV")
    state = [
        (name, STATES[value] if name == "DetectorState_RBV" else value) for name, value in told
    ]
    assert state == [
        ("Acquire_RBV", 1),
        ("DetectorState_RBV", "Acquire"),
        ("DetectorState_RBV", "Readout"),
        ("ArrayCounter_RBV", 1),
        ("DetectorState_RBV", "Idle"),
        ("Acquire_RBV", 0),
    ]


def test_blocking_plugins_are_done_before_the_acquisition_is():
    bench = run(one_frame)
    order = [(port, name) for port, name, _, _ in bench.log]
    done = max(i for i, (port, name) in enumerate(order) if (port, name) == ("cam1", "Acquire"))
    assert order.index(("image1", "ArrayData")) < done


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        ({"AcquireTime": 0.25}, 0.75),
        ({"AcquireTime": 0.25, "AcquirePeriod": 1.0}, 2.25),
        ({"AcquireTime": 0.25, "NumExposures": 2}, 1.5),
    ],
    ids=["back to back", "with a period", "two exposures each"],
)
def test_acquisition_takes_exposures_and_periods(settings, seconds):
    async def scenario(bench):
        await bench.acquire(images=3, **settings)
        assert now() == pytest.approx(seconds, abs=1e-3)
        assert bench.value("cam1", "NumImagesCounter_RBV") == 3

    run(scenario)


def test_time_factor_shortens_the_wait():
    async def scenario(bench):
        await bench.acquire(AcquireTime=1.0)
        assert now() == pytest.approx(0.1, abs=1e-3)

    run(scenario, factor=10.0)


def test_instant_beamline_takes_no_time_and_counts_the_same():
    async def scenario(bench):
        await to_image(bench)
        await bench.acquire(AcquireTime=1.0)
        assert now() < 1e-3

    assert counts(run(scenario, instant=True)) == pytest.approx(1e6, rel=0.01)


def test_counts_are_photons_of_the_exposure():
    async def scenario(bench):
        await to_image(bench)
        await bench.acquire(AcquireTime=0.5)

    assert counts(run(scenario)) == pytest.approx(0.5e6, rel=0.01)


def test_shutter_closed_in_mid_exposure_leaves_half_the_photons():
    async def scenario(bench):
        await to_image(bench)
        asyncio.get_running_loop().call_later(0.5, bench.lamp.set_flux, 0.0)
        await bench.acquire(AcquireTime=1.0)

    assert counts(run(scenario)) == pytest.approx(0.5e6, rel=0.01)


def test_change_between_exposures_of_a_frame_is_not_counted_twice():
    async def scenario(bench):
        await to_image(bench)
        asyncio.get_running_loop().call_later(0.5, bench.lamp.set_flux, 0.0)
        await bench.acquire(AcquireTime=0.25, NumExposures=4)

    assert counts(run(scenario)) == pytest.approx(0.5e6, rel=0.01)


def test_moving_beam_is_averaged_over_the_exposure():
    async def scenario(bench):
        await to_image(bench)
        bench.lamp.is_moving = True
        await bench.acquire(AcquireTime=1.0)

    assert counts(run(scenario)) == pytest.approx(0.5e6, rel=0.01)


def test_noise_is_that_of_the_seed():
    assert counts(run(one_frame)) == counts(run(one_frame))


def test_region_and_bins_shape_the_frame_and_keep_the_photons():
    async def scenario(bench):
        await to_image(bench)
        await bench.put("cam1", BinX=2, BinY=4, SizeX=1000)
        assert bench.value("cam1", "SizeX_RBV") == 48
        sizes = [bench.value("cam1", f"ArraySize{axis}_RBV") for axis in ("X", "Y", "")]
        assert sizes == [24, 8, 24 * 8 * 2]
        await bench.acquire(AcquireTime=0.5)

    bench = run(scenario)
    assert bench.value("image1", "ArrayData").size == 24 * 8
    assert counts(bench) == pytest.approx(0.5e6, rel=0.01)


@pytest.mark.parametrize(("kind", "most"), [("UInt8", 255), ("UInt16", 65535), ("Int16", 32767)])
def test_pixels_saturate_where_their_type_ends(kind, most):
    async def scenario(bench):
        await to_image(bench)
        bench.lamp.set_flux(1e9)
        await bench.acquire(AcquireTime=1.0, DataType=kind)

    assert run(scenario).value("image1", "ArrayData").max() == most


def test_gain_multiplies_counts():
    async def scenario(bench):
        await to_image(bench)
        await bench.acquire(AcquireTime=0.5, Gain=3.0)

    assert counts(run(scenario)) == pytest.approx(1.5e6, rel=0.01)


def test_each_frame_has_a_number_and_a_time_of_its_own():
    async def scenario(bench):
        await to_image(bench)
        await bench.acquire(images=3)

    bench = run(scenario)
    assert [n for _, n in bench.posted("image1", "UniqueId_RBV")] == [1, 2, 3]
    stamps = [when for _, when in bench.posted("image1", "TimeStamp_RBV")]
    assert stamps == sorted(stamps)


def test_stopped_acquisition_is_aborted_and_passes_on_nothing_more():
    async def scenario(bench):
        await to_image(bench)
        asyncio.get_running_loop().call_later(
            0.25, lambda: asyncio.ensure_future(bench.put("cam1", Acquire=0))
        )
        await bench.acquire(images=100, AcquireTime=0.1)
        assert now() == pytest.approx(0.25, abs=1e-3)

    bench = run(scenario)
    assert STATES[bench.value("cam1", "DetectorState_RBV")] == "Aborted"
    assert bench.value("image1", "ArrayCounter_RBV") == 2


def test_continuous_acquisition_goes_on_until_stopped_and_ends_idle():
    async def scenario(bench):
        await bench.put("cam1", ImageMode="Continuous")
        asyncio.get_running_loop().call_later(
            1.05, lambda: asyncio.ensure_future(bench.put("cam1", Acquire=0))
        )
        await bench.put("cam1", Acquire=1)

    bench = run(scenario)
    assert STATES[bench.value("cam1", "DetectorState_RBV")] == "Idle"
    assert bench.value("cam1", "NumImagesCounter_RBV") == 10


def test_acquisition_can_be_started_while_another_one_is_being_stopped():
    async def scenario(bench):
        first = asyncio.ensure_future(bench.acquire(images=100))
        await asyncio.sleep(0.15)
        stop = asyncio.ensure_future(bench.put("cam1", Acquire=0))
        await asyncio.sleep(0)
        await bench.acquire(images=2)
        await asyncio.gather(first, stop)

    assert run(scenario).value("cam1", "NumImagesCounter_RBV") == 2


def test_external_trigger_begins_each_exposure():
    async def scenario(bench):
        for moment in (1.0, 1.05, 3.0):  # the second one comes while the camera is busy
            asyncio.get_running_loop().call_later(moment, bench.detector.trigger)
        await bench.acquire(images=2, TriggerMode="External", AcquireTime=0.1)
        assert now() == pytest.approx(3.1, abs=1e-3)

    assert run(scenario).value("cam1", "NumImagesCounter_RBV") == 2


def at(moment, action, *arguments):
    asyncio.get_running_loop().call_later(moment, action, *arguments)


def signal(bench, level):
    return asyncio.ensure_future(bench.put("cam1", TriggerSignal=level))


def test_one_pulse_begins_all_frames_of_a_series():
    async def scenario(bench):
        at(2.0, bench.detector.trigger)
        await bench.acquire(images=3, TriggerMode="Ext. Trigger", AcquireTime=0.1)
        assert now() == pytest.approx(2.3, abs=1e-3)

    assert run(scenario).value("cam1", "NumImagesCounter_RBV") == 3


def test_a_gate_is_exposed_for_as_long_as_it_is_open():
    async def scenario(bench):
        await to_image(bench)
        for begin, end in ((1.0, 1.2), (3.0, 3.8)):
            at(begin, signal, bench, "High")
            at(end, signal, bench, "Low")
        await bench.acquire(images=2, TriggerMode="Ext. Enable")
        assert now() == pytest.approx(3.8, abs=1e-3)

    bench = run(scenario)
    short, long = (data.sum(dtype=float) for _, data in bench.posted("image1", "ArrayData"))
    assert long == pytest.approx(4 * short, rel=0.1)


def test_one_pulse_begins_an_exposure_and_the_next_one_ends_it():
    async def scenario(bench):
        for moment in (1.0, 1.5, 2.0, 4.0):
            at(moment, bench.detector.trigger)
        await bench.acquire(images=2, TriggerMode="Start-Stop")
        assert now() == pytest.approx(4.0, abs=1e-3)

    assert run(scenario).value("cam1", "NumImagesCounter_RBV") == 2


@pytest.mark.parametrize("mode", ["Ext. Enable", "Start-Stop", "Ext. Trigger"])
def test_every_trigger_can_be_given_up_waiting_for(mode):
    async def scenario(bench):
        at(1.0, signal, bench, "High")
        at(2.0, lambda: asyncio.ensure_future(bench.put("cam1", Acquire=0)))
        await bench.acquire(TriggerMode=mode, AcquireTime=50.0)
        assert now() == pytest.approx(2.0, abs=1e-3)

    assert run(scenario).value("cam1", "NumImagesCounter_RBV") == 0


def test_exposures_that_are_added_up_begin_a_period_apart():
    async def scenario(bench):
        await bench.acquire(NumExposures=3, AcquireTime=0.1, AcquirePeriod=0.5)
        assert now() == pytest.approx(1.1, abs=1e-3)

    run(scenario)


def test_external_trigger_can_be_given_up_waiting_for():
    async def scenario(bench):
        asyncio.get_running_loop().call_later(
            2.0, lambda: asyncio.ensure_future(bench.put("cam1", Acquire=0))
        )
        await bench.acquire(TriggerMode="External")
        assert now() == pytest.approx(2.0, abs=1e-3)

    assert run(scenario).value("cam1", "NumImagesCounter_RBV") == 0


def test_time_remaining_is_told_along_a_long_exposure():
    async def scenario(bench):
        await bench.acquire(AcquireTime=1.0)

    told = [left for _, left in run(scenario).posted("cam1", "TimeRemaining_RBV")]
    assert told[:5] == pytest.approx([1.0, 0.8, 0.6, 0.4, 0.2], abs=1e-3)
    assert told[-1] == 0


def test_lost_frames_leave_gaps_in_the_numbers():
    async def scenario(bench):
        await to_image(bench)
        bench.camera.make_faults().values["lose"] = 3
        await bench.acquire(images=7)

    bench = run(scenario)
    assert [n for _, n in bench.posted("image1", "UniqueId_RBV")] == [1, 2, 4, 5, 7]
    assert bench.value("cam1", "ArrayCounter_RBV") == 7


def test_endless_exposure_ends_when_the_fault_does():
    async def scenario(bench):
        bench.camera.make_faults().values["endless"] = 1

        async def repair():
            await asyncio.sleep(5.0)
            bench.camera.faults.values["endless"] = 0
            await bench.camera.heed("endless")

        await asyncio.gather(repair(), bench.acquire())
        assert now() == pytest.approx(5.0, abs=1e-3)

    run(scenario)


@pytest.mark.parametrize(
    "put", [{"AcquireTime": -1}, {"NumExposures": 0}, {"NumImages": -1}, {"ColorMode": "RGB1"}]
)
def test_settings_that_cannot_be_are_refused(put):
    async def scenario(bench):
        with pytest.raises(PutRefusedError, match=next(iter(put))):
            await bench.put("cam1", **put)

    run(scenario)


def test_large_frames_are_made_in_a_thread_and_are_the_same():
    async def scenario(bench):
        await bench.put("cam1", AcquireTime=0.0)
        await bench.acquire()
        assert bench.value("cam1", "ArraySize_RBV") == 600 * 600 * 2

    run(scenario, SETTINGS.model_copy(update={"rows": 600, "columns": 600}))


def test_fault_that_is_put_takes_no_frame_that_waits_for_its_trigger():
    async def scenario(bench):
        acquisition = asyncio.ensure_future(bench.acquire(TriggerMode="External"))
        await asyncio.sleep(1.0)
        bench.camera.make_faults().values["lose"] = 3
        await bench.camera.heed("lose")
        await asyncio.sleep(1.0)
        assert STATES[bench.value("cam1", "DetectorState_RBV")] == "Waiting"
        await bench.put("cam1", Acquire=0)
        await acquisition

    assert run(scenario).value("cam1", "NumImagesCounter_RBV") == 0


def test_acquisition_that_dies_is_told_as_an_error():
    async def scenario(bench):
        def no_light(time):
            raise ZeroDivisionError("no light")

        bench.lamp.on_sample = no_light
        await bench.acquire()

    bench = run(scenario)
    assert STATES[bench.value("cam1", "DetectorState_RBV")] == "Error"
    assert "ZeroDivisionError: no light" in bench.value("cam1", "StatusMessage_RBV")
    assert bench.value("cam1", "Acquire") == 0


def test_acquisition_that_is_cancelled_is_told_as_an_error():
    async def scenario(bench):
        acquisition = asyncio.ensure_future(bench.acquire(AcquireTime=10.0))
        await asyncio.sleep(1.0)
        bench.camera._acquiring.cancel()
        await acquisition

    assert STATES[run(scenario).value("cam1", "DetectorState_RBV")] == "Error"


def test_sample_takes_its_part_of_the_photons():
    async def scenario(bench):
        await to_image(bench)
        bench.lamp.light = replace(bench.lamp.light, passed=0.25)
        await bench.acquire(AcquireTime=1.0)

    assert counts(run(scenario)) == pytest.approx(0.25e6, rel=0.01)


@pytest.mark.parametrize(("on_stage", "columns"), [(True, -4), (False, 0)])
def test_direct_beam_moves_against_a_camera_that_rides_on_the_stage(on_stage, columns):
    async def scenario(bench):
        await bench.put("Stats1", EnableCallbacks=1, BlockingCallbacks=1, ComputeCentroid=1)
        bench.lamp.light = replace(bench.lamp.light, x=0.3)
        await bench.acquire(AcquireTime=1.0)

    bench = run(scenario, SETTINGS.model_copy(update={"on_stage": on_stage}))
    assert bench.value("Stats1", "CentroidX_RBV") == pytest.approx(23.5 + columns, abs=0.1)
