"""The JSON Schema of plans, as forms use it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import planlib
from blueline.queue import json_schema
from blueline.queue.plans import known_plans
from blueline.queue.schema import schema_of
from tests.unit.blueline.queue.queued_plans import make_devices, make_queue

DEVICES = make_devices()
PLANS = known_plans(DEVICES)
QUEUE = make_queue(DEVICES)
ASCAN = {"motor": "x", "start": 0, "stop": 5, "intervals": 10, "count_time": 0.1}


@pytest.mark.parametrize("name", sorted(PLANS))
def test_every_plan_has_a_schema_of_the_2020_draft(name):
    schema = schema_of(PLANS[name])
    Draft202012Validator.check_schema(schema)
    assert schema["title"] == name


@pytest.mark.parametrize("name", sorted(PLANS))
def test_defaults_are_valid(name):
    for each, schema in schema_of(PLANS[name])["properties"].items():
        if "default" in schema:
            assert Draft202012Validator(schema).is_valid(schema["default"]), each


def test_a_schema_has_bounds_choices_devices_defaults_and_words():
    told = json_schema(planlib.runscan, DEVICES)
    assert told["required"] == ["device", "start", "stop", "number"]
    assert told["properties"]["number"] == {
        "type": "integer",
        "minimum": 2,
        "maximum": 10_000_000,
        "description": "Of points, not of intervals; two or more.",
    }
    assert told["properties"]["mode"]["enum"] == ["time", "count"]
    assert told["properties"]["mode"]["default"] == "time"
    assert told["properties"]["preset"]["exclusiveMinimum"] == 0
    assert told["properties"]["device"]["enum"] == ["slit_mean", "slit_half", "x", "y"]
    assert told["properties"]["device"]["format"] == "device"
    assert told["additionalProperties"] is False


def test_counters_are_a_list():
    told = json_schema(planlib.ascan, DEVICES)["properties"]["counters"]
    assert told["type"] == "array"


def test_the_schema_of_what_the_queue_has_is_that_of_the_plan():
    assert json_schema(QUEUE.names["ascan"], {}) == schema_of(PLANS["ascan"])


VALUES = {
    "motor": st.sampled_from(["x", "y", "det", "nosuch", 3]),
    "start": st.floats(-10, 10) | st.sampled_from(["0", None]),
    "intervals": st.integers(-2, 5) | st.sampled_from([10_000_000, "3", 2.5]),
    "count_time": st.none() | st.floats(-1, 1) | st.lists(st.floats(0, 1), max_size=2),
    "counters": st.lists(st.sampled_from(["det", "x", "nosuch"]), max_size=2),
    "settle": st.floats(-1, 1),
    "after": st.sampled_from(["peak", "home", 3]),
    "setle": st.just(1),
}


@given(st.fixed_dictionaries({}, optional=VALUES))
def test_the_queue_server_takes_what_the_form_s_schema_allows_and_nothing_else(values):
    values = {"stop": 5, **values}
    is_valid = Draft202012Validator(schema_of(PLANS["ascan"])).is_valid(values)
    if is_valid or not values.get("counters"):
        counters = values.pop("counters", ())
        places = [values.pop(name) for name in ASCAN] if counters else []
        refusal = QUEUE.refusal("ascan", *places, *counters, **values)
        assert is_valid == (not refusal), refusal
