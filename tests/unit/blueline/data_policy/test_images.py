"""Frames are beside the other files of their data set."""

from pathlib import Path

import pytest

from blueline.data_policy import ESRF, DataPolicy, DataSetImages
from blueline.settings import open_settings


@pytest.fixture
def policy(tmp_path):
    with open_settings(tmp_path / "settings.sqlite") as store:
        yield DataPolicy(store, tmp_path / "data", ESRF)


def test_frames_follow_the_data_set(policy):
    images = DataSetImages(policy)
    policy.newsample("Cu")
    first = images("camera")
    policy.newsample("../Ni")
    second = images("camera")
    assert Path(first.client_folder).parent.name == "Cu_0001"
    assert Path(second.client_folder).parent == policy.root / policy.place().folder
    assert first.name.startswith("camera_")


def test_the_detector_s_computer_may_call_the_folder_otherwise(policy):
    place = DataSetImages(policy, "Z:\\data")("camera")
    assert place.detector_folder.startswith("Z:\\data\\")
    assert place.client_folder.startswith(str(policy.root))
    assert place.levels == len(policy.place().folder.parts) + 1
