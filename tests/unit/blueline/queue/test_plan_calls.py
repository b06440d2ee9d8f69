"""Plans as arguments of plans."""

import pytest

from blueline.queue.plan_calls import PlanCall
from planlib.errors import PlanError


def inner(number: int = 1):
    yield number


CALL = PlanCall({"inner": inner})


def test_a_call_gives_the_plan_called():
    assert list(CALL.read({"name": "inner", "args": [3]}, "plans")) == [3]
    assert list(CALL.read({"name": "inner", "kwargs": {"number": 4}}, "plans")) == [4]


def test_a_call_that_is_made_anew_gives_what_makes_it():
    make = PlanCall({"inner": inner}, is_made_anew=True).read({"name": "inner"}, "make_plan")
    assert [list(make()), list(make())] == [[1], [1]]


def test_a_plan_in_python_is_taken_as_it_is():
    plan = inner()
    assert CALL.read(plan, "plans") is plan


def nested(depth):
    call = {"name": "inner"}
    for _ in range(depth):
        call = {"name": "inner", "args": [call]}
    return call


@pytest.mark.parametrize(
    "call",
    [
        {"name": "os.system", "args": ["ls"]},
        {"name": "__import__"},
        {"name": ["inner"]},
        {"name": "inner", "code": "x"},
        {"name": "inner", "args": "x"},
        {"name": "inner", "kwargs": []},
        {},
        "inner",
        None,
        inner,
        nested(50),
    ],
    ids=range(11),
)
def test_anything_else_is_refused(call):
    with pytest.raises(PlanError):
        CALL.read(call, "plans")


def test_a_schema_names_the_plans():
    assert CALL.schema()["properties"]["name"]["enum"] == ["inner"]
