"""Data sets of which no two are the same."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath

import pytest

from blueline.data_policy import ESRF, DataPolicyError, Place
from blueline.data_policy.claims import Claims
from blueline.settings import open_settings


@pytest.fixture
def store(tmp_path):
    with open_settings(tmp_path / "settings.sqlite") as opened:
        yield opened


def place_of(name):
    return Place(PurePosixPath(f"Cu_{name}"), f"Cu_{name}")


def test_no_two_threads_begin_the_same_data_set(store, tmp_path):
    claims = Claims(store, tmp_path)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: claims.data_set("", ESRF, place_of), range(24)))
    assert sorted(found) == [f"{number:04d}" for number in range(1, 25)]


def test_those_with_other_settings_do_not_begin_the_same_data_set(store, tmp_path):
    with open_settings(tmp_path / "other.sqlite") as other:
        both = [Claims(each, tmp_path) for each in (store, other)]
        found = [claims.data_set("", ESRF, place_of) for claims in both for _ in range(3)]
    assert len(set(found)) == 6


def test_a_name_of_which_no_form_is_free_is_refused(store, tmp_path, monkeypatch):
    monkeypatch.setattr("blueline.data_policy.claims.MOST_TRIED", 3)
    claims = Claims(store, tmp_path)
    (tmp_path / "Cu_one").mkdir()
    with pytest.raises(DataPolicyError, match="names like one are taken"):
        claims.data_set("one", ESRF, lambda _: place_of("one"))
