"""File names are harmless whatever people type."""

import os
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.naming import SLUG_LENGTH, DataFolder, local_day, number, scan_id_of, slug

HOSTILE = [
    "../../x",
    "/etc/passwd",
    "..",
    ".",
    "",
    "CON",
    "con",
    "nul",
    "COM1",
    "a\0b",
    "a\nb",
    "\x1b[31m",
    "😀",
    "a" * 300,
    "-rf",
    "a/b",
    "a\\b",
    "C:evil",
    "~",
    " ",
    "\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_becomes_a_harmless_slug(text):
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", slug(text))
    assert len(slug(text)) <= SLUG_LENGTH
    assert slug(text).lower() not in {"con", "nul", "com1"}


@given(st.text(st.characters(), max_size=400))
def test_any_slug_is_one_harmless_path_part(text):
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", slug(text))
    assert len(slug(text)) <= SLUG_LENGTH


@given(st.text(max_size=100))
def test_slug_of_a_slug_is_itself(text):
    assert slug(slug(text)) == slug(text)


@given(st.lists(st.text(max_size=80), unique=True, min_size=2, max_size=20))
def test_different_texts_have_different_slugs(texts):
    assert len({slug(text) for text in texts}) == len(texts)


def test_plain_names_stay_as_typed():
    assert slug("Cu_foil-3") == "Cu_foil-3"


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
