"""Whatever is typed: one sentence before the first message, or exactly the promised points."""

import math
from itertools import product

import numpy as np
import pytest
from bluesky.utils import Msg
from hypothesis import given
from hypothesis import strategies as st
from ophyd.sim import SynAxis, SynGauss
from ophyd.utils import LimitError

from planlib import py4syn, spec
from planlib.errors import PlanError

X, Y, Z = (SynAxis(name=name) for name in "xyz")
COUNTER = SynGauss("counter", X, "x", center=0, Imax=1, sigma=1)
AXES = (X, Y, Z)

positions = st.floats(-1e6, 1e6, allow_nan=False) | st.integers(-1000, 1000)
intervals = st.integers(1, 6)
nonsense = st.one_of(
    st.none(), st.booleans(), st.text(max_size=3), st.floats(), st.integers(-3, 3), st.just(X),
    st.just(Y), st.just(COUNTER), st.lists(st.floats() | st.text(max_size=2), max_size=3),
    st.just(object()), st.binary(max_size=2), st.complex_numbers(), st.just(math.nan),
    st.dictionaries(st.text(max_size=1), st.integers(), max_size=2),
)  # fmt: skip


def visited(plan):
    """The positions of all points, as they are set; the plan is answered, and nothing moves."""
    here = {axis.name: 0.0 for axis in AXES}
    points = []
    answer = None
    while True:
        try:
            message = plan.send(answer)
        except StopIteration:
            return points
        answer = None
        if message.command == "set":
            here[message.obj.name] = float(message.args[0])
        elif message.command == "save":
            points.append(tuple(here.values()))
        else:
            answer = answered(message, here)


def answered(message: Msg, here: dict[str, float]):
    if message.command == "locate":
        return {"setpoint": 0.0, "readback": 0.0}
    if message.command == "read" and message.obj.name in here:
        there = {"value": here[message.obj.name], "timestamp": 0.0}
        return dict.fromkeys(message.obj.describe(), there)
    return message.obj.read() if message.command == "read" else None


def columns(plan, number):
    return [list(column) for column in zip(*visited(plan), strict=True)][:number]


def assert_close(found, expected):
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-9)


# the promised points


@given(st.lists(st.tuples(positions, positions), min_size=1, max_size=3), intervals)
def test_lines_have_the_points_of_linspace(ranges, number):
    """SC-01."""
    typed = [(axis, *ends) for axis, ends in zip(AXES, ranges, strict=False)]
    expected = [np.linspace(start, stop, number + 1) for start, stop in ranges]
    words = [word for group in typed for word in group]
    several = {1: spec.ascan, 2: spec.a2scan, 3: spec.a3scan}[len(typed)]
    plans = (
        several(*words, number, None, COUNTER),
        spec.anscan(typed, number, None, COUNTER),
        spec.dnscan(typed, number, None, COUNTER),
        py4syn.scan(*words, number, time=None, counters=[COUNTER]),
    )
    for plan in plans:
        assert_close(columns(plan, len(typed)), expected)


@given(st.lists(st.tuples(positions, positions, intervals), min_size=2, max_size=3))
def test_meshes_have_all_points_in_the_order_of_their_grammar(ranges):
    """SC-02: SPEC moves the first axis fastest, Py4Syn the last."""
    typed = [(axis, *ends) for axis, ends in zip(AXES, ranges, strict=False)]
    lines = [np.linspace(start, stop, number + 1) for start, stop, number in ranges]
    spec_order = [point[::-1] for point in product(*lines[::-1])]
    found = columns(spec.anmesh(typed, None, COUNTER), len(typed))
    assert_close(found, list(zip(*spec_order, strict=True)))
    words = [word for group in typed for word in group]
    found = columns(py4syn.mesh(*words, time=None, counters=[COUNTER]), len(typed))
    assert_close(found, list(zip(*product(*lines), strict=True)))


