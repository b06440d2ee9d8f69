"""Pause and resume, stop, abort and halt at random times: what is recorded is what was promised."""

import itertools
import random
import time
from dataclasses import dataclass, field

import numpy as np
import pytest
from bluesky.utils import RunEngineInterrupted

from blueline import open_session
from blueline.beamline import MOTORS
from callbacks.replay import Replay, journals, start_of
from planlib import Region, ascan, dscan, mesh, xafs
from planlib.spec import loopscan
from tests.waiting import PATIENCE, meanwhile, wait_until

#: Hundreds of them in `make soak`.
SEEDS, SOAK_SEEDS = range(1), range(100, 120)
ENDS = ("resume", "stop", "abort", "halt")


@pytest.fixture(scope="module")
def session(fast_ioc, unseen, tmp_path_factory):
    screen = (tmp_path_factory.mktemp("screen") / "screen").open("w")
    with (
        screen,
        open_session(
            data=tmp_path_factory.mktemp("data"), port=fast_ioc.port, prefix="F:", screen=screen
        ) as opened,
    ):
        yield opened


@dataclass
class Case:
    """A scan, and where its axes are to be at each point."""

    plan: object
    axes: tuple
    promised: list = field(default_factory=list)


def line_case(plan, positions):
    return Case(plan, ("x",), [(position,) for position in positions])


def make(session, name):
    devices = session.devices
    x, y, scaler, energy = (devices[each] for each in ("x", "y", "scaler", "energy"))
    if name == "ascan":
        return line_case(ascan(x, 0, 1, 10, 1.0, scaler), np.linspace(0, 1, 11))
    if name == "dscan":
        plan = dscan(x, -0.5, 0.5, 10, 1.0, scaler)
        return line_case(plan, np.linspace(-0.5, 0.5, 11) + x.target)
    if name == "mesh":
        rows = itertools.product([0, 1, 2], np.linspace(0, 0.5, 4))
        return Case(mesh(x, 0, 0.5, 3, y, 0, 2, 2, 1.0, scaler), ("y", "x"), list(rows))
    if name == "loopscan":
        return Case(loopscan(12, 1.0, scaler), (), [()] * 12)
    # more points than `interrupt` waits for, also where they are quick
    regions = [Region(8970, 9000, step=2, time=1.0)]
    return Case(
        xafs(energy, regions, scaler, e0=8979.0),
        ("energy",),
        [(8970.0 + 2 * i,) for i in range(15)],
    )


class Watch:
    """Counts the points of the run under way."""

    def __init__(self):
        self.number, self.uid, self._primary = 0, None, set()

    def __call__(self, name, doc):
        if name == "start":
            self.number, self.uid = 0, doc["uid"]
        elif name == "descriptor" and doc["name"] == "primary":
            self._primary.add(doc["uid"])
        elif name == "event" and doc["descriptor"] in self._primary:
            self.number = doc["seq_num"]


@pytest.fixture
def watch(session):
    made = Watch()
    token = session.RE.subscribe(made)
    yield made
    session.RE.unsubscribe(token)


def interrupt(session, watch, plan, how, chance):
    """Interrupt a plan after a few points, at any moment of the next."""
    engine = session.RE
    after, delay = chance.randrange(0, 9), chance.uniform(0, 0.15)
    from_pause = chance.random() < 0.5 or how == "resume"

    def act():
        wait_until("it is far enough", lambda: watch.number >= after and watch.uid)
        ends = time.monotonic() + delay
        wait_until("its moment has come", lambda: time.monotonic() > ends)
        if engine.state == "running":
            engine.request_pause() if from_pause else getattr(engine, how)()

    watch.number, watch.uid = 0, None
    with meanwhile(act), pytest.raises(RunEngineInterrupted):
        engine(plan)
    if from_pause:
        meddle(session, chance)
        getattr(engine, how)()


