"""How frames may be saved, and what becomes of files that are there already."""

import pytest

from devices import CountError, FilePlace, InvalidTargetError
from devices.detectors.frame_saving import FrameSaving


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"form": "jpeg"}, "saves of camera is 'hdf5' or 'tiff', not 'jpeg'"),
        ({"compression": "zip"}, "compression of camera is 'none' or 'gzip' or"),
        ({"existing": "keep"}, "existing_files of camera is 'abort' or 'overwrite' or 'multiset'"),
        ({"existing": "append"}, "camera cannot append to a file: areaDetector begins each file"),
        ({"points_per_file": -1}, "points_per_file of camera is 0 or more, not -1"),
        ({"points_per_file": 2.0}, "points_per_file of camera is 0 or more, not 2.0"),
        ({"form": "tiff", "compression": "gzip"}, "camera saves each frame to a TIFF file of its"),
        ({"bytes_per_file": -1}, "bytes_per_file of camera is 0 or more, not -1"),
        ({"bytes_per_file": float("nan")}, "bytes_per_file of camera is 0 or more, not nan"),
        ({"form": "tiff", "bytes_per_file": 9}, "camera saves each frame to a TIFF file of its"),
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
    assert FrameSaving(points_per_file=most).is_full(points, size=8) is is_full


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


@pytest.mark.parametrize(("points", "is_full"), [(0, False), (2, False), (3, True)])
def test_a_file_is_full_before_it_has_more_bytes_than_it_may(points, is_full):
    assert FrameSaving(bytes_per_file=30).is_full(points, size=10) is is_full


def test_points_that_no_file_could_take_are_refused():
    with pytest.raises(InvalidTargetError, match="a point of camera has 31 bytes, and a file may"):
        FrameSaving(bytes_per_file=30).require_room("camera", 31)


# --- numbers


def place(folder, levels=0):
    return FilePlace(str(folder), str(folder), "run", levels)


@pytest.mark.parametrize("existing", ["abort", "overwrite", "multiset"])
def test_a_run_never_overwrites_a_file_of_its_own(tmp_path, existing):
    used = {(str(tmp_path), "run"), (str(tmp_path), "run_2")}
    named = FrameSaving(existing=existing).named("camera", place(tmp_path), used)
    assert named.name == "run_3"


@pytest.mark.parametrize(("form", "file"), [("hdf5", "run{}.h5"), ("tiff", "run{}_000000.tiff")])
def test_sets_of_frames_are_numbered(tmp_path, form, file):
    saving = FrameSaving(form, existing="multiset")
    names = []
    for _ in range(3):
        named = saving.named("camera", place(tmp_path), ())
        suffix = named.name.removeprefix("run")
        (tmp_path / file.format(suffix)).touch()
        names.append(named.name)
    assert names == ["run", "run_2", "run_3"]


def test_a_folder_that_the_detector_will_make_has_no_files_yet(tmp_path):
    saving = FrameSaving(existing="multiset")
    assert saving.named("camera", place(tmp_path / "new", levels=1), ()).name == "run"


def test_files_that_nobody_sees_cannot_be_numbered():
    saving = FrameSaving(existing="multiset")
    with pytest.raises(CountError, match="camera cannot number its files: this computer does not"):
        saving.named("camera", place("/nowhere/at/all"), ())
