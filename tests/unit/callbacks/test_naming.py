"""File names are harmless whatever people type."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.naming import DataFolder, local_day, number, scan_id_of


@given(st.text(max_size=300), st.text(max_size=300), st.integers() | st.text() | st.none())
def test_all_paths_stay_inside_the_folder(data_set, uid, scan_id):
    folder = DataFolder("/data/root", data_set)
    start = {"uid": uid, "scan_id": scan_id, "time": 1.7e9}
    for path in (
        folder.spec_path(start),
        folder.nexus_path(start),
        folder.plot_path(start),
        folder.nexus_dataset_path,
    ):
        assert path.parent == folder.root
        assert len(os.fsencode(path.name)) < 200
    assert folder.journal_path(start).parent == folder.root / "journal"


@pytest.mark.parametrize(("value", "text"), [(1, "0001"), (12345, "12345"), (0, "0000")])
def test_numbers_have_at_least_four_digits(value, text):
    assert number(value) == text


def test_names_are_as_documented(monkeypatch):
    folder = DataFolder("d", "blueline")
    start = {"uid": "3f2a9c1e-1111", "scan_id": 7, "time": 1.7e9}
    assert folder.journal_path(start).name == "0007_3f2a9c1e.jsonl"
    assert folder.nexus_path(start).name == "blueline_0007.nxs"
    assert folder.plot_path(start).name == "blueline_0007.png"
    assert folder.nexus_dataset_path.name == "blueline.nxs"
    assert folder.spec_path(start).name == f"blueline_{local_day(1.7e9)}.spec"


def test_the_day_is_the_local_one(monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        assert local_day(1700000000.0) == "20231115"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("scan_id", [0, 1, 9_999, 10_000, 10**9])
def test_the_name_of_a_journal_tells_its_scan_number(scan_id):
    path = DataFolder("data").journal_path({"scan_id": scan_id, "uid": "3f2a9c1e-77"})
    assert scan_id_of(path) == scan_id


@pytest.mark.parametrize("scan_id", ["2b", None, -1, "../7"])
def test_a_run_that_is_not_numbered_has_no_number_in_its_name(scan_id):
    path = DataFolder("data").journal_path({"scan_id": scan_id, "uid": "3f2a9c1e-77"})
    assert scan_id_of(path) is None


names = st.dictionaries(
    st.sampled_from(["spec", "nexus", "csv", "xdi", "plot"]),
    st.text(max_size=300) | st.sampled_from(["../{uid}", "{sample}/CON", "{data_set}.spec", "/"]),
)


@given(names, st.text(max_size=300), st.text(max_size=80))
def test_paths_stay_inside_the_folder_whatever_a_run_names(file_names, sample, stream):
    folder = DataFolder("/data/root", "cu")
    start = {"uid": "u", "scan_id": 3, "time": 1.7e9, "sample": sample, "file_names": file_names}
    for path in (
        folder.spec_path(start),
        folder.nexus_path(start),
        folder.xdi_path(start),
        folder.csv_path(start, stream),
        folder.plot_path(start),
    ):
        assert Path(os.path.normpath(path)).is_relative_to(folder.root)
        assert len(os.fsencode(path.name)) < 255


def test_a_run_names_its_files_itself():
    folder = DataFolder("data", "cu")
    start = {"uid": "3f2a", "scan_id": 7, "time": 1.7e9, "user": "Ada"}
    named = start | {"file_names": {"spec": "{user}/{data_set}.spec", "xdi": "foil"}}
    assert folder.spec_path(named) == Path("data/Ada/cu.spec")
    assert folder.xdi_path(named) == Path("data/foil_0007.xdi")
    assert folder.nexus_path(named) == folder.nexus_path(start)


@pytest.mark.parametrize("file_names", ["text", None, {"xdi": 3}, {"xdi": ""}, []])
def test_what_names_no_files_leaves_the_names_as_they_are(file_names):
    start = {"scan_id": 7, "file_names": file_names}
    assert DataFolder("data", "cu").xdi_path(start).name == "cu_0007.xdi"


def test_each_stream_has_a_csv_file_of_its_own():
    folder = DataFolder("data", "cu")
    assert folder.csv_path({"scan_id": 7}).name == "cu_0007.csv"
    assert folder.csv_path({"scan_id": 7}, "baseline").name == "cu_0007_baseline.csv"


@pytest.mark.parametrize(
    ("named", "links"),
    [
        ({}, "d/blueline.nxs"),
        ({"nexus": "hg7/Cu_0001_{scan_number}"}, "d/hg7/Cu_0001.nxs"),
        ({"nexus": "{sample}"}, "d/foil.nxs"),
        ({"nexus": "{uid}"}, "d/blueline.nxs"),
    ],
)
def test_links_are_beside_the_scans_that_are_called_alike(named, links):
    start = {"uid": "3f2a", "scan_id": 7, "sample": "foil", "file_names": named}
    assert str(DataFolder("d", "blueline").nexus_links_path(start)) == links
