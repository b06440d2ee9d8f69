"""Frames are beside the other files of their data set."""

from datetime import datetime
from pathlib import Path

import pytest

from blueline.data_policy import ESRF, SIMPLE, DataPolicy, DataSetImages
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


def test_where_data_sets_share_a_folder_frames_of_each_day_have_one(policy):
    policy.use(SIMPLE)
    place = DataSetImages(policy)("camera")
    today = datetime.now().astimezone().strftime("%Y-%m-%d")
    assert Path(place.client_folder) == policy.root / "frames" / today


def test_folder_and_name_may_be_templates(policy):
    policy.newsample("Cu")
    place = DataSetImages(policy, folder="{device}", name="frame_{id}")("camera")
    assert Path(place.client_folder).name == "camera"
    assert place.name.startswith("frame_")
