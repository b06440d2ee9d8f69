"""The verbs of the data policy, and what runs say."""

from dataclasses import replace
from pathlib import Path

import pytest

from blueline.data_policy import ESRF, SIMPLE, DataPolicy, DataPolicyError, Layout
from tests.unit.blueline.data_policy.moments import DAY, NOON, stem


def test_a_proposal_has_folders_of_its_own(esrf):
    esrf.newproposal("hg7")
    esrf.newsample("Cu")
    assert stem(esrf) == "hg7/bm23/20251122/RAW_DATA/Cu/Cu_0001/Cu_0001"


def test_a_visit_may_be_named(esrf):
    esrf.newproposal("hg7", "second")
    assert stem(esrf).startswith("hg7/bm23/second/")


def test_without_a_proposal_data_are_the_beamline_s_own(esrf):
    assert stem(esrf) == "bm232511/bm23/20251122/RAW_DATA/sample/sample_0001/sample_0001"


def test_endproposal_goes_back_to_the_beamline_s_own(esrf, md):
    esrf.newproposal("hg7")
    esrf.newsample("Cu")
    esrf.endproposal()
    assert stem(esrf).startswith("bm232511/bm23/20251122/RAW_DATA/sample/")
    assert md == {}


def test_a_collection_keeps_the_sample(esrf, md):
    esrf.newsample("Cu")
    esrf.newcollection("maps")
    assert stem(esrf).endswith("RAW_DATA/maps/maps_0001/maps_0001")
    assert md["sample"] == "Cu"


def test_a_data_set_may_have_a_name(esrf):
    esrf.newsample("Cu")
    esrf.newdataset("edge")
    assert stem(esrf).endswith("/Cu/Cu_edge/Cu_edge")


def test_midnight_moves_no_data_set(store, root):
    now = [NOON]
    policy = DataPolicy(store, root, ESRF, None, None, lambda: now[0])
    before = policy.place()
    now[0] += 40 * DAY
    assert policy.place() == before
    policy.newdataset()
    assert policy.place().folder.parts[0] == "blueline2601"


def test_simple_data_are_in_the_data_folder_itself(simple):
    assert stem(simple) == "demo"
    simple.newdataset("Cu")
    assert stem(simple) == "Cu"
    simple.newsample("foil")
    assert stem(simple) == "Cu"


@pytest.mark.parametrize("verb", ["newproposal", "newsample", "newcollection"])
def test_a_name_that_moves_nothing_says_so_and_what_to_configure(simple, esrf, verb):
    unmoved = (
        f"no folder and no file name changes with the {verb.removeprefix('new')}: policy: esrf"
    )
    assert unmoved in getattr(simple, verb)("Cu")
    assert "policy: esrf" not in getattr(esrf, verb)("Cu")


def test_templates_may_be_a_site_s_own(store, root):
    layout = Layout("mine", "{date}/{user}", "{sample}_{dataset}")
    policy = DataPolicy(store, root, layout, {"user": "ada"}, None, lambda: NOON)
    policy.newsample("Cu")
    assert stem(policy) == "20251122/ada/Cu_blueline"


def test_what_was_said_survives_and_holds_for_others(store, root, esrf):
    esrf.newproposal("hg7")
    esrf.newdataset("edge")
    other = DataPolicy(store, root, ESRF, {"beamline": "bm23"})
    assert other.place() == esrf.place()
    other.newsample("Ni")
    assert esrf.place().data_set == "Ni_0001"


def test_another_layout_or_folder_begins_a_data_set(store, esrf, root, simple):
    esrf.newdataset("edge")
    assert stem(simple) == "demo"
    other = DataPolicy(store, root.with_name("other"), ESRF, {"beamline": "bm23"})
    assert stem(other).endswith("/sample_0001")
    assert (other.root / other.place().folder).is_dir()


def test_another_layout_survives_and_holds_for_others(store, root, simple):
    simple.use("esrf", spec_file_per="data_set")
    queue = DataPolicy(store, root, SIMPLE, {"beamline": "bm23", "data_set": "demo"})
    assert queue.layout == replace(ESRF, spec_per="data_set")
    assert stem(queue).endswith("/sample_0001")
    assert queue.notice.startswith("data go by the layout esrf, with a SPEC file for each data set")
    queue.use()
    assert simple.layout == SIMPLE
    assert not simple.notice


def test_a_description_that_was_changed_since_counts_more(store, root, simple):
    simple.use(ESRF)
    by_sample = Layout("mine", "{sample}", "{sample}_{dataset}")
    described = DataPolicy(store, root, by_sample)
    assert described.layout == by_sample
    assert not described.notice


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"layout": "esfr"}, "the layouts are simple, esrf, or a Layout of your own, not esfr"),
        ({"spec_file_per": "foo"}, "one of day, data_set, scan, not of 'foo'"),
    ],
)
def test_a_layout_that_there_is_not_is_refused(simple, asked, said):
    with pytest.raises(DataPolicyError, match=said):
        simple.use(**asked)
    assert simple.layout == SIMPLE


