import numpy as np
import pytest
from bluesky import plans as bp
from bluesky.utils import RunEngineInterrupted
from ophyd.utils import LimitError

from planlib import PlanError
from planlib.context import NoSession
from planlib.errors import NoSessionError
from planlib.spec import a2scan, a3scan, a4scan, a5scan, anscan, ascan
from tests.unit.planlib.scanning import (
    BAD_INTERVALS,
    BAD_NUMBERS,
    INF,
    NAN,
    column,
    in_session,
    paused,
    refused,
    start_of,
)


def test_ascan_has_one_point_more_than_intervals(engine, documents, x, detector):
    """SC-01."""
    engine(ascan(x, -1, 1, 4, 0.1, detector))
    assert column(documents, "x") == [-1, -0.5, 0, 0.5, 1]


def test_ascan_stays_at_its_end(engine, x, detector):
    """BL-100."""
    engine(ascan(x, 0, 5, 2, 0.1, detector))
    assert x.position == 5


def test_ascan_says_what_was_typed(engine, documents, x, detector):
    engine(ascan(x, 0, 5, 10, 0.1, detector, md={"sample": "Cu"}))
    start = documents[0][1]
    assert start["scan_command"] == "ascan x 0 5 10 0.1 det"
    assert start["plan_name"] == "ascan"
    assert start["sample"] == "Cu"
    assert start["plan_args"] == {
        "motor": "x", "start": 0, "stop": 5, "intervals": 10, "count_time": 0.1,
        "counters": ["det"], "md": {"sample": "Cu"},
    }  # fmt: skip


def test_ascan_says_numpy_numbers_as_plain_ones(engine, documents, x, detector):
    engine(ascan(x, np.float64(0), np.float32(0.5), np.int64(2), 0.1, detector))
    start = documents[0][1]
    assert start["scan_command"] == "ascan x 0 0.5 2 0.1 det"
    assert {type(value) for value in start["plan_args"].values()} == {str, float, int, list}


def test_ascan_without_count_time_leaves_the_counters_alone(engine, x, detector):
    engine(ascan(x, 0, 1, 1, None, detector))
    assert detector.policies == []


def test_ascan_emits_the_documents_of_stock_scan(engine, documents, x, plain_detector):
    engine(bp.scan([plain_detector], x, 0, 2, 3))
    stock, documents[:] = list(documents), []
    engine(ascan(x, 0, 2, 2, None, plain_detector))
    assert [name for name, _ in documents] == [name for name, _ in stock]
    for (name, ours), (_, theirs) in zip(documents, stock, strict=True):
        assert comparable(name, ours) == comparable(name, theirs)
        assert ours.keys() >= theirs.keys() - {"plan_pattern", "plan_pattern_args",
                                               "plan_pattern_module"}  # fmt: skip


def comparable(name, doc):
    if name == "start":
        keys = ("plan_type", "detectors", "num_points", "num_intervals", "hints")
        return {key: doc[key] for key in keys} | {"motors": list(doc["motors"])}
    if name == "descriptor":
        return doc["data_keys"], doc["object_keys"], doc["hints"], doc["name"]
    if name == "event":
        return doc["data"], doc["timestamps"].keys(), doc["seq_num"], doc["filled"]
    return doc["exit_status"], doc["num_events"], doc["reason"]


@pytest.mark.parametrize("bad", BAD_NUMBERS, ids=repr)
def test_ascan_refuses_impossible_bounds_before_anything_moves(x, detector, bad):
    """U2."""
    assert "start of x" in refused(ascan(x, bad, 1, 4, 0.1, detector))
    assert "stop of x" in refused(ascan(x, 0, bad, 4, 0.1, detector))
    assert x.targets == []


@pytest.mark.parametrize("bad", BAD_INTERVALS, ids=repr)
def test_ascan_refuses_impossible_numbers_of_intervals(x, detector, bad):
    """U1."""
    assert "whole number from 1 on" in refused(ascan(x, 0, 1, bad, 0.1, detector))


@pytest.mark.parametrize("bad", [0, NAN, INF, "1", True], ids=repr)
def test_ascan_refuses_impossible_count_times(x, detector, bad):
    assert "count time" in refused(ascan(x, 0, 1, 2, bad, detector))


def test_ascan_with_swapped_arguments_is_told_what_is_expected(x, detector):
    """U3."""
    assert "a motor is expected here" in refused(ascan(0, 5, x, 10, 0.1, detector))
    assert "the count time must be" in refused(ascan(x, 0, 5, 10, detector))
    assert "a counter is expected here" in refused(ascan(x, 0, 5, 10, 0.1, 3))


def test_ascan_with_too_few_arguments_is_told_which_are_missing_and_a_right_call(x):
    """U3: at once, not when the plan runs."""
    with pytest.raises(PlanError) as refusal:
        ascan(x, 0, 5)
    assert str(refusal.value) == (
        "ascan: intervals and count_time are missing; a right call is ascan(x, 0, 5, 10, 0.1)"
    )


def test_ascan_with_an_unknown_option_is_told_which_was_meant(x, detector):
    """U3."""
    sentence = refused(ascan(x, 0, 5, 10, 0.1, detector, setle=1))
    assert sentence == "ascan takes no setle; did you mean settle?"


