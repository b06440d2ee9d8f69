"""A site's own plan in the queue: a generator function with hints, quoted ones too."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import pytest
from annotated_types import Ge, Gt, Le
from bluesky.protocols import Movable, Readable
from ophyd.sim import SynAxis

from blueline.queue import plan_of, queue_plan
from blueline.queue.refusals import NotForQueueError
from planlib import dscan
from planlib.errors import PlanError
from planlib.messages import Axis, MsgGenerator
from tests.unit.blueline.queue.queued_plans import make_devices, make_queue

if TYPE_CHECKING:
    from collections import OrderedDict


@dataclass
class Region:
    """A region.

    Parameters
    ----------
    start
        Where it begins.
    """

    start: float
    step: Annotated[float, Gt(0)] = 1.0


@queue_plan
def survey(
    motor: Axis,
    regions: list[Region],
    *others: Axis | list[Axis],
    rest: Annotated[float, Ge(0), Le(10), "Seconds to rest."] = 1.0,
    way: Literal["up", "down"] = "up",
    monitor: Readable | None = None,
    shutters: dict[str, Movable] | None = None,
    often: int | None = None,
    **md: Any,
) -> MsgGenerator:
    """Look at several regions.

    Parameters
    ----------
    motor
        What moves.
    """
    yield from bps.null()
    for region in regions:
        yield from bps.mv(motor, region.start)
    return motor, others, rest, way, monitor, md


TILT = SynAxis(name="x")


@queue_plan(name="look")
def named_otherwise(motor: Axis = TILT):
    """Look."""
    yield from dscan(motor, -1, 1, 2, None)


@pytest.fixture(scope="module")
def queue():
    return make_queue(make_devices(), survey=survey, other=named_otherwise, text="survey")


TAKEN = {
    "all": (("x", [{"start": 1}, {"start": 2, "step": 0.5}], "y", ["y"]), {"rest": 10}),
    "options": (("x", []), {"way": "down", "monitor": "det", "often": 3, "sample": "x"}),
    "mappings": (("x", []), {"shutters": {"front": "shutter"}}),
}
REFUSED = {
    "device": (("det", []), {}, "motor"),
    "device among many": (("x", [], "det"), {}, "others"),
    "device in a list": (("x", [], ["det"]), {}, "others"),
    "device in a mapping": (("x", []), {"shutters": {"front": "det"}}, "shutters"),
    "field": (("x", [{"strat": 1}]), {}, "strat"),
    "below": (("x", []), {"rest": -0.1}, "rest"),
    "above": (("x", []), {"rest": 10.1}, "rest"),
    "word": (("x", []), {"way": "left"}, "way"),
    "kind": (("x", []), {"often": "3"}, "often"),
    "missing": (("x",), {}, "regions"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_a_site_s_plan_takes_what_its_hints_say(queue, case):
    args, kwargs = TAKEN[case]
    assert queue.refusal("survey", *args, **kwargs) == ""


@pytest.mark.parametrize("case", REFUSED)
def test_a_site_s_plan_is_refused_with_the_reason(queue, case):
    args, kwargs, reason = REFUSED[case]
    assert reason in queue.refusal("survey", *args, **kwargs)


def finished(plan):
    """Give what a plan returns, without an engine."""
    try:
        while True:
            next(plan)
    except StopIteration as ended:
        return ended.value


def test_names_become_devices_and_records_values_in_the_worker(queue):
    x, y, det = (queue.names[name] for name in ("x", "y", "det"))
    plan = queue.begun("survey", "x", [], "y", ["y"], monitor="det", rest=2, sample="x")
    assert finished(plan) == (x, (y, [y]), 2, "up", det, {"sample": "x"})


def test_records_are_made_of_what_came_as_json(queue):
    (first, *_) = [each for each in queue.begun("survey", "x", [{"start": 3}]) if each.args]
    assert first.args == (3,)


def test_what_a_record_lacks_is_told_before_the_first_message(queue):
    assert queue.refusal("survey", "x", [{"step": 1}]) == ""  # the queue server looks no deeper
    with pytest.raises(PlanError, match="is a Region without start"):
        next(queue.begun("survey", "x", [{"step": 1}]))


def test_a_bound_in_a_record_holds_in_the_worker(queue):
    with pytest.raises(PlanError, match=r"step of each of survey: regions must be .* above 0"):
        next(queue.begun("survey", "x", [{"start": 1, "step": 0}]))


def test_words_come_from_the_docstring_and_from_annotated(queue):
    assert queue.plans["survey"]["description"] == "Look at several regions."
    assert queue.parameter("survey", "motor")["description"] == "What moves."
    assert queue.parameter("survey", "rest")["description"] == "Seconds to rest."


def test_a_plan_can_have_another_name_and_a_device_for_a_default(queue):
    assert queue.parameter("look", "motor")["default"] == "'x'"
    assert queue.plans["look"]["properties"]["is_generator"]
    assert "named_otherwise" not in queue.plans


def test_a_marked_plan_stays_as_it_is():
    assert inspect.isgeneratorfunction(survey)
    assert survey.__name__ == "survey"


def test_one_plan_alone_is_annotated_for_given_devices():
    plan = plan_of(bp.count, make_devices())
    assert plan.__name__ == "count"
    assert (
        "det"
        in plan._custom_parameter_annotation_["parameters"]["detectors"]["devices"]["Counters"]
    )


def unhinted(motor):
    yield from bps.null()


def unreadable(motor: OrderedDict):
    yield from bps.null()


def code(function: type) -> MsgGenerator:
    yield from bps.null()


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (unhinted, "its motor: it has no type hint: write motor: float"),
        (unreadable, "its hints cannot be read, name 'OrderedDict' is not defined; import"),
        (code, "its function: type cannot be said in JSON"),
    ],
)
def test_a_plan_that_cannot_be_in_the_queue_is_told_in_a_sentence(function, sentence):
    with pytest.raises(NotForQueueError, match=sentence):
        plan_of(function, {})


def test_a_default_stands_for_a_hint():
    def often(number=3, flag=False, word="a", thing=None):
        yield from bps.null()

    told = plan_of(often, {})._custom_parameter_annotation_["parameters"]
    assert [each["annotation"] for each in told.values()] == ["int", "bool", "str"]


def test_a_run_through_the_queue_is_a_run(queue, engine):
    documents: list[Any] = []
    engine.subscribe(lambda name, doc: documents.append((name, doc)))
    engine(queue.begun("ascan", "x", 0, 1, 2, None, "det", after="return"))
    start = documents[0][1]
    assert start["plan_name"] == "ascan"
    assert start["scan_command"] == "ascan x 0 1 2 None det after='return'"
    assert [name for name, _ in documents].count("event") == 3


def test_a_sequence_through_the_queue_is_two_runs_of_a_group(queue, engine):
    starts: list[Any] = []
    engine.subscribe(lambda name, doc: starts.append(doc), "start")
    scan = {"name": "ascan", "args": ["x", 0, 1, 2, None, "det"]}
    engine(queue.begun("sequence", scan, {"name": "count", "args": [["det"]]}, title="both"))
    assert [start["plan_name"] for start in starts] == ["ascan", "count"]
    assert {start["scan_group"]["title"] for start in starts} == {"both"}


def test_a_plan_at_each_place_is_made_anew(queue, engine):
    starts: list[Any] = []
    engine.subscribe(lambda name, doc: starts.append(doc), "start")
    scan = {"name": "ascan", "args": ["x", 0, 1, 2, None, "det"]}
    engine(queue.begun("at_each", "y", [1, 2], scan))
    assert [start["scan_group"]["position"] for start in starts] == [1, 2]


def test_a_shutter_is_moved_to_a_word(queue, engine):
    engine(queue.begun("mv", "shutter", "open", "x", 2))
    assert queue.names["shutter"].get() == "open"
    assert queue.names["x"].position == 2
