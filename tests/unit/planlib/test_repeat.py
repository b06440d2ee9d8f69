import pytest

from planlib import Region, adaptive, count_until, py4syn, runscan, spec, stepscan, xafs
from planlib.errors import NoSessionError, PlanError
from planlib.registry import REPEATABLE
from planlib.repeat import repeat
from tests.unit.planlib.scanning import Remembering, events, in_session, start_of


@pytest.fixture
def session(engine, documents, x, y, detector):
    return in_session(engine, Remembering(documents, x, y, detector))


def told(document):
    """What a start document says of the plan, other than the metadata."""
    args = {key: value for key, value in document["plan_args"].items() if key != "md"}
    return document["plan_name"], args, document["scan_command"]


PLANS = {
    "ascan": lambda x, y, d: spec.ascan(x, 0, 2, 2, 0.1, d),
    "a2scan": lambda x, y, d: spec.a2scan(x, 0, 2, y, 0, 1, 2, 0.1, d),
    "anscan": lambda x, y, d: spec.anscan([(x, 0, 2), (y, 0, 1)], 2, [0.1, 0.2, 0.3], d),
    "dscan": lambda x, y, d: spec.dscan(x, -1, 1, 2, 0.1),
    "dnscan": lambda x, y, d: spec.dnscan([(x, -1, 1)], 2, None, d),
    "lup": lambda x, y, d: spec.lup(x, -1, 1, 2, -100, d),
    "mesh": lambda x, y, d: spec.mesh(x, 0, 1, 1, y, 0, 1, 1, 0.1, d, snake=True),
    "dmesh": lambda x, y, d: spec.dmesh(x, 0, 1, 1, y, 0, 1, 1, 0.1, d),
    "anmesh": lambda x, y, d: spec.anmesh([(x, 0, 1, 1), (y, 0, 1, 1)], 0.1, d),
    "lookupscan": lambda x, y, d: spec.lookupscan([(x, [0, 3]), (y, (1, 2))], 0.1, d),
    "pointscan": lambda x, y, d: spec.pointscan(x, [0, 3, 1], 0.1, d),
    "loopscan": lambda x, y, d: spec.loopscan(3, 0.1, d),
    "timescan": lambda x, y, d: spec.timescan(0.1, d, npoints=3),
    "sct": lambda x, y, d: spec.sct(0.2, d),
    "py4syn.scan": lambda x, y, d: py4syn.scan(x, 0, 1, y, [3, 2, 1], 2, 0.1, counters=[d]),
    "py4syn.mesh": lambda x, y, d: py4syn.mesh(x, 0, 1, 1, y, [3, 2], counters=[d], time=0.2),
    "py4syn.timescan": lambda x, y, d: py4syn.timescan(0.1, 0, 2, counters=[d]),
    "runscan": lambda x, y, d: runscan(x, 0, 5, 3, "time", 0.1, d),
    "stepscan": lambda x, y, d: stepscan(
        [(x, [0, 3])], [d], [(y, 1)], dwelltime=[0.1, 0.2], breakpoints=[0], settle=0.001
    ),
    "xafs": lambda x, y, d: xafs(
        x, [Region(-3, 4, step=1, relative=True), Region(4, 20, k_step=1)], d, e0=2.0, md={"s": 1}
    ),
    "count_until": lambda x, y, d: count_until(3, d, counts={"det": 1e9}, min_time=1),
    "adaptive": lambda x, y, d: adaptive(x, 0, 1, 0.1, 0.5, 50, "det", 0.1, d, back=3),
    "options": lambda x, y, d: spec.ascan(
        x, 0, 1, 1, 0.1, d, settle=0.001, record=[y], columns=["a"], retry=1, until="det > 1e9",
        after="return",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
def test_a_run_is_repeated_from_its_start_document(  # noqa: PLR0917
    engine, documents, session, x, y, detector, name
):
    engine(PLANS[name](x, y, detector))
    first, data = start_of(documents), [event["data"] for event in events(documents)]
    del documents[:]
    session._documents = [("start", first)]
    engine(repeat())
    again = start_of(documents)
    assert told(again)[:2] == told(first)[:2]
    assert again["motors"] == first["motors"] if "motors" in first else "motors" not in again
    assert [event["data"].keys() for event in events(documents)] == [each.keys() for each in data]
    assert again["repeat_of"] == first["uid"]


def test_every_scan_of_the_grammars_can_be_repeated():
    plans = {name for name in spec.__all__ if name != "ct"}
    plans |= {"py4syn.scan", "py4syn.mesh", "py4syn.timescan"}
    plans |= {"runscan", "stepscan", "xafs", "count_until", "adaptive"}
    assert plans <= REPEATABLE.keys()


def test_metadata_are_kept_and_added_to(engine, documents, session, x, detector):
    engine(spec.ascan(x, 0, 1, 1, 0.1, detector, md={"sample": "Cu", "T": 300}))
    engine(repeat(1, md={"T": 20}))
    again = [doc for name, doc in documents if name == "start"][-1]
    assert (again["sample"], again["T"]) == ("Cu", 20)


def test_arguments_can_be_changed(engine, documents, session, x, detector):
    engine(spec.ascan(x, 0, 1, 1, 0.1, detector))
    engine(repeat(-1, stop=4, intervals=2, settle=0.001))
    again = [doc for name, doc in documents if name == "start"][-1]
    assert again["scan_command"] == "ascan x 0 4 2 0.1 det settle=0.001"
    assert again["plan_args"]["settle"] == 0.001


def test_a_device_can_be_changed_by_its_name(engine, documents, session, x, detector):
    engine(spec.ascan(x, 0, 1, 1, 0.1, detector))
    session.devices["other"] = type(x)(name="other")
    engine(repeat(-1, motor="other", counters=[detector.name, "x"]))
    again = [doc for name, doc in documents if name == "start"][-1]
    assert again["scan_command"] == "ascan other 0 1 1 0.1 det x"
    assert again["plan_args"]["counters"] == [detector.name, "x"]


def test_a_change_that_the_plan_does_not_take_is_refused(engine, session, x, detector):
    engine(spec.ascan(x, 0, 1, 1, 0.1, detector))
    with pytest.raises(PlanError, match="ascan takes no snake"):
        engine(repeat(-1, snake=True))


def test_a_misspelt_change_is_refused_with_the_name_that_was_meant(engine, session, x, detector):
    engine(spec.ascan(x, 0, 1, 1, 0.1, detector))
    with pytest.raises(PlanError, match=r"ascan takes no stopp; did you mean stop\?"):
        engine(repeat(-1, stopp=2))


def test_a_repeated_run_can_be_repeated(engine, documents, session, x, detector):
    engine(spec.ascan(x, 0, 1, 1, 0.1, detector))
    engine(repeat())
    engine(repeat())
    starts = [doc for name, doc in documents if name == "start"]
    assert starts[2]["repeat_of"] == starts[1]["uid"]


def test_a_run_of_another_plan_says_why_it_cannot_be_repeated(engine, documents, session, detector):
    from bluesky.plans import count

    engine(count([detector]))
    with pytest.raises(PlanError, match="the run 1 is of the plan count, which cannot be repeated"):
        engine(repeat())


@pytest.mark.parametrize("option", ["until", "hooks"])
def test_code_cannot_be_repeated_but_can_be_given_again(
    engine, documents, session, x, detector, option
):
    from planlib.stepping.hooks import Hooks

    value = {"until": lambda event: False, "hooks": Hooks()}[option]
    engine(spec.ascan(x, 0, 1, 1, 0.1, detector, **{option: value}))
    with pytest.raises(PlanError, match=rf"its {option} was .*; give {option}=\.\.\."):
        engine(repeat())
    engine(repeat(1, **{option: value}))
    assert len(events(documents)) == 4


def test_a_device_that_is_gone_is_named(engine, session, x, detector):
    engine(spec.ascan(x, 0, 1, 1, 0.1, detector))
    del session.devices["x"]
    with pytest.raises(PlanError, match="there is no device x here"):
        engine(repeat())


def test_a_run_that_there_is_not_is_told(engine, session):
    with pytest.raises(PlanError, match="there is no run 7 to repeat"):
        engine(repeat(7))


def test_an_engine_without_session_is_told_in_a_sentence(engine):
    with pytest.raises(NoSessionError, match="could remember the run -1"):
        engine(repeat())
