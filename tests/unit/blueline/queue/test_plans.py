"""Which plans the queue has, what clients are told of them, and what is refused at submission."""

import math
import re

import bluesky.plans
import pytest
from bluesky.utils import is_plan

import planlib
from blueline.queue import plans, queue_plan, stock_plans
from blueline.queue.plans import known_plans
from blueline.queue.refusals import NotForQueueError
from planlib.errors import PlanError
from tests.system.queued_calls import CALLS, KINDS, NOT_RUN
from tests.unit.blueline.queue.queued_plans import make_devices, make_queue

PLANLIB = sorted(name for name in planlib.__all__ if is_plan(getattr(planlib, name)))
STOCK = sorted(
    name
    for name, plan in vars(bluesky.plans).items()
    if is_plan(plan) and plan.__name__ == name and not name.startswith("_")
)
LEFT_OUT = {**plans.LEFT_OUT, **stock_plans.LEFT_OUT}
SCAN = ("x", 0, 5, 10, 0.1)
REGION = {"start": 8900, "stop": 8950, "step": 5}


@pytest.mark.parametrize("name", [*PLANLIB, *STOCK])
def test_a_public_plan_is_in_the_queue_or_left_out_for_a_reason(queue, name):
    assert (name in queue.plans) != bool(LEFT_OUT.get(name))


@pytest.mark.parametrize("name", sorted(LEFT_OUT))
def test_only_what_is_a_plan_is_left_out(name):
    assert name in {*PLANLIB, *STOCK}


def test_every_plan_has_a_call_for_the_virtual_beamline_or_a_reason_why_not(queue):
    assert set(queue.plans) == {*CALLS, *NOT_RUN}
    assert set(KINDS) <= set(CALLS)


def test_py4syn_s_plans_have_a_prefix_where_spec_s_have_the_names(queue):
    assert {"py4syn_scan", "py4syn_mesh", "py4syn_timescan", "mesh", "timescan"} <= set(queue.plans)
    assert queue.plans["mesh"]["module"] == "planlib.spec.meshes"


def test_what_moves_and_waits_is_a_plan_of_the_queue(queue):
    assert {"mv", "mvr", "sleep", "drive", "wait_until"} <= set(queue.plans)


@pytest.mark.parametrize("name", sorted({*PLANLIB, *STOCK, "mv"} - set(LEFT_OUT)))
def test_every_argument_has_a_type(queue, name):
    for parameter in queue.plans[name]["parameters"]:
        assert parameter["annotation"]["type"], parameter["name"]


@pytest.mark.parametrize("name", sorted(set(PLANLIB) - set(LEFT_OUT)))
def test_every_plan_and_argument_of_ours_is_said_in_words(queue, name):
    assert queue.plans[name]["description"].count("\n") == 0
    for parameter in queue.plans[name]["parameters"]:
        said = parameter.get("description", "")
        assert said, parameter["name"]
        assert not said.startswith(("As ", "See ")), said


