"""Scans are kept under names, and run again."""

from itertools import count

import bluesky.plans as bp
import pytest
from ophyd.sim import SynAxis, SynGauss

from blueline.scan_definitions import ScanDefinitionError, ScanDefinitions
from blueline.settings import open_settings
from planlib import PlanError, ascan, goto_cen, mesh, sequence
from planlib.context import NoSession
from tests.unit.planlib.scanning import in_session


class Session(NoSession):
    """One with devices and the runs that were made."""

    def __init__(self, documents):
        super().__init__()
        self.documents = documents
        self.devices = {name: SynAxis(name=name) for name in ("x", "y")}
        counters = (SynGauss(n, self.devices["x"], "x", 0, 1) for n in ("I0", "It"))
        self.devices |= {each.name: each for each in counters}

    def active_counters(self):
        return [self.devices["I0"]]

    def device(self, name):
        return self.devices[name]

    def start_document(self, run):
        starts = [doc for name, doc in self.documents if name == "start"]
        found = [doc for doc in starts if run in (-1, doc["scan_id"])]
        if not found:
            raise KeyError(run)
        return found[-1]


@pytest.fixture
def session(engine, documents):
    made = Session(documents)

    return in_session(engine, made)


@pytest.fixture
def x(session):
    return session.devices["x"]


@pytest.fixture
def settings(tmp_path):
    with open_settings(tmp_path / "settings.sqlite") as opened:
        yield opened


@pytest.fixture
def scans(settings, session):
    clock = count(1)
    return ScanDefinitions(settings, session, lambda: float(next(clock)))


def starts(documents):
    return [doc for name, doc in documents if name == "start"]


def names(scans):
    return [each.name for each in scans.definitions()]


def test_to_define_a_scan_moves_nothing(scans, x, documents):
    x.set(3).wait(1)
    scans.define("align", ascan(x, 0, 1, 2, None))
    assert (x.position, documents) == (3, [])


def test_a_scan_is_run_by_its_name(scans, x, engine, documents):
    scans.define("align", ascan(x, 0, 1, 2, None), "coarse")
    engine(scans.do_scan("align"))
    (start,) = starts(documents)
    assert (start["plan_name"], start["scan_command"]) == ("ascan", "ascan x 0 1 2 None I0")
    assert (start["motors"], start["num_points"]) == (["x"], 3)
    assert start["scan_definition"] == "align"


def test_what_was_never_run_is_not_called_a_repetition(scans, x, engine, documents):
    scans.define("align", ascan(x, 0, 1, 2, None))
    engine(scans.do_scan("align"))
    (start,) = starts(documents)
    assert "repeat_of" not in start
    assert "repeat_of" not in start["plan_args"]["md"]


def test_a_run_can_be_named(scans, x, engine, documents):
    engine(ascan(x, 0, 1, 2, None, md={"sample": "Cu"}))
    made = scans.define("align", -1)
    engine(scans.do_scan("align"))
    first, second = starts(documents)
    assert made.uid == second["repeat_of"] == first["uid"]
    assert second["sample"] == "Cu"


def test_a_scan_keeps_the_counters_it_was_defined_with(scans, session, x, engine, documents):
    scans.define("align", ascan(x, 0, 1, 2, None))
    session.active_counters = lambda: [session.devices["It"]]
    engine(scans.do_scan("align"))
    assert starts(documents)[0]["detectors"] == ["I0"]


def test_arguments_may_differ_once(scans, session, x, engine, documents):
    scans.define("align", ascan(x, 0, 1, 2, None))
    changed = scans.do_scan("align", stop=4, motor=session.devices["y"], md={"sample": "Ni"})
    engine(changed)
    engine(scans.do_scan("align"))
    first, second = starts(documents)
    assert (first["motors"], first["sample"], first["extents"]) == (["y"], "Ni", [[0, 4]])
    assert (second["motors"], second["extents"]) == (["x"], [[0, 1]])


def test_a_scan_may_run_several_times_with_a_comment(scans, x, engine, documents):
    scans.define("align", ascan(x, 0, 1, 2, None))
    engine(scans.do_scan("align", 3, comment="fresh sample"))
    assert [start["comment"] for start in starts(documents)] == ["fresh sample"] * 3


