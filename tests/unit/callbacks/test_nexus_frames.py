"""Frames in files are found by the documents, by paths relative to the file that refers to them."""

from pathlib import Path

from callbacks.nexus_frames import FrameFile, Frames

STREAM = {
    "uid": "r",
    "data_key": "camera",
    "mimetype": "application/x-hdf5",
    "uri": "file://localhost/data/deep%20down/frames.h5",
    "parameters": {"dataset": "/entry/data/data"},
}
KEYS = {"camera": {"dtype": "array", "shape": [2, 4, 5], "external": "STREAM:"}}


def datum(seq_nums, indices, resource="r"):
    return {
        "stream_resource": resource,
        "descriptor": "d",
        "seq_nums": dict(zip(("start", "stop"), seq_nums, strict=True)),
        "indices": dict(zip(("start", "stop"), indices, strict=True)),
    }


def event(number, **data):
    return {"descriptor": "d", "seq_num": number, "data": data}


def frames(*documents):
    found = Frames(Path("/data/scans"))
    for name, doc in documents:
        found.take(name, doc)
    return found


def test_each_point_has_the_index_that_the_documents_give():
    found = frames(
        ("stream_resource", STREAM),
        ("stream_datum", datum((1, 3), (0, 2))),
        ("stream_datum", datum((3, 4), (5, 6))),
    )
    rows = [found.readings(event(number), KEYS) for number in (1, 2, 3, 4)]
    assert [row.get("camera/index") for row in rows] == [0, 1, 5, None]
    assert rows[2]["camera/url"] == "../deep down/frames.h5?path=/entry/data/data&slice=10:12"


def test_the_file_is_known_before_the_first_point():
    (file,) = frames(("stream_resource", STREAM)).files["camera"]
    assert file.relative_to(Path("/data/scans")) == "../deep down/frames.h5"
    assert file.dataset == "/entry/data/data"


def test_images_of_one_file_each_are_named():
    folder = {
        **STREAM,
        "mimetype": "multipart/related;type=image/tiff",
        "uri": "file://localhost/data/images/",
        "parameters": {"template": "image_{:03d}.tiff"},
    }
    found = frames(("stream_resource", folder), ("stream_datum", datum((1, 2), (7, 8))))
    row = found.readings(event(1), KEYS)
    assert row["camera/url"] == "../images/image_014.tiff"  # of two at each point
    assert found.files["camera"][0].dataset == ""


def test_resources_and_datums_of_ophyd_are_read():
    resource = {
        "uid": "r",
        "spec": "AD_HDF5",
        "root": "/data",
        "resource_path": "frames.h5",
        "resource_kwargs": {"frame_per_point": 3},
    }
    page = {"resource": "r", "datum_id": ["r/1"], "datum_kwargs": {"point_number": [1]}}
    found = frames(
        ("resource", resource),
        ("datum", {"datum_id": "r/0", "resource": "r", "datum_kwargs": {"point_number": 0}}),
        ("datum_page", page),
    )
    keys = {"camera": {"dtype": "array", "shape": [4, 5], "external": "FILESTORE:"}}
    urls = [found.readings(event(n, camera=f"r/{n}"), keys)["camera/url"] for n in (0, 1)]
    assert [url.partition("slice=")[2] for url in urls] == ["0:3", "3:6"]
    assert found.readings(event(2, camera="unknown"), keys) == {}


def test_of_several_frames_of_a_point_in_files_of_their_own_the_first_is_told():
    file = FrameFile(Path("/images"), template="image_{:03d}.tiff")
    assert file.url(Path("/files"), 2, frames=3) == "../images/image_006.tiff"