def meddle(session, chance):
    """Move an axis by hand: nobody forbids it during a pause."""
    axis = session.devices[chance.choice(["x", "y", "bragg"])]
    wait_until("it stands", lambda: not axis.moving)
    axis.set(axis.target + chance.choice([-0.2, 0.3])).wait(PATIENCE)


def recorded(session, uid):
    """Give the events of a run from its journal; one that was made again replaces its first."""
    session.recorder.drain(PATIENCE)
    (path,) = [p for p in journals(session.folder.root) if (start_of(p) or {}).get("uid") == uid]
    documents = list(Replay(path))
    streams = {doc["uid"]: doc["name"] for name, doc in documents if name == "descriptor"}
    events = [
        doc
        for name, doc in documents
        if name == "event" and streams[doc["descriptor"]] == "primary"
    ]
    return documents, {doc["seq_num"]: doc["data"] for doc in events}


def check(session, watch, case, how):
    documents, events = recorded(session, watch.uid)
    assert list(events) == list(range(1, len(events) + 1))
    assert len(events) == len(case.promised) if how == "resume" else len(events) >= watch.number
    for number, data in events.items():
        for axis, position in zip(case.axes, case.promised[number - 1], strict=True):
            assert data[f"{axis}_setpoint"] == pytest.approx(position, abs=1e-9)
            assert data[axis] == pytest.approx(position, abs=0.05 if axis == "energy" else 2e-3)
        assert data["seconds"] == pytest.approx(1.0, rel=0.02)
    statuses = {"resume": "success", "stop": "success", "abort": "abort", "halt": "abort"}
    assert documents[-1][1]["exit_status"] == statuses[how]
    wait_until("all stand", lambda: not any(session.devices[name].moving for name in MOTORS))


def play(session, watch, name, how, seed):
    chance = random.Random(f"{name} {how} {seed}")  # noqa: S311 - reproducible, not secret
    home = session.devices["x"].target
    case = make(session, name)
    interrupt(session, watch, case.plan, how, chance)
    check(session, watch, case, how)
    if name == "dscan" and how != "halt":
        wait_until("x is back", lambda: abs(session.devices["x"].position - home) < 2e-3)
        assert session.devices["x"].target == pytest.approx(home, abs=1e-9)


CASES = list(
    zip(
        ("ascan", "dscan", "mesh", "loopscan", "xafs", "mesh", "dscan"),
        ("abort", "stop", "resume", "halt", "resume", "abort", "abort"),
        strict=True,
    )
)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "how"), CASES)
def test_what_an_interrupted_scan_has_recorded_is_what_was_promised(
    session, watch, name, how, seed
):
    play(session, watch, name, how, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", SOAK_SEEDS)
@pytest.mark.parametrize("how", ENDS)
@pytest.mark.parametrize("name", ["ascan", "dscan", "mesh", "loopscan", "xafs"])
def test_what_any_interrupted_scan_has_recorded_is_what_was_promised(
    session, watch, name, how, seed
):
    play(session, watch, name, how, seed)


def test_a_resumed_mesh_has_the_documents_of_one_that_was_not_interrupted(session, watch):
    case = make(session, "mesh")
    session.RE(case.plan)
    whole, whole_events = recorded(session, watch.uid)
    case = make(session, "mesh")
    interrupt(session, watch, case.plan, "resume", random.Random(5))  # noqa: S311
    resumed, resumed_events = recorded(session, watch.uid)

    def names(documents):
        return [n for n, _ in documents if n != "event"]

    def keys(documents):
        return [d["data_keys"].keys() for n, d in documents if n == "descriptor"]

    assert names(whole) == names(resumed)
    assert keys(whole) == keys(resumed)
    assert whole_events.keys() == resumed_events.keys()
    setpoints = [
        [(d["x_setpoint"], d["y_setpoint"]) for d in events.values()]
        for events in (whole_events, resumed_events)
    ]
    assert setpoints[0] == setpoints[1]
