from types import SimpleNamespace

import pytest
from ophyd import Signal

from planlib.dryrun.counting import count_seconds, prepared_seconds
from reduction.counting import CountPolicy


@pytest.mark.parametrize(
    ("detector", "seconds"),
    [
        (SimpleNamespace(count_time=2.0), 2.0),
        (SimpleNamespace(count_time=float("nan")), None),
        (SimpleNamespace(count_time=Signal(name="t", value=3.0)), 3.0),
        (SimpleNamespace(preset_time=Signal(name="t", value=1.5)), 1.5),
        (
            SimpleNamespace(
                cam=SimpleNamespace(
                    acquire_time=Signal(name="t", value=0.5), num_images=Signal(name="n", value=4)
                )
            ),
            2.0,
        ),
        (SimpleNamespace(preset_time=Signal(name="t", value="text")), None),
        (SimpleNamespace(), None),
    ],
    ids=["ours", "on the monitor", "a signal", "a scaler", "a camera", "a text", "nothing"],
)
def test_count_times_are_read_off_detectors_of_any_kind(detector, seconds):
    assert count_seconds(detector) == seconds


def test_policies_and_trigger_information_tell_count_times():
    assert prepared_seconds(CountPolicy(seconds=2.0)) == 2.0
    assert prepared_seconds(CountPolicy(counts=1000)) is None
    info = SimpleNamespace(livetime=0.5, deadtime=0.1, exposures_per_event=3)
    assert prepared_seconds(info) == pytest.approx(1.8)
    assert prepared_seconds("text") is None
