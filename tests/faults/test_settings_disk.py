"""A disk that is full or read-only: settings say so, lose nothing, and go on when there is room."""

import pytest

from blueline.settings import SettingsError, open_settings
from tests.faults.small_disk import files_end_at, may_mount, small_disk

mounts = pytest.mark.skipif(not may_mount(), reason="only a superuser may mount; see below")
LARGE = "x" * 500_000


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk", 3_000_000) as made:
        yield made


@mounts
def test_settings_on_a_full_disk_keep_what_they_have(disk):
    with open_settings(disk.root / "settings.sqlite") as settings:
        kept = settings.namespace("n")
        kept["small"] = 1
        disk.fill()
        with pytest.raises(SettingsError, match="cannot be used"):
            kept.update(small=2, large=LARGE)
        assert kept.copy() == {"small": 1}
        disk.make_room()
        kept.update(small=2, large=LARGE)
    with open_settings(disk.root / "settings.sqlite") as settings:
        assert settings.namespace("n").copy() == {"small": 2, "large": LARGE}


@mounts
def test_settings_that_cannot_be_opened_on_a_full_disk_say_so(disk):
    disk.fill()
    with pytest.raises(SettingsError, match="cannot be used"):
        open_settings(disk.root / "settings.sqlite").namespace("n")["x"] = 1


def test_settings_whose_file_cannot_grow_keep_what_they_have(tmp_path):
    path = tmp_path / "settings.sqlite"
    with open_settings(path) as settings:
        kept = settings.namespace("n")
        kept["small"] = 1
        with files_end_at(100_000), pytest.raises(SettingsError, match="cannot be used"):
            kept.update(small=2, large=LARGE)
        assert kept.copy() == {"small": 1}
        assert settings.increment("numbers", "scan") == 1
    with open_settings(path) as settings:
        assert settings.namespace("n").copy() == {"small": 1}
