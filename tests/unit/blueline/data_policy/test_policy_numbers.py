"""Names and numbers of data sets and scans are given once."""

import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueline.data_policy import ESRF, SIMPLE, DataPolicy, DataPolicyError
from blueline.settings import open_settings
from tests.unit.blueline.data_policy.moments import NOON, stem
from tests.unit.blueline.data_policy.test_taken import write_journal

NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip)


def test_data_sets_are_numbered(esrf):
    names = []
    for _ in range(3):
        esrf.newdataset()
        names.append(esrf.place().data_set)
    assert names == ["sample_0001", "sample_0002", "sample_0003"]


@pytest.mark.parametrize("layout", [ESRF, SIMPLE], ids=["esrf", "simple"])
def test_a_name_that_was_given_gets_a_number(store, root, layout):
    policy = DataPolicy(store, root, layout)
    for _ in range(3):
        policy.newdataset("edge")
    assert policy.state["dataset"] == f"edge{layout.joined}0003"


def test_the_number_of_a_deleted_data_set_is_not_given_again(esrf):
    esrf.newdataset()
    shutil.rmtree(esrf.root / esrf.place().folder)
    esrf.newdataset()
    assert esrf.place().data_set == "sample_0002"


def test_the_name_of_a_deleted_data_set_is_not_given_again(esrf):
    esrf.newdataset("edge")
    shutil.rmtree(esrf.root / esrf.place().folder)
    esrf.newdataset("edge")
    assert esrf.place().data_set == "sample_edge_0002"
    assert not (esrf.root / esrf.place().folder).with_name("sample_edge").exists()


def test_folders_of_others_are_not_taken(esrf):
    parent = (esrf.root / esrf.place().folder).parent
    (parent / "sample_0007").mkdir()
    (parent / "SAMPLE_0009").mkdir()
    esrf.newdataset()
    assert esrf.place().data_set == "sample_0010"


def test_a_name_that_others_have_taken_gets_a_number(esrf):
    parent = (esrf.root / esrf.place().folder).parent
    (parent / "sample_edge").mkdir()
    esrf.newdataset("edge")
    assert esrf.place().data_set == "sample_edge_0002"


def test_simple_names_that_files_have_are_not_taken(simple):
    simple.root.mkdir()
    (simple.root / "edge_0004.nxs").touch()
    simple.newdataset("edge")
    assert stem(simple) == "edge-0002"


def test_numbers_are_known_to_the_journals_when_settings_and_folders_are_lost(tmp_path, esrf):
    esrf.newdataset()
    told = esrf.metadata()
    write_journal(esrf.root, 6, "aaaaaaaa", **told)
    shutil.rmtree(esrf.root / "bm232511")
    with open_settings(tmp_path / "new.sqlite") as fresh:
        policy = DataPolicy(fresh, esrf.root, ESRF, {"beamline": "bm23"}, None, lambda: NOON)
        assert policy.place().data_set == "sample_0002"


def test_a_simple_name_that_ends_as_scans_do_is_refused(simple):
    with pytest.raises(DataPolicyError, match="end in no _0001"):
        simple.newdataset("edge_0002")


@settings(max_examples=25)
@given(names=st.lists(st.sampled_from(["", "a", "A", "a_0002", "0002", "a_2"]), max_size=8))
def test_no_two_data_sets_share_a_place(tmp_path_factory, names):
    folder = tmp_path_factory.mktemp("places")
    with open_settings(folder / "settings.sqlite") as store:
        policy = DataPolicy(store, folder / "data", ESRF)
        keys = []
        for name in names:
            policy.newdataset(name)
            keys.append(policy.place().key)
            if len(keys) % 2:
                shutil.rmtree(policy.root / policy.place().folder)
    assert len(set(keys)) == len(keys)


@settings(max_examples=25)
@given(name=NAMES)
def test_any_name_has_a_folder_inside_and_is_kept_as_it_is(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("names")
    name = name[:300]
    md = {}
    with open_settings(folder / "settings.sqlite") as store:
        policy = DataPolicy(store, folder / "data", ESRF, md=md)
        policy.newproposal(name)
        policy.newsample(name)
        policy.newdataset(name)
        made = (policy.root / policy.place().folder).resolve()
    assert made.is_relative_to((folder / "data").resolve())
    assert made.is_dir()
    assert md == {"proposal": name, "sample": name}


@pytest.mark.parametrize(
    "name", ["", "  ", None, 3, "a\0b", "a\nb", "\x1b[31m", "a" * 301, "\ud800"]
)
def test_what_is_no_name_is_refused(esrf, name):
    for verb in (esrf.newproposal, esrf.newsample, esrf.newcollection):
        with pytest.raises(DataPolicyError, match=r"name of the|give the"):
            verb(name)


def test_scans_are_numbered_from_one_in_each_data_set(esrf):
    assert [esrf.scan_number() for _ in range(3)] == [1, 2, 3]
    esrf.newdataset()
    assert esrf.scan_number() == 1


def test_scan_numbers_go_on_after_a_restart(store, esrf, root):
    esrf.scan_number()
    other = DataPolicy(store, root, ESRF, {"beamline": "bm23"}, None, lambda: NOON)
    assert other.scan_number() == 2


def test_scan_numbers_on_disk_are_not_given_again(simple):
    simple.root.mkdir()
    (simple.root / "demo_0041.nxs").touch()
    assert simple.scan_number() == 42


def test_scan_numbers_of_the_journals_are_not_given_again(simple):
    write_journal(simple.root, 12, "aaaaaaaa", data_set="demo")
    assert simple.scan_number() == 13


def test_a_run_that_has_begun_is_numbered_in_its_own_data_set(store, root, esrf):
    esrf.scan_number()
    told = esrf.begin_run()
    DataPolicy(store, root, ESRF, {"beamline": "bm23"}).newdataset()
    assert esrf.scan_number() == 2
    assert told["data_set"] == "sample_0001"
    assert esrf.scan_number() == 1
