"""What speaks against a data folder."""

import tempfile
from pathlib import Path

import pytest

from blueline.data_policy.room import warnings


@pytest.mark.parametrize("below", ["", "x/y"])
@pytest.mark.parametrize("folder", ["/var/tmp", tempfile.gettempdir()], ids=["var", "tmp"])  # noqa: S108
def test_temporary_folders_are_warned_of(folder, below):
    assert "temporary folder" in warnings(Path(folder) / below)[0]


def test_other_folders_are_not_called_temporary():
    assert not any("temporary" in said for said in warnings(Path("/temporary not at all")))


def test_enough_room_is_not_warned_of(tmp_path):
    assert not any("GB" in said for said in warnings(tmp_path / "not yet", little=1))


def test_little_room_is_warned_of(tmp_path):
    assert warnings(tmp_path, little=1e30)[-1].startswith("only ")


def test_a_folder_that_cannot_be_written_is_told():
    assert "cannot be written" in warnings(Path("/proc/self"))[-1]
