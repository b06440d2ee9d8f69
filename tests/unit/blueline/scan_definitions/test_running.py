"""What happens to a definition while it runs does not end its repetitions."""

import pytest
from ophyd.sim import SynAxis, SynGauss

from blueline.scan_definitions import ScanDefinitions
from blueline.settings import open_settings
from planlib import ascan
from planlib.context import NoSession
from tests.unit.planlib.scanning import in_session


class Session(NoSession):
    """One with devices, that remembers what it told."""

    def __init__(self):
        super().__init__()
        x = SynAxis(name="x")
        self.devices = {"x": x, "I0": SynGauss("I0", x, "x", 0, 1)}
        self.told = []

    def active_counters(self):
        return [self.devices["I0"]]

    def device(self, name):
        return self.devices[name]

    def tell(self, sentence):
        self.told.append(sentence)


@pytest.fixture
def session(engine):
    made = Session()

    return in_session(engine, made)


@pytest.fixture
def settings(tmp_path):
    with open_settings(tmp_path / "settings.sqlite") as opened:
        yield opened


@pytest.fixture
def scans(settings, session):
    made = ScanDefinitions(settings, session)
    made.define("align", ascan(session.devices["x"], 0, 1, 2, None))
    return made


@pytest.fixture
def in_the_first_run(engine):
    """Have something done once, when the first run begins."""

    def subscribed(act):
        left = [act]
        engine.subscribe(lambda *_: left and left.pop()(), "start")

    return subscribed


def runs(documents):
    return sum(name == "stop" and doc["exit_status"] == "success" for name, doc in documents)


def test_a_scan_that_is_removed_while_it_runs_is_repeated(
    scans, engine, documents, in_the_first_run
):
    in_the_first_run(lambda: scans.remove("align"))
    engine(scans.do_scan("align", 3))
    assert runs(documents) == 3
    assert scans.definitions() == []


def test_a_scan_that_is_renamed_while_it_runs_is_repeated(
    scans, engine, documents, in_the_first_run
):
    in_the_first_run(lambda: scans.rename("align", "other"))
    engine(scans.do_scan("align", 3))
    assert runs(documents) == 3
    assert [each.name for each in scans.definitions()] == ["other"]


def test_a_store_that_fails_is_told_and_the_scan_is_repeated(
    scans, settings, session, engine, documents, in_the_first_run
):
    in_the_first_run(settings.close)
    engine(scans.do_scan("align", 3))
    assert runs(documents) == 3
    assert "align has run, but its last use could not be noted: " in session.told[-1]


def test_a_comment_that_is_changed_while_a_scan_runs_stays(scans, engine, in_the_first_run):
    in_the_first_run(lambda: scans.note("align", "fresh sample"))
    engine(scans.do_scan("align"))
    found = scans.definition("align")
    assert found.comment == "fresh sample"
    assert found.used is not None