TAKEN = {
    "ascan": ("ascan", SCAN, {}),
    "counters": ("ascan", (*SCAN, "det", ["det", "y"]), {}),
    "options": (
        "ascan",
        SCAN,
        {"settle": 0.1, "after": "peak", "until": "det > 5", "md": {"a": 1}},
    ),
    "no options": ("ascan", SCAN, {"settle": None, "retry": None}),
    "retry": ("ascan", SCAN, {"retry": {"short_counts": 2, "patience": 5}}),
    "a member": ("ascan", ("slit_half", 0, 1, 10, 0.1), {}),
    "count times": ("ascan", ("x", 0, 5, 2, [0.1, 0.2, 0.3]), {}),
    "monitor counts": ("ascan", ("x", 0, 5, 10, -1000), {}),
    "as they are set": ("ascan", ("x", 0, 5, 10, None), {}),
    "groups": ("anscan", ([["x", 0, 1], ["y", 0, 2]], 10, 0.1), {}),
    "mesh of groups": ("anmesh", ([["x", 0, 1, 5], ["y", 0, 2, 5]], 0.1), {}),
    "positions": ("lookupscan", ([["x", [0, 1]], ["y", [0, 2]]], 0.1), {}),
    "mixed": ("py4syn_scan", ("x", 0, 5, "y", [0, 1, 4], 2, [0.1, 0.2, 0.3]), {}),
    "py4syn mesh": ("py4syn_mesh", ("x", 0, 1, 2, "y", 0, 1, 2, 0.1), {"snake": True}),
    "xafs": ("xafs", ("x", [REGION], "det"), {"e0": 8979}),
    "runscan": ("runscan", ("x", 0, 5, 11, "count", 1e4), {}),
    "align": ("align", SCAN, {"to": {"feature": "peak", "shape": "dip", "within": [1, 2]}}),
    "count_until": ("count_until", (60,), {"counts": {"det": 1e5}}),
    "stepscan": ("stepscan", ([["x", [0, 1]]], "det", ["y", ["x", 1], "det"]), {}),
    "repeat": ("repeat", (-1,), {"count_time": 2}),
    "mv": ("mv", ("shutter", "open", "x", 3), {}),
    "stock": ("scan", (["det"], "x", 0, 5, "y", 0, 5, 11), {"md": {"sample": "x"}}),
    "grid": ("grid_scan", (["det"], "x", 0, 5, 11, "y", 0, 5, 11), {"snake_axes": ["y"]}),
    "lists": ("list_scan", (["det"], "x", [1, 2], "y", [1, 2]), {}),
    "count": ("count", (["det"],), {"num": None, "delay": [1, 2]}),
    "sequence": ("sequence", ({"name": "ascan", "args": list(SCAN)}, {"name": "sct"}), {}),
    "at_each": ("at_each", ("y", [1, 2], {"name": "sct", "kwargs": {"count_time": 1}}), {}),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_a_plan_takes_is_taken_and_begins(queue, case):
    name, args, kwargs = TAKEN[case]
    assert queue.refusal(name, *args, **kwargs) == ""
    assert queue.begun(name, *args, **kwargs).gi_frame is not None


REFUSED = {
    "no such plan": ("nosuch", (), {}, "not in the list"),
    "code as a plan": ("os.system", ("ls",), {}, "not in the list"),
    "import as a plan": ("__import__", ("os",), {}, "not in the list"),
    "attribute path": ("ascan.__globals__", (), {}, "not in the list"),
    "private": ("_scan_1d", (["det"], "x", 0, 1, 5), {}, "not in the list"),
    "a plan left out": ("goto_custom", ("max",), {}, "not in the list"),
    "no such device": (
        "ascan",
        ("nosuch", 0, 5, 10, 0.1),
        {},
        "Input should be 'slit_half', 'slit_mean', 'x' or 'y'",
    ),
    "dunder as a device": ("ascan", ("x.__class__", 0, 5, 10, 0.1), {}, "motor"),
    "a detector as a motor": ("ascan", ("det", 0, 5, 10, 0.1), {}, "motor"),
    "a shutter as a motor": ("ascan", ("shutter", 0, 5, 10, 0.1), {}, "motor"),
    "several axes as a motor": ("ascan", ("slit", 0, 5, 10, 0.1), {}, "motor"),
    "no such counter": ("ascan", (*SCAN, "nosuch"), {}, "counters"),
    "no such counter in a list": ("ascan", (*SCAN, ["det", "nosuch"]), {}, "counters"),
    "text for a number": ("ascan", ("x", "0", 5, 10, 0.1), {}, "start"),
    "text for a whole number": ("ascan", ("x", 0, 5, "10", 0.1), {}, "intervals"),
    "a flag for a number": ("ascan", ("x", 0, True, 10, 0.1), {}, "stop"),
    "a flag in a list": ("py4syn_scan", ("x", [0, True]), {}, "arguments"),
    "a fraction of steps": ("ascan", ("x", 0, 5, 10.5, 0.1), {}, "intervals"),
    "a flag for steps": ("ascan", ("x", 0, 5, True, 0.1), {}, "intervals"),
    "no steps": ("ascan", ("x", 0, 5, 0, 0.1), {}, "[1, 9999999]"),
    "more points than anybody waits for": ("ascan", ("x", 0, 5, 10**7, 0.1), {}, "out of range"),
    "a number of 4000 digits": ("ascan", ("x", 0, 5, 10**3999, 0.1), {}, "out of range"),
    "too few": ("ascan", ("x", 0, 5), {}, "intervals"),
    "too many": ("move_to_edge", ("x", "Cu", "K", 1), {}, "too many positional"),
    "no such option": ("ascan", SCAN, {"setle": 1}, "setle"),
    "code as an option": ("ascan", SCAN, {"hooks": {}}, "hooks"),
    "a question at a terminal": ("align", SCAN, {"confirm": True}, "confirm"),
    "a negative time": ("ascan", SCAN, {"settle": -1}, "settle"),
    "another word": ("ascan", SCAN, {"after": "home"}, "after"),
    "no steps in a mesh": ("mesh", ("x", 0, 1, 5, "y", 0, 1, 0, 0.1), {}, "intervals2"),
    "a short group": ("anscan", ([["x", 0]], 10, 0.1), {}, "motors"),
    "a detector in a group": ("anscan", ([["det", 0, 1]], 10, 0.1), {}, "motors"),
    "no points": ("loopscan", (0, 0.1), {}, "[1, 10000000]"),
    "one point": ("runscan", ("x", 0, 5, 1), {}, "number"),
    "another mode": ("runscan", ("x", 0, 5, 11, "hours"), {}, "mode"),
    "no preset": ("runscan", ("x", 0, 5, 11, "time", 0), {}, "preset"),
    "no time": ("count_until", (0,), {}, "max_time"),
    "no such field": ("xafs", ("x", [{**REGION, "stp": 1}]), {}, "stp"),
    "text in a field": ("xafs", ("x", [{**REGION, "step": "much"}]), {}, "step"),
    "a mixed list with a stranger": ("py4syn_scan", ("x", 0, 5, "z", 0, 1, 5), {}, "arguments"),
    "words of no device": ("mv", ("shutter", "ajar"), {}, "args"),
    "stock: no such motor": ("scan", (["det"], "nosuch", 0, 5, 11), {}, "args"),
    "stock: a motor in place of a list": ("scan", ("det", "x", 0, 5, 11), {}, "detectors"),
    "stock: no points": ("scan", (["det"], "x", 0, 5), {"num": 0}, "num"),
    "stock: code": ("scan", (["det"], "x", 0, 5, 11), {"per_step": "print"}, "per_step"),
    "no such plan in a sequence": ("sequence", ({"name": "os.system"},), {}, "plans"),
    "another field of a call": ("sequence", ({"name": "sct", "code": "1"},), {}, "code"),
    "text for a plan": ("at_each", ("y", [1], "sct()"), {}, "make_plan"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_plan_does_not_take_is_refused_at_submission_with_the_reason(queue, case):
    name, args, kwargs, reason = REFUSED[case]
    assert reason in queue.refusal(name, *args, **kwargs).partition("\nPlan:")[0]


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_the_queue_server_takes_for_a_number_is_refused_before_anything_moves(queue, number):
    plan = queue.begun("ascan", "x", 0, number, 10, 0.1)
    with pytest.raises(PlanError, match=r"ascan: stop must be a finite number, not (nan|inf)"):
        next(plan)


def test_what_is_wrong_in_a_call_is_told_before_the_first_plan_of_a_sequence_runs(queue):
    calls = [
        {"name": "sct", "args": [None, "det"]},
        {"name": "ascan", "args": ["nosuch", 0, 1, 2, 1]},
    ]
    with pytest.raises(
        PlanError, match=r"ascan: motor must be one of slit_mean, slit_half, x, y, not 'nosuch'"
    ):
        list(queue.begun("sequence", *calls))


def test_what_is_missing_in_a_call_is_told_with_what_is_needed(queue):
    plan = queue.begun("sequence", {"name": "ascan", "args": ["x", 0, 1]})
    sentence = "ascan: intervals and count_time are missing; a right call is ascan(motor, start, "
    with pytest.raises(PlanError, match=re.escape(sentence)):
        next(plan)


def test_limits_choices_and_devices_are_told_to_clients(queue):
    assert queue.parameter("ascan", "intervals")["min"] == "1"
    assert queue.parameter("ascan", "motor")["annotation"]["devices"]["Axes"] == [
        "slit_half",
        "slit_mean",
        "x",
        "y",
    ]
    assert "'peak'" in queue.parameter("ascan", "after")["annotation"]["type"]


def test_defaults_are_told_as_json_has_them(queue):
    regions = queue.parameter("xafs", "regions")
    assert "'start': -100" in regions["default"]
    assert "default_defined_in_decorator" not in regions


def test_metadata_and_titles_that_are_called_like_devices_and_plans_stay_text(queue):
    md = {"sample": "x", "plan": "ascan"}
    plan = queue.begun("sct", 1, "det", md=md)
    assert plan.gi_frame.f_locals["kwargs"]["md"] == md
    assert queue.begun("sequence", {"name": "sct"}, title="sct").gi_frame.f_locals["kwargs"] == {
        "title": "sct"
    }


def test_a_beamline_without_devices_has_plans_that_refuse_every_device():
    queue = make_queue({})
    assert "motor" in queue.refusal("ascan", *SCAN)
    assert queue.refusal("sleep", 1) == ""


def test_a_site_s_plan_goes_before_one_of_ours():
    @queue_plan(name="ascan")
    def mine(often: int = 1):
        """Do it my way."""
        yield from bluesky.plan_stubs.null()

    assert known_plans(make_devices(), {"mine": mine})["ascan"].function is mine


def test_a_site_s_plan_that_cannot_be_in_the_queue_is_told_and_the_rest_is_there():
    @queue_plan
    def vague(thing):
        yield from bluesky.plan_stubs.null()

    told: list[str] = []
    found = known_plans(make_devices(), {"vague": vague}, told.append)
    assert "vague" not in found
    assert "ascan" in found
    assert told == [
        "vague cannot be in the queue: its thing: it has no type hint: write thing: float, or "
        "whatever it is"
    ]
    with pytest.raises(NotForQueueError):
        known_plans(make_devices(), {"vague": vague})
