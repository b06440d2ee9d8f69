import inspect
import typing
import warnings

import pytest
from bluesky import preprocessors as bpp
from bluesky.utils import Msg, is_plan

from planlib import spec
from planlib.calls import Plan, plan
from planlib.errors import PlanError

PLANS = [getattr(spec, name) for name in spec.__all__]


@plan("move(x, 3)")
def move(axis, to, *, slowly: bool = False):
    """Move."""
    answer = yield Msg("set", axis, to, slowly)
    return answer


@pytest.mark.parametrize(
    ("args", "kwargs", "wrong"),
    [
        ((), {}, "axis and to are missing"),
        ((1,), {}, "to is missing"),
        ((1, 2, 3), {}, "too many positional arguments"),
        ((1, 2), {"fast": True}, "got an unexpected keyword argument 'fast'"),
        ((1, 2), {"to": 3}, "multiple values for argument 'to'"),
    ],
    ids=["none", "one", "three", "unknown", "twice"],
)
def test_a_wrong_call_is_told_at_once_with_a_right_one(args, kwargs, wrong):
    """U3."""
    with pytest.raises(PlanError) as refusal:
        move(*args, **kwargs)
    assert str(refusal.value) == f"move: {wrong}; a right call is move(x, 3)"


def test_a_plan_is_a_generator_to_everybody():
    called = move("x", 3)
    assert isinstance(called, typing.Generator)
    assert next(called) == Msg("set", "x", 3, False)
    with pytest.raises(StopIteration) as end:
        called.send("there")
    assert end.value.value == "there"


def test_a_plan_can_be_thrown_at_and_closed():
    called = move("x", 3)
    next(called)
    with pytest.raises(KeyError):
        called.throw(KeyError("x"))
    move("x", 3).close()


def test_iterating_costs_nothing_more():
    assert inspect.isgenerator(iter(move("x", 3)))


def test_a_plan_that_is_dropped_where_it_is_called_warns():
    """U6: `yield from` was forgotten."""
    with pytest.warns(RuntimeWarning, match=r"move\(\.\.\.\) was called and does not run"):
        move("x", 3)


def test_a_plan_that_is_kept_does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kept = [move("x", 3)]
        kept.clear()


def test_a_plan_says_how_it_is_run():
    called = move("x", 3)
    assert repr(called).startswith("<plan move; RE(...) runs it")
    assert isinstance(called, Plan)


@pytest.mark.parametrize("function", PLANS, ids=lambda each: each.__name__)
def test_every_plan_can_be_looked_at(function):
    """help(), forms and queues read names, hints and texts."""
    signature = inspect.signature(function)
    hints = typing.get_type_hints(function)
    named = {name for name in signature.parameters if name != "self"}
    assert named <= hints.keys()
    assert is_plan(function)
    assert "yield" not in inspect.getdoc(function)
    assert all(name in inspect.getdoc(function) for name in ("Parameters", "counters", ">>> RE("))


@pytest.mark.parametrize("function", PLANS, ids=lambda each: each.__name__)
def test_every_plan_tells_what_is_missing(function):
    """U3."""
    if function.__name__ in {"ct", "sct"}:
        return
    with pytest.raises(PlanError, match=rf"missing; a right call is {function.__name__}\("):
        function()


WRAPPERS = {
    "relative_set": lambda plan, x, det: bpp.relative_set_wrapper(plan, [x]),
    "reset_positions": lambda plan, x, det: bpp.reset_positions_wrapper(plan, [x]),
    "monitor_during": lambda plan, x, det: bpp.monitor_during_wrapper(plan, [x.velocity]),
    "baseline": lambda plan, x, det: bpp.baseline_wrapper(plan, [x.velocity]),
    "suspend": lambda plan, x, det: bpp.suspend_wrapper(plan, []),
    "stub": lambda plan, x, det: bpp.run_wrapper(bpp.stub_wrapper(plan)),
    "fly_during": lambda plan, x, det: bpp.fly_during_wrapper(plan, []),
    "contingency": lambda plan, x, det: bpp.contingency_wrapper(plan),
    "finalize": lambda plan, x, det: bpp.finalize_wrapper(plan, []),
    "mutator": lambda plan, x, det: bpp.plan_mutator(plan, lambda message: (None, None)),
    "messages": lambda plan, x, det: bpp.msg_mutator(plan, lambda message: message),
    "metadata": lambda plan, x, det: bpp.inject_md_wrapper(plan, {"sample": "Cu"}),
    "stage": lambda plan, x, det: bpp.stage_wrapper(plan, []),
    "subscribe": lambda plan, x, det: bpp.subs_wrapper(plan, []),
    "chain": lambda plan, x, det: bpp.pchain(plan),
}


@pytest.mark.parametrize("name", WRAPPERS)
def test_stock_preprocessors_work_around_our_plans(engine, documents, x, plain_detector, name):
    engine(WRAPPERS[name](spec.ascan(x, 0, 2, 2, None, plain_detector), x, plain_detector))
    names = {doc["uid"]: doc["name"] for kind, doc in documents if kind == "descriptor"}
    found = [doc["data"]["x"] for kind, doc in documents
             if kind == "event" and names[doc["descriptor"]] == "primary"]  # fmt: skip
    assert found == [0, 1, 2]
