"""H3, H7, H14 and the disk: a camera that does not do what it was told."""

import math
import os

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import pytest
from bluesky.utils import FailedStatus

from devices import CountError, DeviceError
from reduction.counting import CountPolicy
from tests.another_client import read_pv, write_pv
from tests.system.camera_runs import only
from tests.waiting import PATIENCE, wait_until

# --- H7, H14


def test_a_refused_start_fails_with_what_was_refused(inject, staged):
    inject("cam:cam1", "refuse")
    with pytest.raises(CountError, match=r"exposing camera for 0\.1 s failed: .* request failed"):
        staged.trigger().wait(PATIENCE)
    inject("cam:cam1", "refuse", 0)


def test_a_camera_that_refuses_everything_is_refused_before_the_run(
    inject, camera, engine, documents
):
    inject("cam:cam1", "refuse")
    with pytest.raises(DeviceError, match=r"X:cam:cam1:Acquire \(.*\) = 0 was refused"):
        engine(bp.count([camera]))
    assert documents == []


def test_an_exposure_of_nan_seconds_is_none(inject, staged):
    inject("cam:cam1", "nan")
    with pytest.raises(CountError, match="its exposure was nan s"):
        staged.trigger().wait(PATIENCE)
    inject("cam:cam1", "nan", 0)


def test_a_camera_that_is_not_critical_gives_no_numbers_and_the_run_goes_on(
    inject, camera, engine, documents
):
    camera.critical = False

    def refuse_the_second():
        for refuses in (0, 1, 0):
            inject("cam:cam1", "refuse", refuses)
            yield from bps.trigger_and_read([camera])

    engine(bpp.stage_wrapper(bpp.run_wrapper(refuse_the_second()), [camera]))
    spots = [math.isnan(event["data"]["spot"]) for event in only(documents, "event")]
    assert spots == [False, True, False]
    assert [doc["seq_nums"]["start"] for doc in only(documents, "stream_datum")] == [1, 3]


# --- files


def test_a_disk_that_cannot_be_written_fails_the_point_in_the_words_of_the_detector(
    staged, tmp_path
):
    (tmp_path / "frames").rmdir()
    sentence = "its file could not be written: .*could not be opened"
    with pytest.raises(CountError, match=sentence):
        staged.trigger().wait(PATIENCE)


def test_a_run_that_cannot_be_written_fails_and_leaves_nothing_capturing(
    camera, engine, documents, tmp_path, is_at_rest
):
    # it captures then, and has exposed nothing yet
    engine.subscribe(lambda *_: os.rmdir(tmp_path / "frames"), "start")
    with pytest.raises(FailedStatus, match="could not be written"):
        engine(bp.count([camera]))
    assert only(documents, "event") == []
    wait_until("all is at rest", is_at_rest)


def test_a_file_that_somebody_else_closes_fails_the_next_point(staged):
    staged.trigger().wait(PATIENCE)
    write_pv("X:cam:HDF1:Capture", 0)
    with pytest.raises(CountError, match="its file was closed by somebody else"):
        staged.trigger().wait(PATIENCE)


def test_frames_that_somebody_else_takes_meanwhile_are_noticed(staged):
    staged.prepare(CountPolicy(seconds=1.0))
    status = staged.trigger()
    wait_until("it exposes", lambda: read_pv("X:cam:cam1:DetectorState_RBV") == 1)
    write_pv("X:cam:cam1:Acquire", 0)
    with pytest.raises(CountError, match="it took 0 frames, not 1"):
        status.wait(PATIENCE)


def test_frames_of_another_size_than_documents_say_fail_the_point(staged):
    write_pv("X:cam:cam1:SizeX", 256)
    sentence = "its frames have 512 rows and 256 columns of <u2 now, and had 512 rows and 512"
    with pytest.raises(CountError, match=sentence):
        staged.trigger().wait(PATIENCE)


def test_frames_of_another_type_than_documents_say_fail_the_point(staged):
    """H14."""
    write_pv("X:cam:cam1:DataType", 5)
    sentence = "columns of <u4 now, and had 512 rows and 512 columns of <u2 when the run began"
    with pytest.raises(CountError, match=sentence):
        staged.trigger().wait(PATIENCE)


def test_a_run_after_a_change_of_the_frames_describes_the_new_ones(camera, engine, documents):
    """H14."""
    engine(bp.count([camera]))
    write_pv("X:cam:cam1:SizeX", 256)
    write_pv("X:cam:cam1:DataType", 5)
    engine(bp.count([camera]))
    keys = [doc["data_keys"]["camera"] for doc in only(documents, "descriptor")]
    assert [key["shape"] for key in keys] == [[1, 512, 512], [1, 512, 256]]
    assert [key["dtype_numpy"] for key in keys] == ["<u2", "<u4"]


# --- H3

#: Seconds for libca to find a server again, and for all channels of a camera to be there.
SEARCH = 40.0


def test_an_exposure_fails_soon_after_its_ioc_has_died(fault, staged):
    staged.prepare(CountPolicy(seconds=30.0))
    status = staged.trigger()
    wait_until("it exposes", lambda: read_pv("X:cam:cam1:DetectorState_RBV") == 1)
    fault.kill()
    with pytest.raises(CountError, match=r"exposing camera for 30 s failed: .*isconnect"):
        status.wait(PATIENCE)
    fault.start()
    wait_until("it is back", lambda: staged.connected, SEARCH)


def test_a_run_goes_on_with_the_camera_after_a_restart(fault, camera, engine, documents):
    fault.kill()
    fault.start()
    wait_until("it is back", lambda: camera.connected, SEARCH)
    engine(bp.count([camera], num=2))
    assert len(only(documents, "stream_datum")) == 2
