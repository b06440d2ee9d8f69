"""A pause between each two steps of a point, in every kind of scan, on the virtual beamline."""

import numpy as np
import pytest

from blueline.beamline import MOTORS, virtual_beamline
from blueline.connections import connect
from blueline.engine import Engine
from planlib import Region, adaptive, py4syn, runscan, spec, stepscan, xafs
from planlib.context import NoSession
from planlib.registry import REPEATABLE
from planlib.wrapping import wrapped
from tests.conftest import end_engine
from tests.pausing import paused_at, resumed

PLANS = {
    "ascan": lambda x, y, d, e: spec.ascan(x, 0, 2, 2, 0.1, d),
    "a2scan": lambda x, y, d, e: spec.a2scan(x, 0, 2, y, 0, 1, 2, 0.1, d),
    "anscan": lambda x, y, d, e: spec.anscan([(x, 0, 2), (y, 0, 1)], 2, [0.1, 0.2, 0.3], d),
    "dscan": lambda x, y, d, e: spec.dscan(x, -1, 1, 2, 0.1, d),
    "d2scan": lambda x, y, d, e: spec.d2scan(x, -1, 1, y, 0, 1, 2, 0.1, d),
    "dnscan": lambda x, y, d, e: spec.dnscan([(x, -1, 1)], 2, 0.1, d),
    "lup": lambda x, y, d, e: spec.lup(x, -1, 1, 2, 0.1, d),
    "mesh": lambda x, y, d, e: spec.mesh(x, 0, 1, 1, y, 0, 1, 1, 0.1, d, snake=True),
    "amesh": lambda x, y, d, e: spec.amesh(x, 0, 1, 1, y, 0, 1, 1, 0.1, d),
    "dmesh": lambda x, y, d, e: spec.dmesh(x, 0, 1, 1, y, 0, 1, 1, 0.1, d),
    "anmesh": lambda x, y, d, e: spec.anmesh([(x, 0, 1, 1), (y, 0, 1, 1)], 0.1, d),
    "lookupscan": lambda x, y, d, e: spec.lookupscan([(x, [0, 3, 1]), (y, (1, 2, 0))], 0.1, d),
    "pointscan": lambda x, y, d, e: spec.pointscan(x, [0, 3, 1], 0.1, d),
    "loopscan": lambda x, y, d, e: spec.loopscan(3, 0.1, d),
    "timescan": lambda x, y, d, e: spec.timescan(0.1, d, npoints=3),
    "lineup": lambda x, y, d, e: spec.lineup(x, -1, 1, 4, 0.1, d),
    "py4syn.scan": lambda x, y, d, e: py4syn.scan(x, 0, 1, y, [3, 2, 1], 2, 0.1, counters=[d]),
    "py4syn.mesh": lambda x, y, d, e: py4syn.mesh(x, 0, 1, 1, y, [3, 2], counters=[d], time=0.2),
    "py4syn.timescan": lambda x, y, d, e: py4syn.timescan(0.1, 0, 3, counters=[d]),
    "runscan": lambda x, y, d, e: runscan(x, 0, 5, 3, "time", 0.1, d),
    "stepscan": lambda x, y, d, e: stepscan(
        [(x, [0, 3, 1])], [d], dwelltime=[0.1, 0.2, 0.1], breakpoints=[1]
    ),
    "xafs": lambda x, y, d, e: xafs(e, [Region(8970, 8990, step=10, time=0.1)], d, e0=8979.0),
    "adaptive": lambda x, y, d, e: adaptive(x, 0, 1, 0.1, 0.4, 1, "seconds", 0.1, d),
}  # fmt: skip
#: The same with more axes, and what makes no points to be interrupted between.
LIKE_OTHERS = {
    "a3scan", "a4scan", "a5scan", "d3scan", "d4scan", "d5scan", "a3mesh", "sct", "count_until"
}  # fmt: skip


@pytest.fixture(scope="module")
def devices(instant_ioc):
    beamline = virtual_beamline(instant_ioc.prefix)
    connections = connect(beamline, deadline=10)
    yield beamline.devices
    connections.close()
    beamline.destroy()


@pytest.fixture(scope="module")
def engine(devices):
    made = Engine(NoSession())
    yield made
    end_engine(made)


@pytest.fixture
def emitted(engine):
    documents = []
    token = engine.subscribe(lambda name, doc: documents.append((name, doc)))
    yield documents
    engine.unsubscribe(token)


def points(documents):
    """The events of the points by their numbers; one that was made again replaces its first."""
    primary = {
        doc["uid"] for name, doc in documents if name == "descriptor" and doc["name"] == "primary"
    }
    return {
        doc["seq_num"]: doc["data"]
        for name, doc in documents
        if name == "event" and doc["descriptor"] in primary
    }


def places(events):
    """Where the axes of each point were sent to, and how long was counted, as one array."""
    names = sorted(name for name in events[1] if name.endswith("_setpoint") or name == "seconds")
    return np.array([[row[name] for name in names] for row in events.values()])


def steps_of_a_point(plan):
    """Have the messages of a plan counted from its second checkpoint to its third."""
    checkpoints, steps = 0, 0

    def count(message):
        nonlocal checkpoints, steps
        checkpoints += message.command == "checkpoint"
        steps += checkpoints == 2

    yield from wrapped(plan, count)
    return steps


@pytest.mark.parametrize("name", PLANS)
def test_a_pause_between_any_two_steps_of_a_point_changes_nothing_that_is_recorded(
    devices, engine, emitted, name
):
    x, y, scaler, energy = (devices[each] for each in ("x", "y", "scaler", "energy"))
    homes = {axis: axis.target for axis in (x, y)}
    counted = []

    def noting(plan):
        counted.append((yield from steps_of_a_point(plan)))

    engine(noting(PLANS[name](x, y, scaler, energy)))
    whole, ends = points(emitted), {axis: axis.target for axis in (x, y)}
    assert counted[0] > 3
    for number in range(counted[0]):
        for axis, home in homes.items():
            axis.set(home).wait(10)
        emitted.clear()
        plan = paused_at(PLANS[name](x, y, scaler, energy), number, deferred=False)
        assert resumed(engine, plan) == 1, number
        events = points(emitted)
        assert list(events) == list(whole), number
        np.testing.assert_allclose(places(events), places(whole), atol=1e-9, err_msg=str(number))
        assert emitted[-1][1]["exit_status"] == "success", number
        assert {axis: axis.target for axis in (x, y)} == pytest.approx(ends), number
        assert not any(devices[motor].moving for motor in MOTORS), number


def test_every_kind_of_scan_is_among_them():
    assert PLANS.keys() | LIKE_OTHERS == REPEATABLE.keys()