def test_the_last_use_is_remembered_and_comes_first(scans, x, engine):
    scans.define("one", ascan(x, 0, 1, 2, None))
    scans.define("two", ascan(x, 0, 1, 2, None))
    assert names(scans) == ["two", "one"]
    engine(scans.do_scan("one"))
    assert names(scans) == ["one", "two"]
    assert scans.definition("two").used is None


def test_scans_survive_and_are_shared(settings, session, scans, x):
    made = scans.define("align", ascan(x, 0, 1, 2, None))
    assert ScanDefinitions(settings, session).definition("align") == made


def test_scans_are_copied_renamed_noted_and_removed(scans, x):
    made = scans.define("align", ascan(x, 0, 1, 2, None))
    scans.copy("align", "other", "finer")
    scans.rename("align", "first")
    scans.rename("first", "first")
    scans.note("first", "coarse")
    assert sorted(names(scans)) == ["first", "other"]
    assert scans.definition("other").comment == "finer"
    assert scans.definition("first").plan_args == made.plan_args
    scans.remove("first")
    assert names(scans) == ["other"]


def test_a_name_that_is_taken_is_not_lost(scans, x):
    made = scans.define("align", ascan(x, 0, 1, 2, None))
    scans.copy("align", "other")
    for take in (
        lambda: scans.define("align", ascan(x, 0, 2, 2, None)),
        lambda: scans.copy("other", "align"),
        lambda: scans.rename("other", "align"),
    ):
        with pytest.raises(ScanDefinitionError, match="a scan called align already"):
            take()
    assert scans.definition("align") == made
    scans.define("align", ascan(x, 0, 2, 2, None), overwrite=True)
    assert scans.definition("align").plan_args["stop"] == 2


def test_a_scan_that_would_be_refused_is_not_kept(scans, x):
    def refuse(position):
        message = f"x cannot go to {position:g}"
        raise ValueError(message)

    x.check_value = refuse
    with pytest.raises(ScanDefinitionError, match="x cannot go to"):
        scans.define("align", ascan(x, 0, 1, 2, None))
    assert names(scans) == []


def test_a_device_that_is_gone_is_named(scans, session, x, engine):
    scans.define("align", ascan(x, 0, 1, 2, None))
    del session.devices["x"]
    with pytest.raises(PlanError, match="no device x here"):
        engine(scans.do_scan("align"))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda s: bp.scan([s["I0"]], s["x"], 0, 1, 3), "the plan scan cannot be kept"),
        (lambda _: goto_cen(), "it cannot run: there is no scan yet"),
        (lambda s: sequence(*(ascan(s["x"], 0, 1, 2, None) for _ in "ab")), "plan makes 2"),
        (lambda _: 7, "no run 7 to keep"),
        (lambda s: ascan(s["x"], 0, 1, 2, None, hooks=[print]), "hooks"),
    ],
    ids=["stock", "moves", "several", "run", "hooks"],
)
def test_what_cannot_be_kept_is_refused(scans, session, make, sentence):
    with pytest.raises(ScanDefinitionError, match=sentence):
        scans.define("align", make(session.devices))


@pytest.mark.parametrize("name", ["", " ", "a\nb", 3])
def test_what_is_no_name_is_refused(scans, x, name):
    with pytest.raises(ScanDefinitionError, match="name in quotes"):
        scans.define(name, ascan(x, 0, 1, 2, None))


@pytest.mark.parametrize("number", [0, True, 1.5])
def test_a_scan_runs_a_whole_number_of_times(scans, x, engine, number):
    scans.define("align", ascan(x, 0, 1, 2, None))
    with pytest.raises(ScanDefinitionError, match="whole number of times"):
        engine(scans.do_scan("align", number))


def test_what_is_not_there_is_named(scans, x, engine):
    scans.define("align", ascan(x, 0, 1, 2, None))
    with pytest.raises(ScanDefinitionError, match="no scan called 'xanes'; there is align"):
        engine(scans.do_scan("xanes"))


def test_arguments_that_a_plan_has_not_are_refused(scans, session, engine):
    grid = mesh(session.devices["x"], 0, 1, 1, session.devices["y"], 0, 1, 1, None)
    scans.define("map", grid)
    with pytest.raises(PlanError, match="stopp"):
        engine(scans.do_scan("map", stopp=3))
