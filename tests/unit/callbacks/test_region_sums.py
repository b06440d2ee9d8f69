"""Regions of images become counters, from documents alone."""

import h5py
import numpy as np
import pytest
from PIL import Image

from callbacks.processing import Processed
from callbacks.region_sums import RegionSums
from callbacks.run_readings import events_of
from reduction.errors import ReductionError
from tests.unit.callbacks.scan_documents import Scan

REGIONS = {"left": [0, 0, 2, 3], "corner": [3, 2, 1, 1]}
FRAMES = np.arange(11 * 12, dtype=np.uint16).reshape(11, 3, 4)
SUMS = RegionSums("camera", REGIONS, deadline=0.2)
KEY = {"source": "PV:cam", "dtype": "array", "shape": [1, 3, 4], "units": "counts"}


def described(scan, **more):
    descriptor = scan.descriptor()
    return {**descriptor, "data_keys": {**descriptor["data_keys"], "camera": {**KEY, **more}}}


def derived(documents, sums=SUMS):
    made = []
    follow = Processed(lambda name, doc: made.append((name, doc)), {"rois": sums})
    for name, doc in documents:
        follow(name, doc)
    events = [
        event
        for name, doc in made
        if name in ("event", "event_page") and "left" in doc["data"]
        for event in (events_of(doc) if name == "event_page" else [doc])
    ]
    return events, follow.problems


def in_events(scan, frames=FRAMES):
    yield "start", scan.start()
    yield "descriptor", described(scan, shape=[3, 4])
    for index, frame in enumerate(frames):
        yield "event", scan.event(index, camera=frame.tolist())
    yield "stop", scan.stop()


def in_files(scan, resource, *, lost=()):
    """Give the documents of frames in files; points in `lost` have none."""
    yield "start", scan.start()
    yield "descriptor", described(scan, external="STREAM:")
    yield "stream_resource", {"uid": "r", "data_key": "camera", "run_start": scan.uid, **resource}
    for index in range(11):
        if index not in lost:
            yield "stream_datum", datum(scan, index)
        yield "event", scan.event(index)
    yield "stop", scan.stop()


def datum(scan, index):
    return {
        "uid": f"r/{index}",
        "stream_resource": "r",
        "descriptor": f"{scan.uid}-primary",
        "seq_nums": {"start": index + 1, "stop": index + 2},
        "indices": {"start": index, "stop": index + 1},
    }


def hdf5(path, frames=FRAMES):
    with h5py.File(path, "w") as file:
        file["/entry/data/data"] = frames
    return {
        "mimetype": "application/x-hdf5",
        "uri": f"file://localhost{path}",
        "parameters": {"dataset": "/entry/data/data"},
    }


def lefts(events):
    return [event["data"]["left"] for event in events]


EXPECTED = FRAMES[:, :3, :2].sum(axis=(1, 2)).tolist()


def test_images_in_events_are_counted():
    events, problems = derived(in_events(Scan()))
    assert problems == []
    assert lefts(events) == EXPECTED
    assert [event["data"]["corner"] for event in events] == FRAMES[:, 2, 3].tolist()
    assert events[4]["data"]["x"] == Scan().event(4)["data"]["x"]


def test_frames_in_an_hdf5_file_are_counted(tmp_path):
    events, problems = derived(in_files(Scan(), hdf5(tmp_path / "a b.h5")))
    assert problems == []
    assert lefts(events) == EXPECTED


def test_frames_in_tiff_files_are_counted(tmp_path):
    for index, frame in enumerate(FRAMES):
        Image.fromarray(frame).save(tmp_path / f"f_{index:03d}.tiff")
    resource = {
        "mimetype": "multipart/related;type=image/tiff",
        "uri": f"file://localhost{tmp_path}",
        "parameters": {"template": "f_{:03d}.tiff"},
    }
    assert lefts(derived(in_files(Scan(), resource))[0]) == EXPECTED