@given(st.lists(st.tuples(positions, positions), min_size=1, max_size=10))
def test_lists_have_their_points(points):
    lists = [list(column) for column in zip(*points, strict=True)]
    typed = list(zip((X, Y), lists, strict=True))
    assert_close(columns(spec.lookupscan(typed, None, COUNTER), 2), lists)
    words = [word for pair in typed for word in pair]
    assert_close(columns(py4syn.scan(*words, time=None, counters=[COUNTER]), 2), lists)


@given(st.integers(1, 20))
def test_time_scans_have_exactly_n_points(number):
    """SC-06."""
    assert len(visited(spec.loopscan(number, None, COUNTER))) == number
    assert len(visited(spec.timescan(None, COUNTER, npoints=number))) == number
    plan = py4syn.timescan(time=None, delay=0, repeat=number, counters=[COUNTER])
    assert len(visited(plan)) == number


# the refusals


def require_sentence_or_message(call, *arguments, **keywords):
    """Nothing is allowed but a refusal, in a sentence, or a plan that begins."""
    refusals = []
    try:
        plan = call(*arguments, **keywords)
        first = next(plan)
        plan.close()
    except (PlanError, LimitError) as error:
        refusals.append(str(error))
        first = None
    assert bool(refusals) != isinstance(first, Msg)
    assert not any("\n" in sentence or len(sentence) > 600 for sentence in refusals)


WELL_TYPED = {
    "ascan": (X, 0, 1, 2, None, COUNTER),
    "a2scan": (X, 0, 1, Y, 0, 1, 2, None, COUNTER),
    "anscan": ([(X, 0, 1), (Y, 0, 1)], 2, None, COUNTER),
    "dscan": (X, 0, 1, 2, None, COUNTER),
    "lineup": (X, 0, 1, 2, None, COUNTER),
    "mesh": (X, 0, 1, 2, Y, 0, 1, 2, None, COUNTER),
    "dmesh": (X, 0, 1, 2, Y, 0, 1, 2, None, COUNTER),
    "anmesh": ([(X, 0, 1, 2), (Y, 0, 1, 2)], None, COUNTER),
    "lookupscan": ([(X, [0, 1]), (Y, [0, 1])], None, COUNTER),
    "pointscan": (X, [0, 1], None, COUNTER),
    "loopscan": (2, None, COUNTER),
    "timescan": (None, COUNTER),
    "sct": (None, COUNTER),
    "ct": (None, COUNTER),
}


@pytest.mark.parametrize("name", WELL_TYPED)
@given(data=st.data())
def test_nonsense_in_any_place_is_refused_in_one_sentence_or_means_something(name, data):
    """U1 to U5."""
    typed = list(WELL_TYPED[name])
    place = data.draw(st.integers(0, len(typed) - 1))
    typed[place] = data.draw(nonsense)
    require_sentence_or_message(getattr(spec, name), *typed)


@pytest.mark.parametrize("name", WELL_TYPED)
@given(st.lists(nonsense, max_size=11))
def test_whatever_is_typed_is_refused_in_one_sentence_or_means_something(name, typed):
    """U3."""
    require_sentence_or_message(getattr(spec, name), *typed)


@pytest.mark.parametrize("name", ["scan", "mesh", "timescan"])
@given(st.lists(nonsense | positions | st.just(X) | st.just(Y), max_size=10), st.lists(nonsense))
def test_whatever_py4syn_is_given_is_refused_in_one_sentence_or_means_something(
    name, typed, counters
):
    """2.12 defect 1."""
    call = getattr(py4syn, name)
    require_sentence_or_message(call, *typed, counters=[COUNTER])
    require_sentence_or_message(call, *typed, counters=counters)


@given(st.sampled_from(["settle", "sleep", "period", "after", "until", "record", "columns",
                        "retry", "md", "snake", "hooks", "other"]), nonsense)  # fmt: skip
def test_whatever_an_option_is_given_is_refused_in_one_sentence_or_means_something(name, value):
    require_sentence_or_message(spec.mesh, *WELL_TYPED["mesh"], **{name: value})