def test_ascan_beyond_a_limit_is_refused_before_anything_moves(engine, documents, x, detector):
    """H12."""
    with pytest.raises(LimitError, match="x cannot go to 101"):
        engine(ascan(x, 0, 101, 10, 0.1, detector))
    assert x.targets == []
    assert documents == []


class Session(NoSession):
    """A session with one counter."""

    def __init__(self, counter):
        super().__init__()
        self.counter = counter

    def active_counters(self):
        return [self.counter]


def test_ascan_counts_with_the_sessions_counters(engine, documents, x, detector):
    in_session(engine, Session(detector))
    engine(ascan(x, 0, 1, 1, 0.1))
    assert documents[0][1]["detectors"] == ["det"]


def test_ascan_without_counters_and_session_says_so_in_a_sentence(engine, documents, x):
    """U5."""
    with pytest.raises(NoSessionError, match="name the counters"):
        engine(ascan(x, 0, 1, 1, 0.1))
    assert (x.targets, documents) == ([], [])


@pytest.mark.parametrize("defer", [False, True])
def test_paused_and_resumed_scan_has_all_points(engine, documents, x, detector, defer):
    with pytest.raises(RunEngineInterrupted):
        engine(paused(ascan(x, 0, 5, 5, 0.1, detector), point=3, defer=defer))
    engine.resume()
    points = {doc["seq_num"]: doc["data"] for name, doc in documents if name == "event"}
    assert [points[number]["x"] for number in points] == [0, 1, 2, 3, 4, 5]
    assert list(points) == [1, 2, 3, 4, 5, 6]


def test_plan_that_is_aborted_leaves_nothing_staged(engine, x, detector):
    with pytest.raises(RunEngineInterrupted):
        engine(paused(ascan(x, 0, 1, 4, 0.1, detector)))
    engine.abort()
    assert detector._staged.value == "no"


SEVERAL = [a2scan, a3scan, a4scan, a5scan]


@pytest.mark.parametrize("plan", SEVERAL, ids=lambda plan: plan.__name__)
def test_several_motors_move_together(engine, documents, make_axis, detector, plan):
    """BL-102."""
    number = SEVERAL.index(plan) + 2
    axes = [make_axis(name=f"m{index}") for index in range(number)]
    ranges = [word for index, axis in enumerate(axes) for word in (axis, index, index + 2)]
    engine(plan(*ranges, 2, 0.1, detector))
    for index, axis in enumerate(axes):
        assert column(documents, axis.name) == [index, index + 1, index + 2]
    start = start_of(documents)
    assert start["plan_name"] == plan.__name__
    assert start["shape"] == [3]
    words = " ".join(f"m{index} {index} {index + 2}" for index in range(number))
    assert start["scan_command"] == f"{plan.__name__} {words} 2 0.1 det"


def test_one_motor_twice_is_refused(x, detector):
    """BL-102, SC-22, U4."""
    assert "x is given twice" in refused(a2scan(x, 0, 1, x, 0, 1, 2, 0.1, detector))


def test_anscan_moves_any_number_of_motors(engine, documents, x, y, detector):
    """BL-103."""
    engine(anscan([(x, 0, 2), (y, 5, 7)], 2, 0.1, detector))
    assert column(documents, "x") == [0, 1, 2]
    assert column(documents, "y") == [5, 6, 7]
    assert start_of(documents)["scan_command"] == "anscan [(x,0,2),(y,5,7)] 2 0.1 det"


@pytest.mark.parametrize("motors", [[], "x", None, 3, [1, 2, 3], {}], ids=repr)
def test_anscan_shows_the_list_it_takes(detector, motors):
    sentence = refused(anscan(motors, 2, 0.1, detector))
    assert sentence.startswith("anscan takes a list such as [(x, 0, 5), ...]")


@pytest.mark.parametrize(
    "times", [[0.1, 0.2, 0.3], np.array([0.1, 0.2, 0.3])], ids=["list", "array"]
)
def test_each_point_has_a_count_time_of_its_own(engine, x, detector, times):
    """SC-04."""
    engine(ascan(x, 0, 2, 2, times, detector))
    assert [policy.seconds for policy in detector.policies] == [0.1, 0.2, 0.3]


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ([0.1, 0.2], "3 points cannot have 2 count times"),
        ([], "3 points cannot have 0 count times"),
        ([0.1, 0, 0.1], "the count time must be"),
        ([0.1, NAN, 0.1], "the count time must be"),
        ("abc", "the count time must be"),
    ],
    ids=["short", "none", "zero", "nan", "text"],
)
def test_count_times_that_cannot_be_meant_are_refused(x, detector, times, sentence):
    assert sentence in refused(ascan(x, 0, 2, 2, times, detector))


def test_counters_may_be_mixed_with_lists_of_them(engine, documents, x, make_detector):
    """BL-109."""
    a, b, c = (make_detector(name) for name in "abc")
    engine(ascan(x, 0, 1, 1, 0.1, a, [b, (c, a)]))
    assert start_of(documents)["detectors"] == ["a", "b", "c"]


@pytest.mark.parametrize("counters", [[], [[], ()]], ids=repr)
def test_an_empty_list_of_counters_is_refused(x, counters):
    """U5."""
    assert "nothing to count with" in refused(ascan(x, 0, 1, 1, 0.1, counters))


def test_more_points_than_anybody_waits_for_are_refused_at_once(x, detector):
    """U9."""
    assert "too many" in refused(ascan(x, 0, 1, 10**9, 0.1, detector))