def test_of_several_frames_the_last_counts(tmp_path):
    scan = Scan()
    resource = hdf5(
        tmp_path / "a.h5", np.repeat(FRAMES, 2, axis=0) * np.tile([0, 1], 11)[:, None, None]
    )
    documents = [
        (name, described(scan, shape=[2, 3, 4], external="STREAM:") if name == "descriptor" else d)
        for name, d in in_files(scan, resource)
    ]
    assert lefts(derived(documents)[0]) == EXPECTED


def test_a_lost_frame_is_missing_at_once_and_holds_nothing_up(tmp_path):
    documents = list(in_files(Scan(), hdf5(tmp_path / "a.h5"), lost=(5,)))
    events, problems = derived(documents[:-1])
    assert problems == []
    assert [event["seq_num"] for event in events] == list(range(1, 12))
    assert np.isnan(lefts(events)[5])
    assert np.delete(lefts(events), 5).tolist() == EXPECTED[:5] + EXPECTED[6:]


def while_the_file_is_late(path, documents):
    """Give the derived page of documents whose file can be read from the stop document on."""
    made, later = [], path.with_name("later")
    path.rename(later)
    follow = Processed(lambda name, doc: made.append((name, doc)), {"rois": SUMS})
    for name, doc in documents[:-1]:
        follow(name, doc)
    assert made == documents[:-1]
    later.rename(path)
    follow(*documents[-1])
    (page,) = [doc for name, doc in made if name == "event_page"]
    return page


def test_points_wait_in_their_order_for_a_file_that_is_written_late(tmp_path):
    path = tmp_path / "a.h5"
    page = while_the_file_is_late(path, list(in_files(Scan(), hdf5(path))))
    assert page["data"]["left"] == EXPECTED
    assert page["seq_num"] == list(range(1, 12))


def test_a_file_that_cannot_be_read_is_not_opened_for_every_document(tmp_path, monkeypatch):
    opened, real = [], h5py.File
    resource = hdf5(tmp_path / "a.h5")
    (tmp_path / "a.h5").unlink()

    def counted(*args, **kwargs):
        opened.append(args)
        return real(*args, **kwargs)

    monkeypatch.setattr(h5py, "File", counted)
    monkeypatch.setattr("callbacks.region_sums._LOOK", 60.0)
    derived(list(in_files(Scan(), resource))[:-1])
    assert len(opened) == 1


def numbered(name, doc, number):
    told = number if name == "event" else {"start": number, "stop": number + 1}
    return {**doc, "seq_num" if name == "event" else "seq_nums": told}


def test_a_number_that_comes_again_has_the_frame_of_its_own_point(tmp_path):
    path = tmp_path / "a.h5"
    numbers = iter(np.repeat([1, 2, 3, 3, *range(4, 11)], 2).tolist())
    documents = [
        (name, numbered(name, doc, next(numbers)) if name in ("stream_datum", "event") else doc)
        for name, doc in in_files(Scan(), hdf5(path))
    ]
    page = while_the_file_is_late(path, documents)
    assert page["seq_num"] == [1, 2, 3, 3, *range(4, 11)]
    assert page["data"]["left"] == EXPECTED


def test_a_frame_that_cannot_be_read_is_missing_and_the_others_are_not(tmp_path):
    events, problems = derived(in_files(Scan(), hdf5(tmp_path / "a.h5", FRAMES[:9])))
    assert problems == []
    assert lefts(events)[:9] == EXPECTED[:9]
    assert np.isnan(lefts(events)[9:]).tolist() == [True, True]


def test_a_region_outside_the_image_ends_the_stream_with_a_sentence():
    events, problems = derived(in_events(Scan()), RegionSums("camera", {"left": [3, 0, 2, 1]}))
    assert events == []
    assert "is not all in an image of 4 columns and 3 rows" in problems[0]


def test_a_run_without_the_camera_has_no_stream():
    assert derived(Scan().documents()) == ([], [])


def test_other_statistics_may_be_asked_for():
    events, _ = derived(in_events(Scan()), RegionSums("camera", REGIONS, "mean"))
    assert lefts(events) == [value / 6 for value in EXPECTED]


def test_a_region_that_cannot_be_is_refused_before_any_run():
    with pytest.raises(ReductionError, match="a region is four"):
        RegionSums("camera", {"left": [0, 0, 0, 1]})
