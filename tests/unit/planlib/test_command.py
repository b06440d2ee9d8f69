"""The command in a start document is typed again, as at the prompt, and gives the same scan."""

import inspect
import math
from pathlib import PurePath

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import planlib
from blueline.shell.typing import alone, typed
from blueline.shell.vocabulary import Kind, Vocabulary
from planlib import AdaptiveSteps, Hooks, Retry, agent_scan, py4syn, spec, xafs
from planlib.command import LONGEST, command_of_call
from planlib.errors import PlanError
from planlib.registry import REPEATABLE
from planlib.spec import ascan, pointscan
from tests.unit.planlib.scanning import Remembering, events, in_session, start_of
from tests.unit.planlib.test_repeat import PLANS as REPEATED

PLANS = REPEATED | {
    "a3scan": lambda x, y, d: spec.a3scan(x, 0, 1, y, 0, 1, d.z, 0, 1, 2, None),
    "a4scan": lambda x, y, d: spec.a4scan(*ends(x, y, d.z, d.u), 2, 0.1, d),
    "a5scan": lambda x, y, d: spec.a5scan(*ends(x, y, d.z, d.u, d.v), 2, 0.1, d),
    "d2scan": lambda x, y, d: spec.d2scan(*ends(x, y), 2, 0.1, d),
    "d3scan": lambda x, y, d: spec.d3scan(*ends(x, y, d.z), 2, 0.1, d),
    "d4scan": lambda x, y, d: spec.d4scan(*ends(x, y, d.z, d.u), 2, 0.1, d),
    "d5scan": lambda x, y, d: spec.d5scan(*ends(x, y, d.z, d.u, d.v), 2, 0.1, d),
    "lineup": lambda x, y, d: spec.lineup(x, -1, 1, 4, 0.1, d),
    "amesh": lambda x, y, d: spec.amesh(x, 0, 1, 1, y, 0, 1, 1, 0.1, [d, d.z], backnforth=True),
    "a3mesh": lambda x, y, d: spec.a3mesh(x, 0, 1, 1, y, 0, 1, 1, d.z, 0, 1, 1, 0.1, d),
    "agent_scan": lambda x, y, d: agent_scan([x], AdaptiveSteps(0, 1, 0.1, 0.5, 50, "det"), 9, 0.1),
    "sct of the session": lambda x, y, d: spec.sct(),
    "sct of a list": lambda x, y, d: spec.sct([0.2]),
    "sct on the monitor": lambda x, y, d: spec.sct(-100),
    "many positions": lambda x, y, d: pointscan(x, [0.1 * n for n in range(30)], None, d),
    "stepscan of the session": lambda x, y, d: planlib.stepscan([(x, [0, 1 / 3])]),
    "usual regions": lambda x, y, d: xafs(x, e0=101.0, regions=planlib.DEFAULT_REGIONS[:1]),
    "element": lambda x, y, d: xafs(d.z, element="Cu", edge="L3"),
    "py4syn.timescan by name": lambda x, y, d: py4syn.timescan(delay=0, repeat=2),
    "options by mapping": lambda x, y, d: ascan(
        x, 0, 1, 2, 0.1, d, columns={"a": 2.0}, retry=Retry(short_counts=2), title="a foil"
    ),
}  # fmt: skip


def ends(*axes):
    return [word for axis in axes for word in (axis, 0, 1)]


@pytest.fixture
def names(engine, documents, make_axis, x, y, detector):
    """What can be typed: the plans, axes and a detector, in whose session they are."""

    class Far(make_axis):
        def check_value(self, position):
            """It goes everywhere."""

    others = {name: Far(name=name) for name in "zuv"}
    detector.__dict__.update(others)
    in_session(engine, Remembering(documents, x, y, detector, *others.values()))
    plans = {name: getattr(planlib, name) for name in planlib.__all__}
    return {**plans, "RE": engine, "x": x, "y": y, "det": detector, **others}


def type_again(command, names):
    python = alone(typed(command, Vocabulary(names, names)), Vocabulary(names, names))
    assert python.startswith("RE("), python
    eval(python.rstrip(";"), names)  # noqa: S307 - what the prompt would run


def scanned(documents):
    """What tells one scan from another: what was asked, and what has gone where."""
    start = start_of(documents)
    told = {key: start.get(key) for key in ("plan_name", "plan_args", "scan_command", "motors")}
    told["plan_args"] = {k: v for k, v in told["plan_args"].items() if k not in ("title", "md")}
    points = [
        {name: value for name, value in event["data"].items() if name != "counted"}
        for event in events(documents)
    ]
    return told, points


