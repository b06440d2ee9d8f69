import numpy as np
import pytest
from ophyd import Signal
from ophyd.sim import SynSignal
from ophyd.utils import LimitError

from planlib.errors import PlanError
from planlib.stepscan import PutTrigger, stepscan
from planlib.trajectories import mesh


class Written(Signal):
    """A signal that remembers what was written to it."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.values = []

    def set(self, value, **kwargs):
        self.values.append(value)
        return super().set(value, **kwargs)


@pytest.fixture
def start():
    return Written(name="start", value=0)


@pytest.fixture
def counter():
    return SynSignal(name="I0", func=lambda: 3.0)


def events(documents):
    return [doc["data"] for name, doc in documents if name == "event"]


def test_positioners_move_together_through_their_arrays(engine, documents, x, y, counter):
    """ES-01, ES-03."""
    engine(stepscan([(x, [0, 1, 4]), (y, [5, 5, 6])], [counter], dwelltime=None))
    assert [(d["x"], d["y"], d["I0"]) for d in events(documents)] == [
        (0, 5, 3.0),
        (1, 5, 3.0),
        (4, 6, 3.0),
    ]


def test_triggers_are_written_at_each_point(engine, x, counter, start):
    """ES-02."""
    engine(stepscan([(x, [0, 1])], [counter], [(start, 7)], dwelltime=None))
    assert start.values == [7, 7]


def test_a_signal_alone_is_triggered_with_1(engine, x, counter, start):
    engine(stepscan([(x, [0, 1])], [counter], [start], dwelltime=None))
    assert start.values == [1, 1]


def test_a_trigger_leaves_no_column(engine, documents, x, counter, start):
    engine(stepscan([(x, [0, 1])], [counter], [start], dwelltime=None))
    assert set(events(documents)[0]) == {"x", "x_setpoint", "I0"}


def test_dwell_times_may_differ_from_point_to_point(engine, x, detector):
    """ES-05."""
    engine(stepscan([(x, [0, 1, 2])], [detector], dwelltime=[0.1, 0.1, 0.3]))
    assert [policy.seconds for policy in detector.policies] == [0.1, 0.3]


def test_grids_are_given_as_full_arrays_with_breaks_at_row_ends(engine, documents, x, y, counter):
    """ES-10."""
    grid = mesh([[0, 1], [5, 6]], break_rows=True)
    columns = grid.positions.T
    plan = stepscan(
        [(x, columns[0]), (y, columns[1])], [counter], dwelltime=None, breakpoints=grid.breakpoints
    )
    engine(plan)
    assert documents[0][1]["plan_args"]["breakpoints"] == [1, 3]
    assert [(d["x"], d["y"]) for d in events(documents)] == [(0, 5), (1, 5), (0, 6), (1, 6)]


@pytest.mark.parametrize(
    ("positioners", "options", "reason"),
    [
        ([], {}, "positioners are a list"),
        ("x", {}, "positioners are a list"),
        ([(3, [0, 1])], {}, "cannot be scanned"),
        ("short", {}, "equal length"),
        ("x", {"dwelltime": [0.1]}, "3 points need 3 dwell times, not 1"),
        ("x", {"dwelltime": 0}, "count time"),
        ("x", {"breakpoints": [3]}, "index of a point, 0 to 2"),
        ("x", {"setle": 1}, "did you mean settle"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused_before_the_first_message(
    x, y, counter, positioners, options, reason
):
    """ES-09."""
    if positioners == "short":
        positioners = [(x, [0, 1]), (y, [0])]
    elif positioners == "x" and options:
        positioners = [(x, [0, 1, 2])]
    with pytest.raises(PlanError, match=reason):
        next(stepscan(positioners, [counter], **options))


def test_a_put_trigger_reads_as_nothing(start):
    trigger = PutTrigger(start, 3)
    assert (trigger.read(), trigger.describe()) == ({}, {})


def test_positions_are_written_down_for_a_repetition(engine, documents, x, counter):
    engine(stepscan([(x, np.array([0, 1]))], [counter], dwelltime=None))
    assert documents[0][1]["plan_args"]["positioners"] == [["x", [0.0, 1.0]]]


def test_a_counter_may_be_given_on_its_own(engine, documents, x, counter):
    engine(stepscan([(x, [0, 1])], counter, dwelltime=None))
    assert documents[0][1]["plan_args"]["counters"] == ["I0"]


@pytest.mark.parametrize("bad", [3, [1]], ids=repr)
def test_what_is_no_counter_is_refused(x, bad):
    with pytest.raises(PlanError, match="cannot be read: a counter is expected"):
        next(stepscan([(x, [0, 1])], bad, dwelltime=None))


def test_a_position_beyond_the_limits_is_refused_before_anything_moves(engine, x, y, counter):
    """ES-09."""
    plan = stepscan([(x, [0, 1, 2]), (y, [0, 101, 0])], [counter])
    with pytest.raises(LimitError, match="y cannot go to 101: its limits are -100 to 100"):
        engine(plan)
    assert (x.targets, y.targets) == ([], [])
