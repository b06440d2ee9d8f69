"""Templates become places that lead out of nothing."""

import string
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.data_policy import ESRF, LAYOUTS, SIMPLE, DataPolicyError, Layout
from blueline.data_policy.layout import Place
from callbacks.naming import DataFolder

HOSTILE = [
    "../../x",
    "/etc",
    "..",
    ".",
    "CON",
    "nul",
    "a" * 300,
    "😀",
    "a\0b",
    "{user}",
    "a/b",
    "~",
]
FIELDS = ("proposal", "beamline", "proposal_session", "sample", "collection", "dataset")
#: Any text, those that lead out of folders often.
TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(HOSTILE)
VALUES = st.fixed_dictionaries(dict.fromkeys(FIELDS, TEXTS))
#: What a slug or a name of a site's own is made of.
HARMLESS = set(string.ascii_letters + string.digits + "_-.+")


def assert_harmless(path):
    assert not path.is_absolute()
    assert all(set(part) <= HARMLESS and part not in {".", ".."} for part in path.parts)
    assert all(len(part) <= 120 for part in path.parts)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@given(values=VALUES)
def test_no_text_leads_out_of_the_data_folder(layout, values):
    place = layout.place(values)
    assert_harmless(place.folder / place.data_set)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@given(values=VALUES)
def test_files_are_in_the_folder_of_their_data_set(layout, values):
    place = layout.place(values)
    start = {"scan_id": 7, "time": 0.0, "file_names": place.file_names()}
    folder = DataFolder("data", "other")
    made = [folder.nexus_path(start), folder.xdi_path(start), folder.plot_path(start)]
    assert {path.parent for path in made} == {"data" / place.folder}
    assert {path.stem for path in made} == {f"{place.data_set}_0007"}


@given(values=VALUES, other=VALUES)
def test_different_names_never_share_a_folder_at_the_esrf(values, other):
    same = all(values[field] == other[field] for field in ESRF.fields)
    assert same == (ESRF.place(values).folder == ESRF.place(other).folder)


def test_the_folders_of_the_esrf_are_those_of_bliss():
    values = {
        "proposal": "hg7",
        "beamline": "bm23",
        "proposal_session": "20251122",
        "collection": "Cu",
        "dataset": "0001",
    }
    place = ESRF.place(values)
    assert str(place.folder) == "hg7/bm23/20251122/RAW_DATA/Cu/Cu_0001"
    assert place.data_set == "Cu_0001"


def test_simple_files_are_called_as_without_a_policy():
    place = SIMPLE.place({"dataset": "blueline"})
    start = {"scan_id": 3, "time": 0.0}
    folder = DataFolder("data", "blueline")
    told = start | {"file_names": place.file_names()}
    assert folder.nexus_path(told) == folder.nexus_path(start)
    assert folder.spec_path(told) == folder.spec_path(start)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_numbers_of_data_sets_have_four_digits_at_least(layout):
    assert layout.number(7).endswith("0007")
    assert layout.number(12345, "map").endswith("12345")


@pytest.mark.parametrize(
    ("folder", "data_set", "numbered"),
    [
        ("", "no field", "{number}"),
        ("", "{dataset", "{number}"),
        ("", "{sample}/{dataset}", "{number}"),
        ("", "{dataset}", "no field"),
        ("{sample", "{dataset}", "{number}"),
        ("a/b/c/d/e/f/g", "{dataset}", "{number}"),
    ],
)
def test_templates_that_cannot_be_meant_are_refused(folder, data_set, numbered):
    with pytest.raises(DataPolicyError, match="template"):
        Layout("mine", folder, data_set, numbered)


def test_the_data_folder_itself_is_no_folder():
    assert SIMPLE.place({"dataset": "a"}).folder == PurePosixPath()


@pytest.mark.parametrize(
    ("spec_per", "name"),
    [("day", "Cu_0001_19700102"), ("data_set", "Cu_0001"), ("scan", "Cu_0001_0007")],
)
def test_a_spec_file_holds_as_many_scans_as_is_said(spec_per, name):
    """SC-13."""
    place = Place(PurePosixPath("hg7"), "Cu_0001")
    start = {
        "scan_id": 7,
        "time": 86_400.0 * 1.5,
        "file_names": place.file_names(spec_per=spec_per),
    }
    folder = DataFolder("data", "other")
    assert folder.spec_path(start) == Path("data/hg7") / f"{name}.spec"
    assert folder.nexus_path(start).name == "Cu_0001_0007.nxs"
