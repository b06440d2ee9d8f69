"""What documents say of frames."""

import json

import pytest
from event_model import DocumentNames, schema_validators

from devices.detectors.camera_documents import FrameShape, FrameStream, data_key
from devices.detectors.path_provider import FilePlace

PLACE = FilePlace("/ramdisk", "/data/exp", "run1", 0)
SHAPE = FrameShape(512, 256, "<u2")


def stream(form="hdf5", frames=1):
    return FrameStream("camera", PLACE, form, SHAPE, frames)


def test_an_hdf5_file_is_told_as_clients_find_it():
    resource = stream().resource()
    assert resource["uri"] == "file://localhost/data/exp/run1.h5"
    assert resource["mimetype"] == "application/x-hdf5"
    assert resource["parameters"]["chunk_shape"] == [1, 512, 256]


def test_tiff_files_are_told_as_a_folder_and_a_template():
    resource = stream("tiff").resource()
    assert resource["uri"] == "file://localhost/data/exp/"
    assert resource["parameters"]["template"].format(7) == "run1_000007.tiff"


@pytest.mark.parametrize("form", ["hdf5", "tiff"])
def test_documents_are_valid(form):
    told = stream(form)
    schema_validators[DocumentNames.stream_resource].validate(told.resource())
    schema_validators[DocumentNames.stream_datum].validate(told.datum(0))


def test_indices_count_points():
    told = stream(frames=5)
    assert told.datum(10)["indices"] == {"start": 2, "stop": 3}


def test_frames_of_no_point_are_left_out_by_their_index():
    told = stream()
    told.datum(0)
    assert told.datum(2)["indices"] == {"start": 2, "stop": 3}
    assert (told.announced, told.frames_needed) == (2, 3)


def test_the_key_says_shape_type_and_that_frames_are_elsewhere():
    key = data_key("PV:BL:cam:cam1:Acquire", SHAPE, 5)
    assert (key["shape"], key["dtype_numpy"], key["external"]) == ([5, 512, 256], "<u2", "STREAM:")


def test_a_frame_has_so_many_bytes():
    assert SHAPE.size == 512 * 256 * 2


def test_documents_are_small():
    told = stream()
    assert max(len(json.dumps(doc)) for doc in (told.resource(), told.datum(0))) < 2000