def test_a_session_may_go_by_another_layout(esrf):
    esrf.newdataset("edge")
    esrf.use(SIMPLE)
    assert stem(esrf) == "blueline"
    esrf.newdataset("edge")
    assert stem(esrf) == "edge"
    esrf.use(ESRF)
    assert stem(esrf).endswith("/sample_0001")


def test_runs_say_what_they_belong_to(esrf, md):
    esrf.newproposal("hg7")
    esrf.newsample("Cu foil")
    told = md | esrf.metadata()
    assert told["proposal"] == "hg7"
    assert told["sample"] == told["collection"] == "Cu foil"
    assert told["dataset"] == "0001"
    assert told["file_names"]["nexus"].endswith(f"{told['data_set']}_{{scan_number}}")


def test_a_run_says_nothing_that_nobody_has_named(simple):
    assert simple.metadata().keys() == {"data_set", "file_names"}


def test_keys_of_your_own_are_in_folders_and_runs(store, root):
    layout = Layout("mine", "{run_type}", "{dataset}")
    policy = DataPolicy(store, root, layout)
    policy.add("run_type", "alignment")
    assert stem(policy) == "alignment/blueline"
    assert policy.metadata()["run_type"] == "alignment"
    assert DataPolicy(store, root, layout).keys() == {"run_type": "alignment"}
    policy.remove("run_type")
    assert "run_type" not in policy.metadata()


def test_a_key_may_be_a_function(simple):
    values = iter([1, 2, 3])
    simple.add("turn", lambda: next(values))
    first = simple.metadata()["turn"]
    assert simple.metadata()["turn"] == first + 1


@pytest.mark.parametrize("key", ["sample", "date", "uid", "file_names", "a b", "", 3])
def test_keys_that_the_policy_has_or_templates_cannot_name_are_refused(simple, key):
    with pytest.raises(DataPolicyError, match=r"keys are names|choose another"):
        simple.add(key, "x")


def test_a_key_that_fails_is_named(simple):
    simple.add("turn", lambda: 1 / 0)
    with pytest.raises(DataPolicyError, match="turn is a function that fails"):
        simple.metadata()


def test_a_key_that_is_not_there_cannot_be_removed(simple):
    with pytest.raises(DataPolicyError, match="no key 'x'"):
        simple.remove("x")


def test_the_data_folder_is_named_to_writers(esrf):
    folder = esrf.folder()
    assert (folder.root, folder.data_set) == (esrf.root, "sample_0001")


def test_a_folder_that_cannot_be_made_is_told(esrf):
    esrf.root.parent.mkdir(exist_ok=True)
    esrf.root.touch()
    with pytest.raises(DataPolicyError, match="cannot be made"):
        esrf.newdataset()
    esrf.root.unlink()
    esrf.newdataset("edge")
    assert esrf.place().data_set == "sample_edge"


def test_where_says_where_and_makes_nothing(esrf):
    assert "the next data set is numbered" in esrf.where()
    assert not esrf.root.exists()
    esrf.newdataset("edge")
    assert str(esrf.root / esrf.place().folder) in esrf.where()


def test_a_temporary_folder_is_warned_of(esrf):
    assert "temporary folder" in esrf.newsample("Cu")


def test_what_speaks_against_a_folder_is_said_once_until_somebody_asks(esrf):
    esrf.newproposal("hg7")
    said = [esrf.newsample("Cu"), esrf.newcollection("maps"), esrf.newdataset()]
    assert not any("temporary" in each for each in said)
    assert "temporary folder" in esrf.where()


def test_a_folder_that_the_session_was_warned_of_as_it_began_is_known(esrf):
    assert esrf.warnings()
    assert "temporary" not in esrf.newsample("Cu")


def test_that_no_folder_changes_with_a_sample_is_said_once(simple):
    assert "no folder and no file name changes with the sample" in simple.newsample("Cu")
    assert "no folder" not in simple.newsample("Fe")
    assert "changes with the collection" in simple.newcollection("maps")


def test_a_field_that_nothing_fills_is_warned_of(store, root):
    policy = DataPolicy(store, root, Layout("mine", "{user}/{turn}", "{dataset}"))
    assert "nothing fills turn" in policy.where()
    policy.add("turn", 3)
    assert "nothing fills" not in policy.where()


def test_paths_are_absolute(store):
    assert DataPolicy(store, Path("data")).root.is_absolute()