@pytest.mark.parametrize("name", PLANS)
def test_a_command_that_is_typed_again_gives_the_same_scan(  # noqa: PLR0917
    engine, documents, names, x, y, detector, name
):
    plan = PLANS[name](x, y, detector)
    engine(plan)
    told, points = scanned(documents)
    del documents[:]
    for axis in (x, y):
        axis.set(0).wait(1)
    type_again(told["scan_command"], names)
    again, there = scanned(documents)
    assert_alike(again, told)
    assert len(points) == len(there) > 0
    for point, other in zip(points, there, strict=True):
        assert point.keys() == other.keys()
        assert_alike(point.get("x_setpoint"), other.get("x_setpoint"))


def test_every_scan_is_typed_again():
    assert {*REPEATABLE, "agent_scan"} <= PLANS.keys()


@pytest.mark.parametrize(
    "options", [{"hooks": Hooks()}, {"until": lambda event: False}], ids=["hooks", "until"]
)
def test_what_cannot_be_typed_is_refused_when_it_is(engine, documents, names, x, detector, options):
    engine(ascan(x, 0, 1, 2, 0.1, detector, **options))
    command = start_of(documents)["scan_command"]
    assert command == f"ascan x 0 1 2 0.1 det {next(iter(options))}=..."
    with pytest.raises(PlanError, match="Ellipsis"):
        type_again(command, names)


def test_a_list_that_nobody_would_type_is_given_by_its_ends_and_refused(
    engine, documents, names, x, detector
):
    engine(pointscan(x, [n / 1000 for n in range(LONGEST)][-3000:], None, detector, until="x > 0"))
    command = start_of(documents)["scan_command"]
    assert command == "pointscan x [7,7.001,...,9.999] None det until='x > 0'"
    with pytest.raises(PlanError, match="Ellipsis"):
        type_again(command, names)


def test_what_only_names_a_run_is_not_typed():
    labels = {"title": "a", "name": "b", "scan_info": {"a": 1}, "md": {"a": 1}, "sleep": None}
    assert command_of_call("sct", spec.sct, [0.1], labels) == "sct 0.1"


class Device:
    name = "stage-x"


numbers = st.integers(-(10**12), 10**12) | st.floats(-1e12, 1e12, allow_nan=False)
leaves = numbers | st.booleans() | st.none() | st.text(max_size=6) | st.just("None")
values = st.recursive(
    leaves,
    lambda some: (
        st.lists(some, max_size=3)
        | st.lists(some, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), some, max_size=2)
    ),
    max_leaves=6,
)


def record(first, second=None, *others, third=None, **more) -> planlib.Report:
    """Stand for a function at the prompt."""
    raise NotImplementedError


@given(values, values, st.lists(numbers, max_size=2), values)
@example([0], [0], [], None)
@example([0], (1,), [-1], None)
def test_any_value_is_typed_again(first, second, others, third):
    command = command_of_call("record", record, [first, second, *others], {"third": third})
    vocabulary = Vocabulary({"record": record})
    python = typed(command, vocabulary)
    bound = inspect.signature(record).bind
    given_again = eval(python, {"record": bound})  # noqa: S307 - our own text
    expected = bound(first, second, *others, **({} if third is None else {"third": third}))
    assert_alike(dict(given_again.arguments), dict(expected.arguments))


@pytest.mark.parametrize("number", [12345.678901, 0.1 + 0.2, 1e-9, -1e300, 5.0, np.array(2.5)])
def test_numbers_have_all_their_digits(number):
    _, word = command_of_call("record", record, [number], {}).split()
    assert float(word) == number


@pytest.mark.parametrize("value", [PurePath("/a/b.txt"), Kind.PLAN])
def test_what_has_a_name_and_is_no_device_cannot_be_typed(value):
    assert command_of_call("record", record, ["x", value], {}) == "record x ..."


def test_a_device_without_a_name_of_python_is_named_in_quotes():
    assert command_of_call("record", record, [Device(), [Device()]], {}) == (
        "record 'stage-x' ['stage-x']"
    )


def assert_alike(found, expected):
    if isinstance(expected, float):
        assert math.isclose(found, expected, rel_tol=1e-9)
    elif isinstance(expected, dict):
        assert list(found) == list(expected)
        for key, value in expected.items():
            assert_alike(found[key], value)
    elif isinstance(expected, tuple | list):
        assert type(found) is type(expected)
        for one, other in zip(found, expected, strict=True):
            assert_alike(one, other)
    else:
        assert found == expected
