"""All plans of the queue on the virtual beamline, as a worker of the queue server has them."""

import pytest
from bluesky_queueserver.manager import profile_ops

from blueline.queue import queue_devices, queue_plans
from devices.errors import DeviceError
from tests.unit.blueline.queue.queued_plans import Queue


@pytest.fixture(scope="module")
def queue(session):
    names = {**queue_devices(session.devices), **queue_plans(session)}
    plans, devices, *_ = profile_ops.existing_plans_and_devices_from_nspace(
        nspace=names, max_depth=1
    )
    return Queue(names, plans, devices)


def test_what_can_be_scanned_is_what_can_be_set_to_a_number(queue):
    axes = set(queue.parameter("ascan", "motor")["annotation"]["devices"]["Axes"])
    assert {"energy", "x", "theta", "oven", "hslit_low", "vslit_high"} <= axes
    assert not axes & {"scaler", "shutter", "ring_current", "hslit", "mg"}


def test_what_can_be_counted_is_what_can_be_read(queue):
    counters = set(queue.parameter("ascan", "counters")["annotation"]["devices"]["Counters"])
    assert {"scaler", "mg", "ring_current", "oven", "camera", "mca"} <= counters


RUNS = {
    "ascan": (("x", 0, 1, 2, 0.01), 3),
    "repeat": ((), 3),
    "dscan": (("x", -1, 1, 2, 0.01, "mg"), 3),
    "lup": (("hslit_low", -0.1, 0.1, 2, 0.01), 3),
    "mesh": (("x", 0, 1, 1, "y", 0, 1, 1, 0.01), 4),
    "py4syn_scan": (("x", 0, 1, "y", [0, 1, 2], 2, 0.01), 3),
    "xafs": (("energy", [{"start": 8950, "stop": 8960, "step": 5, "time": 0.01}]), 2),
    "count": ((["scaler"], 2), 2),
    "sequence": (({"name": "loopscan", "args": [2, 0.01]},), 2),
}


@pytest.mark.parametrize("plan", RUNS)
def test_an_item_of_the_queue_runs_as_at_the_prompt(session, queue, plan):
    args, points = RUNS[plan]
    assert queue.refusal(plan, *args) == ""
    stops = []
    token = session.RE.subscribe(lambda _, doc: stops.append(doc), "stop")
    session.RE(queue.begun(plan, *args))
    session.RE.unsubscribe(token)
    assert [stop["num_events"]["primary"] for stop in stops] == [points]


def test_a_run_is_repeated_with_another_axis_by_its_name(session, queue):
    session.RE(queue.begun("ascan", "x", 0, 1, 2, 0.01))
    assert queue.refusal("repeat", -1, motor="y") == ""
    starts = []
    token = session.RE.subscribe(lambda _, doc: starts.append(doc), "start")
    session.RE(queue.begun("repeat", -1, motor="y", stop=0.5))
    session.RE.unsubscribe(token)
    assert starts[0]["scan_command"] == "ascan y 0 0.5 2 0.01 scaler"


def test_an_item_beyond_the_limits_is_refused_before_anything_moves(session, queue):
    before = session.devices["x"].position
    with pytest.raises(DeviceError, match="its limits are"):
        session.RE(queue.begun("ascan", "x", 0, 1e6, 2, 0.01))
    assert session.devices["x"].position == before
