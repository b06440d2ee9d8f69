"""H20: the camera loses frames on the way to its file."""

import math
from pathlib import Path
from urllib.parse import urlparse

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import h5py
import numpy as np
import pytest
from bluesky.utils import FailedStatus

from devices import CountError
from devices.detectors.camera import Camera
from devices.detectors.path_provider import RunFolders
from reduction.counting import CountPolicy
from tests.another_client import read_pv
from tests.system.camera_runs import NUMBERS, only
from tests.waiting import PATIENCE


@pytest.fixture
def make(fault, connected, tmp_path):
    """Make a camera that exposes for a hundredth of a second."""

    def make_camera(**options):
        folders = RunFolders(tmp_path)
        given = {"path_provider": folders, "counters": {"spot": "sum"}} | options
        camera = connected(Camera("X:cam:", name="camera", **given))
        camera.prepare(CountPolicy(seconds=0.01))
        return camera

    return make_camera


def opened(documents):
    """Numbers of the frames that documents tell of, read from their files."""
    resources = {doc["uid"]: doc for doc in only(documents, "stream_resource")}
    (descriptor,) = only(documents, "descriptor")
    frames = descriptor["data_keys"]["camera"]["shape"][0]
    numbers = []
    for datum in only(documents, "stream_datum"):
        path = Path(urlparse(resources[datum["stream_resource"]]["uri"]).path)
        first = datum["indices"]["start"] * frames
        with h5py.File(path, "r") as file:
            found = [int(n) for n in file[NUMBERS][first : first + frames]]
        assert len(found) == frames
        numbers += found
    return numbers


def test_a_lost_frame_is_counted_in_its_event(make, inject, engine, documents):
    inject("cam:cam1", "lose", 3)
    engine(bp.count([make()], num=6))
    lost = [event["data"]["camera_lost"] for event in only(documents, "event")]
    assert lost == [0, 0, 1, 0, 0, 1]


def test_documents_tell_only_of_frames_that_are_in_the_file(make, inject, engine, documents):
    inject("cam:cam1", "lose", 3)
    engine(bp.count([make()], num=6))
    assert opened(documents) == [1, 2, 4, 5]
    assert [datum["seq_nums"]["start"] for datum in only(documents, "stream_datum")] == [1, 2, 4, 5]


def test_counters_of_a_lost_frame_are_no_numbers(make, inject, engine, documents):
    inject("cam:cam1", "lose", 2)
    engine(bp.count([make()], num=4))
    spots = [math.isnan(event["data"]["spot"]) for event in only(documents, "event")]
    assert spots == [False, True, False, True]


def test_the_profile_of_a_lost_frame_has_its_length_and_no_numbers(make, inject, engine, documents):
    inject("cam:cam1", "lose", 2)
    engine(bp.count([make(counters={"columns": "profile_x"})], num=2))
    seen, lost = (event["data"]["columns"] for event in only(documents, "event"))
    assert seen.shape == lost.shape == (512,)
    assert np.isfinite(seen).all()
    assert np.isnan(lost).all()


def test_a_lost_frame_is_flagged(make, inject):
    camera = make(path_provider=None)
    inject("cam:cam1", "lose", 1)
    camera.trigger().wait(PATIENCE)
    reading = camera.read()["camera_lost"]
    assert (reading["value"], reading["message"]) == (1, "1 frames were lost")
    assert camera.read()["spot"]["alarm_severity"] == 3


def test_a_run_that_must_not_lose_frames_fails_at_the_first(make, inject, engine, documents):
    inject("cam:cam1", "lose", 3)
    sentence = "1 of 1 frames were lost on the way from the camera"
    with pytest.raises(FailedStatus, match=sentence):
        engine(bp.count([make(lost_frames="fail")], num=6))
    assert len(only(documents, "event")) == 2
    assert read_pv("X:cam:HDF1:Capture_RBV") == 0


def test_after_a_part_of_a_point_frames_go_to_a_new_file(make, inject, engine, documents):
    camera = make(frames=2)

    def lose_one():
        yield from bps.trigger_and_read([camera])
        inject("cam:cam1", "lose", 4)
        yield from bps.trigger_and_read([camera])
        inject("cam:cam1", "lose", 0)
        yield from bps.trigger_and_read([camera])

    engine(bpp.stage_wrapper(bpp.run_wrapper(lose_one()), [camera]))
    assert [event["data"]["camera_lost"] for event in only(documents, "event")] == [0, 1, 0]
    assert len(only(documents, "stream_resource")) == 2
    assert opened(documents) == [1, 2, 5, 6]


def test_a_file_that_lacks_frames_at_the_end_is_told(make, tmp_path):
    camera = make()
    camera.stage()
    camera.trigger().wait(PATIENCE)
    list(camera.collect_asset_docs())
    camera.file.stream.last += 1
    with pytest.raises(CountError, match="has 1 frames, and its documents tell of 2"):
        camera.unstage()
