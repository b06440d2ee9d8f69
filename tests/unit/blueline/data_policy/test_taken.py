"""What the disk and the journals know of numbers that are taken."""

import pytest

from blueline.data_policy.taken import (
    JournalNumbers,
    has_files,
    highest_number,
    highest_scan,
    key_of,
)
from callbacks.journal import to_line


def write_journal(root, number, uid, **said):
    folder = root / "journal"
    folder.mkdir(parents=True, exist_ok=True)
    start = {"uid": uid, "time": 0.0, "scan_id": number, **said}
    path = folder / f"{number:04d}_{uid}.jsonl"
    path.write_bytes(to_line("start", start))


def test_the_highest_number_of_a_folder_is_found(tmp_path):
    for name in ("Cu_0001", "cu_0012", "Cu_0003_old", "Cu_99", "Ni_0040"):
        (tmp_path / name).mkdir()
    assert highest_number(tmp_path, "Cu_") == 12


def test_a_folder_that_is_not_there_has_no_number(tmp_path):
    assert highest_number(tmp_path / "none", "Cu_") == 0
    assert highest_scan(tmp_path / "none", "Cu") == 0
    assert not has_files(tmp_path / "none", "Cu")


def test_scans_are_known_by_any_of_their_files(tmp_path):
    for name in ("Cu_0003.nxs", "Cu_0012_baseline.csv", "Cu_0011_002.xdi", "Cux_0040.nxs"):
        (tmp_path / name).touch()
    assert highest_scan(tmp_path, "Cu") == 12


def test_the_day_of_a_spec_file_is_no_scan(tmp_path):
    for name in ("Cu_20251122.spec", "Cu_20251122_002.spec", "Cu_0002.csv"):
        (tmp_path / name).touch()
    assert highest_scan(tmp_path, "Cu") == 2


@pytest.mark.parametrize("name", ["Cu.nxs", "Cu_0001.xdi", "cu_20251122.spec", "Cu"])
def test_files_of_a_data_set_are_seen(tmp_path, name):
    (tmp_path / name).touch()
    assert has_files(tmp_path, "Cu")
    assert not has_files(tmp_path, "C")


def test_journals_know_scans_whose_files_are_gone(tmp_path):
    write_journal(tmp_path, 4, "aaaaaaaa", data_set="Cu")
    write_journal(tmp_path, 9, "bbbbbbbb", file_names={"nexus": "hg7/Cu_0001_{scan_number}"})
    numbers = JournalNumbers(tmp_path)
    assert numbers.highest("cu") == 4
    assert numbers.highest("hg7/cu_0001") == 9
    assert numbers.highest("ni") is None


def test_journals_that_come_later_are_seen(tmp_path):
    numbers = JournalNumbers(tmp_path)
    assert numbers.highest("cu") is None
    write_journal(tmp_path, 4, "aaaaaaaa", data_set="Cu")
    assert numbers.highest("cu") == 4


@pytest.mark.parametrize("start", [{}, {"file_names": 3}, {"file_names": {"nexus": 3}}])
def test_a_start_document_of_others_has_a_key_too(start):
    assert isinstance(key_of(start), str)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\x00garbage", b'["start"', b"[]\n", b'["stop",{}]\n']
)
def test_what_is_no_journal_is_passed_over(tmp_path, content):
    write_journal(tmp_path, 4, "aaaaaaaa", data_set="Cu")
    (tmp_path / "journal" / "0009_bbbbbbbb.jsonl").write_bytes(content)
    (tmp_path / "journal" / "folder.jsonl").mkdir()
    assert JournalNumbers(tmp_path).highest("cu") == 4
