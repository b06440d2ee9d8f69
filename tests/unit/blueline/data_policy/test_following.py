"""Runs say where their files go."""

import bluesky.plans as bp
import pytest
from ophyd.sim import det

from blueline.data_policy import ESRF, DataPolicy, following
from blueline.settings import open_settings


@pytest.fixture
def policy(tmp_path, engine):
    with open_settings(tmp_path / "settings.sqlite") as store:
        made = DataPolicy(store, tmp_path / "data", ESRF, {"beamline": "bm23"}, engine.md)
        engine.preprocessors.append(following(made, engine.md))
        engine.scan_id_source = made.scan_number
        yield made


def starts(documents):
    return [doc for name, doc in documents if name == "start"]


def test_each_run_says_which_data_set_it_is_of(engine, documents, policy):
    policy.newproposal("hg7")
    policy.newsample("Cu")
    engine(bp.count([det]))
    engine(bp.count([det]))
    policy.newdataset("edge")
    engine(bp.count([det]))
    told = [(start["data_set"], start["scan_id"]) for start in starts(documents)]
    assert told == [("Cu_0001", 1), ("Cu_0001", 2), ("Cu_edge", 1)]
    assert {(start["proposal"], start["sample"]) for start in starts(documents)} == {("hg7", "Cu")}


def test_what_people_and_plans_say_of_files_is_kept(engine, documents, policy):
    engine.md["file_names"] = {"xdi": "{sample}", "csv": "theirs"}
    engine(bp.count([det], md={"file_names": {"csv": "mine"}, "data_set": "other"}))
    (start,) = starts(documents)
    assert start["file_names"]["csv"] == "mine"
    assert start["file_names"]["xdi"] == "{sample}"
    assert start["file_names"]["nexus"].endswith("sample_0001_{scan_number}")
    assert start["data_set"] == "other"


def test_what_people_set_last_is_what_runs_say(engine, documents, policy):
    policy.newsample("Cu")
    engine.md["sample"] = "Ni"
    engine(bp.count([det]))
    assert starts(documents)[0]["sample"] == "Ni"
