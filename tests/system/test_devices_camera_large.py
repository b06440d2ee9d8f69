"""L6: frames of 4 megapixels at 10 Hz, and documents that do not notice."""

import json
from pathlib import Path
from urllib.parse import urlparse

import bluesky.plans as bp
import h5py
import pytest

from devices.detectors.camera import Camera
from devices.detectors.path_provider import RunFolders
from reduction.counting import CountPolicy
from sim_ioc.process import IocProcess

POINTS, FRAMES = 2, 10
BEAMLINE = """
prefix: "L:"
parts:
  - {kind: area_detector, name: cam, rows: 2048, columns: 2048}
"""


@pytest.fixture(scope="module")
def run(ca_ports, tmp_path_factory):
    """The documents of a run with large frames, ten a second, and how long a point took."""
    from bluesky import RunEngine

    from tests.conftest import end_engine

    folder = tmp_path_factory.mktemp("large")
    config = folder / "beamline.yaml"
    config.write_text(BEAMLINE)
    documents = []
    with IocProcess(config=config, port=ca_ports.faulty):
        folders = RunFolders(folder)
        camera = Camera("L:cam:", name="camera", path_provider=folders, frames=FRAMES)
        camera.wait_for_connection(timeout=20)
        camera.rig.driver.period.set(0.1).wait(10)
        camera.prepare(CountPolicy(seconds=0.01))
        engine = RunEngine()
        engine.subscribe(lambda name, doc: documents.append((name, doc)))
        engine(bp.count([camera], num=POINTS))
        end_engine(engine)
        camera.destroy()
    return documents


def only(documents, kind):
    return [doc for name, doc in documents if name == kind]


def test_each_document_is_smaller_than_2_kb(run):
    kinds = ("event", "stream_datum", "stream_resource", "descriptor")
    sizes = {name: len(json.dumps(doc)) for name, doc in run if name in kinds}
    assert len(sizes) == 4
    assert max(sizes.values()) < 2000


def test_all_frames_that_documents_tell_of_are_in_the_file_once(run):
    (resource,) = only(run, "stream_resource")
    told = sum(
        doc["indices"]["stop"] - doc["indices"]["start"] for doc in only(run, "stream_datum")
    )
    with h5py.File(Path(urlparse(resource["uri"]).path), "r") as file:
        numbers = file["entry/instrument/NDAttributes/NDArrayUniqueId"][:]
        assert file["entry/data/data"].shape == (told * FRAMES, 2048, 2048)
    assert told == POINTS
    assert len(set(numbers)) == len(numbers) == POINTS * FRAMES


def test_nothing_was_lost(run):
    assert [event["data"]["camera_lost"] for event in only(run, "event")] == [0] * POINTS
