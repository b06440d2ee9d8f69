import math
import threading

import pytest
from bluesky import plan_stubs as bps
from bluesky.protocols import HasHints, Readable

from planlib.errors import PlanError
from planlib.stepping import Hook, Hooks, StepScan, step_scan
from planlib.stepping.columns import Columns, require_columns
from planlib.stepping.hooks import HookError
from planlib.trajectories import line, still
from tests.waiting import PATIENCE

NAN = float("nan")


def events(emitted):
    return [doc["data"] for name, doc in emitted if name == "event"]


def test_column_is_a_field_of_the_events(either_engine, emitted, logged_x, logged_det):
    """PS-101."""

    def fill(point):
        point.columns["ratio"] = point.values["det"] / 2

    scan = StepScan(
        (logged_x,),
        line([(0, 2)], 2),
        [logged_det],
        columns={"ratio": NAN},
        hooks=Hooks(post_operation=fill),
    )
    either_engine(step_scan(scan))
    assert [event["ratio"] for event in events(emitted)] == [0.5, 1.0, 1.5]
    descriptor = next(doc for name, doc in emitted if name == "descriptor")
    assert descriptor["data_keys"]["ratio"]["dtype"] == "number"
    assert descriptor["hints"]["columns"] == {"fields": ["ratio"]}


@pytest.mark.parametrize("moment", ["pre_point", "pre_operation", "operation", "post_operation"])
@pytest.mark.parametrize("kind", ["function", "plan"])
def test_column_can_be_set_up_to_the_end_of_the_point(
    either_engine, emitted, logged_det, moment, kind
):
    def fill(point):
        point.columns["n"] = 10 + point.index

    def filling(point):
        yield from bps.null()
        fill(point)

    hooks = Hooks(**{moment: fill if kind == "function" else filling})
    either_engine(step_scan(StepScan((), still(2), [logged_det], hooks=hooks, columns={"n": NAN})))
    assert [event["n"] for event in events(emitted)] == [10, 11]


def test_column_that_nobody_has_set_begins_anew_at_each_point(either_engine, emitted, logged_det):
    def fill(point):
        if point.index == 0:
            point.columns["n"] = 1

    columns = {"n": NAN, "m": 7.0}
    scan = StepScan((), still(2), [logged_det], hooks=Hooks(operation=fill), columns=columns)
    either_engine(step_scan(scan))
    first, second = events(emitted)
    assert (first["n"], first["m"], second["m"]) == (1, 7, 7)
    assert math.isnan(second["n"])


@pytest.mark.parametrize("moment", ["pre_scan", "post_point", "at_break", "post_scan"])
def test_column_set_where_there_is_no_event_is_an_error(either_engine, logged_det, moment):
    def fill(point):
        point.columns["n"] = 1

    trajectory = still(1)
    trajectory = type(trajectory)(trajectory.positions, (1,), (), breakpoints=(0,))
    scan = StepScan((), trajectory, [logged_det], hooks=Hooks(**{moment: fill}), columns={"n": NAN})
    with pytest.raises(HookError, match="n can be set from prepare_point to post_operation"):
        either_engine(step_scan(scan))


def test_column_that_is_not_declared_is_an_error(either_engine, logged_det):
    def fill(point):
        point.columns["rato"] = 1

    scan = StepScan((), still(1), [logged_det], hooks=Hooks(operation=fill), columns={"ratio": NAN})
    with pytest.raises(HookError, match="the scan has no column rato, but ratio"):
        either_engine(step_scan(scan))


@pytest.mark.parametrize("value", ["text", None, [1, 2], 1j])
def test_column_takes_numbers_only(value):
    columns = Columns({"n": NAN})
    columns.begin()
    with pytest.raises(HookError, match="the column n holds a number, not"):
        columns["n"] = value


def test_function_that_was_left_behind_fills_no_other_point(either_engine, emitted, logged_det):
    may_go_on, has_failed = threading.Event(), threading.Event()

    def late(point):
        if point.index > 0:
            return
        may_go_on.wait(PATIENCE)
        try:
            point.columns["n"] = 99
        except HookError:
            has_failed.set()

    def release(point):
        if point.index == 1:
            may_go_on.set()
            assert has_failed.wait(PATIENCE)

    slow = Hook(late, on_error="ignore", deadline=0.02)
    hooks = Hooks(pre_operation=[slow], operation=release)
    either_engine(step_scan(StepScan((), still(2), [logged_det], hooks=hooks, columns={"n": NAN})))
    assert all(math.isnan(event["n"]) for event in events(emitted))


def test_columns_are_something_to_read():
    assert isinstance(Columns({}), Readable | HasHints)


def test_column_with_the_name_of_a_counter_is_refused(logged_det):
    with pytest.raises(PlanError, match="there is a det in the scan already"):
        require_columns({"det": NAN}, [logged_det])


@pytest.mark.parametrize("name", ["", 3])
def test_column_without_a_name_is_refused(name):
    with pytest.raises(PlanError, match="a column has a name"):
        require_columns({name: NAN}, [])


def test_default_that_is_no_number_is_refused():
    with pytest.raises(PlanError, match="the default of the column n must be a finite number"):
        require_columns({"n": float("inf")}, [])
