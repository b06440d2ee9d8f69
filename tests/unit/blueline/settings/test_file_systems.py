from pathlib import Path

import pytest

from blueline.settings import file_systems
from blueline.settings.file_systems import is_on_network, kind_of

MOUNTS = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:5 / /data rw shared:2 master:1 - nfs4 server:/data rw,vers=4.2
24 23 0:6 / /data/local rw - xfs /dev/vdb rw
25 22 0:7 / /mnt/with\040space rw - fuse.sshfs ada@host: rw
26 24 0:8 / /data/local rw - gpfs gpfs rw
something else
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "ext4"),
        ("/database", "ext4"),
        ("/data", "nfs4"),
        ("/data/state/x", "nfs4"),
        ("/data/local/x", "gpfs"),
        ("/mnt/with space/x", "fuse.sshfs"),
    ],
)
def test_a_path_is_on_what_is_mounted_nearest_and_last(path, kind):
    assert kind_of(Path(path), MOUNTS) == kind


def test_nothing_is_known_where_nothing_is_told(tmp_path, monkeypatch):
    assert kind_of(Path("/x"), "") == ""
    monkeypatch.setattr(file_systems, "_MOUNTS", tmp_path / "missing")
    assert not is_on_network(Path("/x"))


@pytest.mark.parametrize(("kind", "shared"), [("ext4", False), ("nfs", True), ("fuse.sshfs", True)])
def test_a_network_disk_is_known_as_one(tmp_path, monkeypatch, kind, shared):
    (tmp_path / "mountinfo").write_text(f"22 1 254:0 / / rw - {kind} x rw\n")
    monkeypatch.setattr(file_systems, "_MOUNTS", tmp_path / "mountinfo")
    assert is_on_network(tmp_path) == shared
