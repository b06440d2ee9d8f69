"""Frames that are in files, as the documents of our cameras name them."""

import h5py
import numpy as np
import pytest
from PIL import Image

from callbacks.frames import FramesAt, FrameUnreadableError, newest_frame
from tests.unit.callbacks.plot.drawn import drawn
from tests.unit.callbacks.scan_documents import Scan

HDF5 = "application/x-hdf5"
TIFF = "multipart/related;type=image/tiff"


def frames(count=6):
    return np.arange(count * 12, dtype="u2").reshape(count, 3, 4)


@pytest.fixture
def hdf5(tmp_path):
    path = tmp_path / "frames 1.h5"
    with h5py.File(path, "w") as file:
        file["entry/data/data"] = frames()
    uri = f"file://localhost{tmp_path}/frames%201.h5"
    return {
        "uid": "r",
        "data_key": "cam",
        "mimetype": HDF5,
        "uri": uri,
        "parameters": {"dataset": "entry/data/data", "chunk_shape": [1, 3, 4]},
    }


def test_the_last_frame_of_the_newest_point_is_read(hdf5):
    assert newest_frame(FramesAt(hdf5, index=1, frames=2)).tolist() == frames()[3].tolist()


def test_frames_in_files_of_their_own_are_read(tmp_path):
    Image.fromarray(frames()[2]).save(tmp_path / "cam_000002.tiff")
    resource = {
        "mimetype": TIFF,
        "uri": f"file://localhost{tmp_path}",
        "parameters": {"template": "cam_{:06d}.tiff"},
    }
    assert newest_frame(FramesAt(resource, index=2, frames=1)).tolist() == frames()[2].tolist()


@pytest.mark.parametrize(
    ("changes", "index", "said"),
    [
        ({"mimetype": "video/mp4"}, 0, "frames of type video/mp4 cannot be shown"),
        ({"uri": "file://localhost/nowhere.h5"}, 0, "cannot be read from /nowhere.h5"),
        ({"parameters": {"dataset": "no/such"}}, 0, "cannot be read"),
        ({}, 99, "cannot be read"),
    ],
)
def test_a_frame_that_cannot_be_read_is_told_in_a_sentence(hdf5, changes, index, said):
    with pytest.raises(FrameUnreadableError, match=said):
        newest_frame(FramesAt({**hdf5, **changes}, index, 1))


def scan_with(resource):
    scan = Scan()
    descriptor = scan.descriptor()
    descriptor["data_keys"]["cam"] = {
        "source": "PV:cam",
        "dtype": "array",
        "shape": [1, 3, 4],
        "external": "STREAM:",
    }
    documents = [("start", scan.start()), ("descriptor", descriptor)]
    documents.append(("stream_resource", {**resource, "run_start": scan.uid}))
    for index in range(3):
        documents.append(("event", scan.event(index)))
        indices = {"start": index, "stop": index + 1}
        datum = {"uid": f"r/{index}", "stream_resource": "r", "indices": indices}
        documents.append(("stream_datum", {**datum, "descriptor": descriptor["uid"]}))
    return [*documents, ("stop", scan.stop())]


def test_the_newest_frame_is_drawn_beside_the_curve(hdf5):
    figure = drawn(scan_with(hdf5))
    axes = figure.axes[-1]
    assert axes.images[0].get_array().tolist() == frames()[2].tolist()
    assert axes.get_title("left") == "cam, point 3 (counts)"


def test_a_frame_that_is_not_there_is_told_below_the_picture(hdf5):
    figure = drawn(scan_with({**hdf5, "uri": "file://localhost/gone.h5"}))
    assert "cam: its newest frame cannot be read from /gone.h5" in figure.get_supxlabel()
    assert not any(axes.images for axes in figure.axes)
