"""Where files go, in the words of the detector and in those of its clients."""

import re

import pytest

from devices import InvalidTargetError
from devices.detectors.path_provider import FilePlace, RunFolders


def test_both_sides_have_a_name_for_one_folder():
    place = RunFolders("/data/exp", detector="/ramdisk", folder="scans")("camera")
    assert (place.detector_folder, place.client_folder) == ("/ramdisk/scans", "/data/exp/scans")


def test_a_detector_on_windows_gets_its_own_separators():
    place = RunFolders("/data", detector="Z:\\exp", folder="{device}/raw")("camera")
    assert place.detector_folder == "Z:\\exp\\camera\\raw"
    assert place.client_folder == "/data/camera/raw"


def test_the_detector_may_make_only_what_the_template_adds():
    assert RunFolders("/data/exp", folder="{time:%Y}/{device}")("camera").levels == 2
    assert RunFolders("/data/exp", folder="")("camera").levels == 0


def test_folders_are_named_by_the_day():
    assert re.fullmatch(r"/data/\d{4}-\d\d-\d\d", RunFolders("/data")("camera").client_folder)


def test_no_two_files_have_one_name():
    places = RunFolders("/data")
    assert len({places("camera").name for _ in range(50)}) == 50


def test_clients_find_a_file_by_its_uri():
    place = FilePlace("Z:\\exp", "/data/my exp", "run 1")
    assert place.uri("run 1.h5") == "file://localhost/data/my%20exp/run%201.h5"
    assert place.uri() == "file://localhost/data/my%20exp/"


@pytest.mark.parametrize(
    "options",
    [{"folder": "/etc"}, {"folder": "../up"}, {"name": "a/b"}, {"name": ""}, {"name": "50%d"}],
    ids=["absolute", "up", "two levels", "empty", "percent"],
)
def test_a_name_that_leads_elsewhere_is_refused(options):
    with pytest.raises(InvalidTargetError, match="is no folder below /data and name of a file"):
        RunFolders("/data", **options)


@pytest.mark.parametrize("template", ["{run}", "{", "{device:%Q%}"])
def test_a_template_that_cannot_be_filled_is_refused_when_it_is_given(template):
    with pytest.raises(
        InvalidTargetError, match=r"file names are made of \{device\}, \{time\} and"
    ):
        RunFolders("/data", name=template)


@pytest.mark.parametrize("folder", ["data", "file:///data", ""])
def test_clients_need_an_absolute_path(folder):
    with pytest.raises(InvalidTargetError, match="an absolute path such as '/data'"):
        RunFolders(folder)
