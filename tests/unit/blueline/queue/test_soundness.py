"""The queue server never refuses what a plan would take; and what it refuses, no plan takes."""

from inspect import Parameter

import pytest
from bluesky.plan_stubs import null
from bluesky_queueserver.manager import profile_ops
from hypothesis import assume, given

from blueline.queue.annotate import annotated
from blueline.queue.described import Argument, Described
from blueline.queue.kind import Number
from blueline.queue.kinds import Choice, Flag, Nothing, Text
from tests.unit.blueline.queue.test_kinds import JSON, KINDS, is_read

#: Of these the queue server takes exactly what the plan takes.
EXACT = {"number", "whole", "bounded", "above", "whole above", "flag", "text", "choice", "device"}


def offered(kind):
    """Give what the queue server knows of a plan with one argument."""
    argument = Argument(Parameter("it", Parameter.POSITIONAL_OR_KEYWORD), kind)
    plan = annotated(Described(null, "plan", "Do it.", (argument,), {}))
    devices = {
        name: {"is_readable": True, "is_movable": True, "is_flyable": False} for name in ("x", "y")
    }
    return profile_ops._prepare_plans({"plan": plan}, existing_devices=devices), devices


OFFERED = {name: offered(kind) for name, kind in KINDS.items()}


def is_taken(name, value):
    plans, devices = OFFERED[name]
    item = {"name": "plan", "args": [value]}
    return profile_ops.validate_plan(item, allowed_plans=plans, allowed_devices=devices)[0]


@pytest.mark.parametrize("name", KINDS)
@given(value=JSON)
def test_the_queue_server_takes_all_that_a_plan_takes(name, value):
    if is_read(KINDS[name], value):
        assert is_taken(name, value)


@pytest.mark.parametrize("name", sorted(EXACT))
@given(value=JSON)
def test_the_queue_server_takes_nothing_else_where_there_is_one_value(name, value):
    # the server takes 0, 1, "yes" and the like for True or False, which the worker then refuses
    assume(name != "flag" or isinstance(value, bool) or not isinstance(value, int | float | str))
    assert is_taken(name, value) == is_read(KINDS[name], value)


def test_the_kinds_of_one_value_are_all_among_them():
    single = (Number, Flag, Text, Choice)
    assert {n for n, kind in KINDS.items() if isinstance(kind, single)} < EXACT
    assert not isinstance(KINDS["device"], (*single, Nothing))
