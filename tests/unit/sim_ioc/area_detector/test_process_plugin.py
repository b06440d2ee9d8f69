"""The processing plugin: its settings reach the arithmetic, and frames are passed on in turn."""

import numpy as np
import pytest

from tests.unit.sim_ioc.area_detector.logged_detector import frame, run


def flat(value, kind=np.uint16):
    return np.full((2, 3), value, kind)


def passed_on(script, *frames):
    """Return the first pixel of each frame that is passed on; `script` runs after the first."""
    made = []

    async def scenario(bench):
        await bench.put("image1", NDArrayPort="PROC1", EnableCallbacks=1, BlockingCallbacks=1)
        port = bench.ports["Proc1"]
        for number, data in enumerate(frames):
            if number == 1:
                for settings in script:
                    await bench.put("Proc1", **settings)
            bench.ports["image1"].last = None
            await port.handle(frame(data, number + 1))
            last = bench.ports["image1"].last
            made.append(None if last is None else last.data[0, 0])

    run(scenario)
    return made


def test_saved_background_is_subtracted():
    script = [{"SaveBackground": 1, "EnableBackground": 1}]
    assert passed_on(script, flat(10), flat(17)) == [10, 7]


def test_saved_flat_field_divides():
    script = [{"SaveFlatField": 1, "EnableFlatField": 1, "ScaleFlatField": 100}]
    assert passed_on(script, flat(50), flat(25)) == [50, 50]


def test_offset_scale_and_clips_are_applied():
    script = [
        {"EnableOffsetScale": 1, "Offset": 5, "Scale": 2, "DataTypeOut": "Float64"},
        {"EnableHighClip": 1, "HighClipThresh": 100, "HighClipValue": 1},
    ]
    assert passed_on(script, flat(1), flat(10), flat(60)) == [1, 30, 1]


def test_older_name_of_a_clip_sets_threshold_and_value():
    assert passed_on([{"LowClip": 20, "EnableLowClip": 1}], flat(1), flat(7)) == [1, 20]


def test_average_of_n_frames_is_passed_on_every_n_frames():
    script = [
        {"NumFilter": 3, "FilterType": "Average", "EnableFilter": 1, "ResetFilter": 1},
        {"AutoResetFilter": 1, "FilterCallbacks": "Array N only", "DataTypeOut": "Float64"},
    ]
    made = passed_on(script, flat(0), *(flat(n) for n in (3, 6, 9, 10, 20, 30)))
    assert made[1:] == [None, None, pytest.approx(6), None, None, pytest.approx(20)]


def test_automatic_scale_fills_the_range():
    async def scenario(bench):
        await bench.ports["Proc1"].handle(frame(np.array([[10, 61]], np.uint8)))
        await bench.put("Proc1", AutoOffsetScale=1)

    bench = run(scenario)
    assert (bench.value("Proc1", "Offset_RBV"), bench.value("Proc1", "Scale_RBV")) == (-10, 5)


def test_background_of_another_size_is_invalid_and_left_out():
    async def scenario(bench):
        port = bench.ports["Proc1"]
        await port.handle(frame(flat(10)))
        await bench.put("Proc1", SaveBackground=1, EnableBackground=1)
        assert bench.value("Proc1", "ValidBackground_RBV") == 1
        await port.handle(frame(np.full((5, 5), 10)))
        assert bench.value("Proc1", "ValidBackground_RBV") == 0

    run(scenario)
