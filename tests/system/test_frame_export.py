"""Frames that a camera has saved, written again by the command line for programs of others."""

import bluesky.plans as bp
import fabio
import h5py
import numpy as np
import pytest
from PIL import Image

from callbacks import DataFolder, Journal
from devices import Camera, RunFolders
from tests.system.camera_runs import BEAM, only, opened, path_of
from tests.system.commands import complaint, run


@pytest.fixture
def recorded(instant_ioc, connected, engine, documents, tmp_path):
    """Scan with a camera, kept in a journal; give the frames that were saved, and the events."""

    def record(**options):
        folders = RunFolders(tmp_path / "frames", folder="")
        (tmp_path / "frames").mkdir()
        camera = Camera("I:cam:", name="camera", path_provider=folders, counters=BEAM, **options)
        engine.subscribe(Journal(DataFolder(tmp_path).journal_path))
        engine(bp.count([connected(camera)], num=3), scan_id=1)
        return only(documents, "event")

    return record


def written(tmp_path, *words):
    finished = run(
        "runs", "frames", "1", "--data", str(tmp_path), "--to", str(tmp_path / "new"), *words
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.split()


def edf_frames(path):
    with fabio.open(path) as image:
        frames = [image.get_frame(number) for number in range(image.nframes)]
        return np.array([frame.data for frame in frames]), [frame.header for frame in frames]


def test_edf_files_have_the_frames_and_the_numbers_of_their_points(recorded, documents, tmp_path):
    events = recorded(frames=2, compression="bitshuffle", points_per_file=2)
    (path,) = written(tmp_path, "--format", "edf", "--compression", "gzip")
    frames, headers = edf_frames(path)
    saved = np.concatenate([frames for frames, _ in opened(documents)])
    assert (frames == saved).all()
    assert [float(header["spot"]) for header in headers[1::2]] == [
        event["data"]["spot"] for event in events
    ]
    assert float(frames[1].sum(dtype=float)) == events[0]["data"]["spot"]


def test_frames_that_were_saved_as_tiff_files_are_written_again(recorded, documents, tmp_path):
    recorded(saves="tiff")
    paths = written(tmp_path, "--format", "cbf", "--frames-per-file", "1")
    (resource,) = only(documents, "stream_resource")
    for number, path in enumerate(paths):
        name = resource["parameters"]["template"].format(number)
        with fabio.open(path) as image, Image.open(path_of(resource) / name) as saved:
            assert (image.data == np.asarray(saved)).all()
    assert len(paths) == 3


def test_nexus_files_grow_where_that_is_asked_for(recorded, documents, tmp_path):
    recorded()
    for _ in range(2):
        (path,) = written(tmp_path, "--format", "nxs", "--existing", "append")
    saved = np.concatenate([frames for frames, _ in opened(documents)])
    with h5py.File(path) as file:
        assert (file["entry/data/data"][:] == np.concatenate([saved, saved])).all()


def test_what_goes_wrong_is_one_sentence(recorded, documents, tmp_path):
    recorded()
    written(tmp_path)
    again = run("runs", "frames", "1", "--data", str(tmp_path), "--to", str(tmp_path / "new"))
    assert "camera_00001.edf is there already" in complaint(again)
    (resource,) = only(documents, "stream_resource")
    path_of(resource).unlink()
    gone = run("runs", "frames", "1", "--data", str(tmp_path), "--to", str(tmp_path / "other"))
    assert "frame 0 of point 1 of camera cannot be read" in complaint(gone)
