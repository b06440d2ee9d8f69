"""How frames may be saved, and what becomes of files that are there already."""

import pytest

from devices import CountError, FilePlace, InvalidTargetError
from devices.detectors.frame_saving import FrameSaving


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"form": "jpeg"}, "saves of camera is 'hdf5' or 'tiff', not 'jpeg'"),
        ({"compression": "zip"}, "compression of camera is 'none' or 'gzip' or"),
        ({"existing": "keep"}, "existing_files of camera is 'abort' or 'overwrite', not 'keep'"),
        ({"existing": "append"}, "camera cannot append to a file: areaDetector begins each file"),
        ({"points_per_file": -1}, "points_per_file of camera is 0 or more, not -1"),
        ({"points_per_file": 2.0}, "points_per_file of camera is 0 or more, not 2.0"),
        ({"form": "tiff", "compression": "gzip"}, "camera saves each frame to a TIFF file of its"),
        ({"form": "tiff", "points_per_file": 2}, "camera saves each frame to a TIFF file of its"),
    ],
)
def test_what_no_camera_can_do_is_refused(options, sentence):
    with pytest.raises(InvalidTargetError, match=sentence):
        FrameSaving(**options).checked("camera")


@pytest.mark.parametrize(
    ("most", "points", "is_full"), [(0, 10**6, False), (3, 2, False), (3, 3, True)]
)
def test_a_file_is_full_with_its_points(most, points, is_full):
    assert FrameSaving(points_per_file=most).is_full(points) is is_full


@pytest.mark.parametrize(("form", "file"), [("hdf5", "run.h5"), ("tiff", "run_000003.tiff")])
def test_a_file_that_is_there_is_not_overwritten(tmp_path, form, file):
    place = FilePlace(str(tmp_path), str(tmp_path), "run")
    saving = FrameSaving(form)
    saving.require_new("camera", place)
    (tmp_path / file).touch()
    with pytest.raises(CountError, match=rf"camera would overwrite .*{file}: choose another name"):
        saving.require_new("camera", place)
    FrameSaving(form, existing="overwrite").require_new("camera", place)


def test_a_folder_that_is_not_seen_from_here_holds_nothing_up():
    FrameSaving().require_new("camera", FilePlace("/data", "/nowhere/at/all", "run"))
