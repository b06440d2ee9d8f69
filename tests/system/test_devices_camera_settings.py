"""Settings that a detector takes as they are asked for, and shows when it is ready to."""

import bluesky.plans as bp
import pytest
from ophyd import EpicsSignalWithRBV

from devices import array_access
from devices.detectors import camera_settings
from devices.detectors.camera import Camera
from devices.detectors.path_provider import RunFolders
from devices.errors import RefusedError
from tests.another_client import read_pv, write_pv
from tests.system.camera_runs import opened

#: Degrees a minute; the virtual controller is twenty times as fast as life.
RAMP = 60.0


def test_a_whole_number_is_another_one_however_near(instant_ioc, connected):
    """As the first pixel of a region: 2001 is not 2000."""
    number = connected(EpicsSignalWithRBV("I:cam:cam1:NumImages", name="number"))
    camera_settings.apply([(number, 2000)])
    camera_settings.apply([(number, 2001)])
    assert read_pv("I:cam:cam1:NumImages_RBV") == 2001
    camera_settings.apply([(number, 1)])


def test_a_time_rounded_to_a_tick_of_the_clock_is_the_one_asked_for(instant_ioc, connected):
    exposure = connected(EpicsSignalWithRBV("I:cam:cam1:AcquireTime", name="exposure"))
    camera_settings.apply([(exposure, 1.0)])
    camera_settings.apply([(exposure, 1.0005)])
    assert read_pv("I:cam:cam1:AcquireTime_RBV") == 1.0


@pytest.fixture
def slow_setpoint(fast_ioc, connected):
    """A setting that takes more than a second to be taken, and half of one more to be shown."""
    before = read_pv("F:temp:setpoint")
    write_pv("F:temp:ramp", RAMP)
    write_pv("F:temp:ramp_on", 1)
    write_pv("F:temp:fault:slow", 1.2)
    yield connected(EpicsSignalWithRBV("F:temp:setpoint", name="setpoint"))
    write_pv("F:sim:fault:clear", 1)
    write_pv("F:temp:ramp_on", 0)
    write_pv("F:temp:setpoint", before)


def test_a_slow_detector_may_show_its_value_after_it_has_taken_it(slow_setpoint):
    camera_settings.apply([(slow_setpoint, read_pv("F:temp:setpoint_RBV") + 10.0)])


def test_what_a_detector_does_not_take_is_told(slow_setpoint):
    wanted = read_pv("F:temp:setpoint_RBV") + 100.0
    with pytest.raises(RefusedError, match=r"F:temp:setpoint was to be .* it was not taken"):
        camera_settings.apply([(slow_setpoint, wanted)])


@pytest.mark.parametrize("text", ["sample", "Müller", "Ångström", "試料"])
def test_a_text_is_read_as_it_was_written(instant_ioc, connected, text):
    name = connected(EpicsSignalWithRBV("I:cam:HDF1:FileName", name="file_name"))
    camera_settings.apply([(name, text)])
    assert array_access.fetch([name])[0].text == text


def test_frames_are_saved_in_a_folder_with_any_letters(instant_ioc, connected, engine, tmp_path):
    folder = tmp_path / "Müller Ångström 試料"
    folder.mkdir()
    folders = RunFolders(folder)
    camera = connected(Camera("I:cam:", name="camera", path_provider=folders))
    documents = []
    engine.subscribe(lambda name, doc: documents.append((name, doc)))
    engine(bp.count([camera]))
    ((frames, _),) = opened(documents)
    assert frames.shape == (1, 512, 512)
