"""What a run with a camera has told, and the frames that a reader finds by that."""

from pathlib import Path
from urllib.parse import unquote, urlparse

import h5py

from devices.detectors.camera import Camera
from devices.detectors.path_provider import RunFolders

#: Where areaDetector writes the number of each frame.
NUMBERS = "entry/instrument/NDAttributes/NDArrayUniqueId"
#: Counters of the whole frame.
BEAM = {"spot": "sum", "spot_x": "x", "spot_y": "y", "width": "fwhm_x", "light": "intensity"}


def camera_maker(connected, folder):
    """Make cameras that save to a folder."""

    def make_camera(prefix="I:cam:", **options):
        given = {"path_provider": RunFolders(folder), "counters": BEAM} | options
        return connected(Camera(prefix, name="camera", **given))

    return make_camera


def only(documents, kind):
    return [doc for name, doc in documents if name == kind]


def opened(documents):
    """The frames of each point, as a reader finds them by the documents alone."""
    resources = {doc["uid"]: doc for doc in only(documents, "stream_resource")}
    (key,) = {doc["data_key"] for doc in resources.values()}
    (descriptor,) = only(documents, "descriptor")
    frames = descriptor["data_keys"][key]["shape"][0]
    points = []
    for datum in only(documents, "stream_datum"):
        resource = resources[datum["stream_resource"]]
        first = datum["indices"]["start"] * frames
        with h5py.File(path_of(resource), "r") as file:
            data = file[resource["parameters"]["dataset"]][first : first + frames]
            points.append((data, file[NUMBERS][first : first + frames]))
    return points


def path_of(resource):
    uri = urlparse(resource["uri"])
    assert uri.netloc == "localhost"
    return Path(unquote(uri.path))
