import functools

import numpy as np
import pytest
from bluesky import plans as bp
from bluesky.preprocessors import plan_mutator
from bluesky.utils import Msg, RequestAbort, RunEngineInterrupted, single_gen
from ophyd.utils import LimitError

from planlib import PlanError, ascan, ct, dscan, mesh
from planlib.context import COMMAND, NoSession
from planlib.errors import NoSessionError

NAN, INF = float("nan"), float("inf")
BAD_NUMBERS = [NAN, INF, -INF, "3", None, True]
BAD_INTERVALS = [0, -1, 2.5, True, "3", None, NAN]


def events(documents):
    return [doc for name, doc in documents if name == "event"]


def column(documents, key):
    return [event["data"][key] for event in events(documents)]


def refused(plan):
    """The sentence with which a plan is refused; it must not have yielded any message."""
    with pytest.raises((PlanError, LimitError)) as refusal:
        next(plan)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


# ascan


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
    assert start["scan_command"] == "ascan x 0 5 10 0.1"
    assert start["plan_name"] == "ascan"
    assert start["sample"] == "Cu"
    assert start["plan_args"] == {
        "motor": "x", "start": 0, "stop": 5, "intervals": 10, "count_time": 0.1,
        "counters": ["det"],
    }  # fmt: skip


def test_ascan_says_numpy_numbers_as_plain_ones(engine, documents, x, detector):
    engine(ascan(x, np.float64(0), np.float32(0.5), np.int64(2), 0.1, detector))
    start = documents[0][1]
    assert start["scan_command"] == "ascan x 0 0.5 2 0.1"
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


def test_ascan_with_too_few_arguments_is_told_which_are_missing(x):
    """U3."""
    with pytest.raises(TypeError, match=r"missing 2 required .*'intervals' and 'count_time'"):
        ascan(x, 0, 5)


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
    async def answer(_message):
        return Session(detector)

    engine.register_command(COMMAND, answer)
    engine(ascan(x, 0, 1, 1, 0.1))
    assert documents[0][1]["detectors"] == ["det"]


def test_ascan_without_counters_and_session_says_so_in_a_sentence(engine, documents, x):
    """U5."""
    with pytest.raises(NoSessionError, match="name the counters"):
        engine(ascan(x, 0, 1, 1, 0.1))
    assert (x.targets, documents) == ([], [])


def paused(plan, *, point=1, defer=False):
    """Pause after a point; the engine's own request_pause waits for ever in its loop's thread."""
    saved = []

    def pause(message):
        if message.command == "save":
            saved.append(message)
            if len(saved) == point:
                return None, single_gen(Msg("pause", None, defer=defer))
        return None, None

    return plan_mutator(plan, pause)


@pytest.mark.parametrize("defer", [False, True])
def test_paused_and_resumed_scan_has_all_points(engine, documents, x, detector, defer):
    with pytest.raises(RunEngineInterrupted):
        engine(paused(ascan(x, 0, 5, 5, 0.1, detector), point=3, defer=defer))
    engine.resume()
    points = {doc["seq_num"]: doc["data"] for name, doc in documents if name == "event"}
    assert [points[number]["x"] for number in points] == [0, 1, 2, 3, 4, 5]
    assert list(points) == [1, 2, 3, 4, 5, 6]


# dscan


def test_dscan_scans_around_the_set_position(engine, documents, make_axis, detector):
    x = make_axis(name="x", value=10.0, offset=0.25)
    engine(dscan(x, -1, 1, 2, 0.1, detector))
    assert column(documents, "x_setpoint") == [9, 10, 11]


def test_dscan_returns_to_the_set_position(engine, make_axis, detector):
    """BL-101, SC-07."""
    x = make_axis(name="x", value=10.0, offset=0.25)
    engine(dscan(x, -1, 1, 2, 0.1, detector))
    assert x.setpoint.get() == 10


def test_a_hundred_dscans_do_not_walk(engine, make_axis, plain_detector):
    """Acquisition 11.13: stock rel_scan walks by 1.00."""
    x = make_axis(name="x", value=3.0, offset=0.01)
    for _ in range(100):
        engine(dscan(x, -0.5, 0.5, 1, None, plain_detector))
    assert x.setpoint.get() == 3


def test_dscan_returns_after_an_error(engine, x, make_axis, plain_detector):
    class Broken(type(plain_detector)):
        def stage(self):
            self.is_broken = True
            return super().stage()

        def trigger(self):
            if getattr(self, "is_broken", False):  # its own __init__ triggers too
                raise RuntimeError("no beam")
            return super().trigger()

    broken = Broken("broken", x, "x", center=0, Imax=1, sigma=1)
    x.set(2.0).wait(1)
    with pytest.raises(RuntimeError, match="no beam"):
        engine(dscan(x, -1, 1, 4, None, broken))
    assert x.position == 2


def test_dscan_returns_after_abort(engine, documents, x, detector):
    x.set(2.0).wait(1)
    with pytest.raises(RunEngineInterrupted):
        engine(paused(dscan(x, -1, 1, 4, 0.1, detector)))
    engine.abort()
    assert x.position == 2
    assert documents[-1][1]["exit_status"] == "abort"


def test_dscan_beyond_a_limit_is_refused_before_anything_moves(engine, documents, x, detector):
    x.set(99.5).wait(1)
    del x.targets[:]
    with pytest.raises(LimitError, match=r"x cannot go to 100\.5"):
        engine(dscan(x, -1, 1, 4, 0.1, detector))
    assert (x.targets, documents) == ([], [])


@pytest.mark.parametrize("bad", BAD_NUMBERS, ids=repr)
def test_dscan_refuses_impossible_distances(x, detector, bad):
    assert "stop of x" in refused(dscan(x, 0, bad, 4, 0.1, detector))


def test_dscan_of_an_axis_without_locate_returns_to_where_it_was(engine, plain_detector):
    from ophyd.sim import SynAxis

    class Simple(SynAxis):
        locate = None

    x = Simple(name="x", value=4.0)
    engine(dscan(x, -1, 1, 2, None, plain_detector))
    assert x.position == 4


# mesh


def test_mesh_moves_the_first_motor_fastest(engine, documents, x, y, detector):
    """SC-02."""
    engine(mesh(x, 0, 2, 2, y, 10, 11, 1, 0.1, detector))
    assert column(documents, "x") == [0, 1, 2, 0, 1, 2]
    assert column(documents, "y") == [10, 10, 10, 11, 11, 11]


def test_mesh_describes_itself(engine, documents, x, y, detector):
    engine(mesh(x, 0, 2, 2, y, 10, 11, 1, 0.1, detector))
    start = documents[0][1]
    assert start["scan_command"] == "mesh x 0 2 2 y 10 11 1 0.1"
    assert start["motors"] == ["x", "y"]
    assert start["shape"] == [2, 3]
    assert start["extents"] == [[10, 11], [0, 2]]
    assert start["hints"] == {"dimensions": [(["y"], "primary"), (["x"], "primary")]}
    assert start["plan_args"]["axes"] == [["x", 0, 2, 2], ["y", 10, 11, 1]]


def test_mesh_visits_the_points_of_stock_grid_scan(engine, documents, x, y, plain_detector):
    engine(bp.grid_scan([plain_detector], y, 10, 11, 2, x, 0, 2, 3, snake_axes=True))
    stock, documents[:] = events(documents), []
    engine(mesh(x, 0, 2, 2, y, 10, 11, 1, None, plain_detector, snake=True))
    assert [e["data"] for e in events(documents)] == [e["data"] for e in stock]


def test_mesh_with_one_motor_twice_is_refused_before_anything_moves(engine, documents, x, detector):
    """U4, SC-22."""
    with pytest.raises(PlanError, match="x is given twice"):
        engine(mesh(x, 0, 1, 2, x, 0, 1, 2, 0.1, detector))
    assert (x.targets, documents) == ([], [])


def test_mesh_refuses_what_ascan_refuses(x, y, detector):
    plan = functools.partial(mesh, x, 0, 1, 2, y)
    assert "start of y" in refused(plan(NAN, 1, 2, 0.1, detector))
    assert "whole number" in refused(plan(0, 1, 0, 0.1, detector))
    assert "a motor is expected" in refused(mesh(x, 0, 1, 2, 0, 1, 2, y, 0.1, detector))
    assert "limits" in refused(plan(0, 101, 2, 0.1, detector))


# ct


def test_ct_counts_once(engine, documents, detector):
    engine(ct(0.5, detector))
    start, stop = documents[0][1], documents[-1][1]
    assert stop["num_events"] == {"primary": 1}
    assert (start["num_points"], start["count_time"]) == (1, 0.5)
    assert start["scan_command"] == "ct 0.5"
    assert "motors" not in start
    assert [policy.seconds for policy in detector.policies] == [0.5]


@pytest.mark.parametrize("bad", [0, NAN, INF, "1", None, True], ids=repr)
def test_ct_refuses_impossible_count_times(detector, bad):
    assert "count time" in refused(ct(bad, detector))


def test_ct_with_a_counter_in_place_of_the_time_is_told(detector):
    assert "the count time must be a finite number, not det" in refused(ct(detector))


def test_plan_that_is_aborted_leaves_nothing_staged(engine, x, detector):
    with pytest.raises(RunEngineInterrupted):
        engine(paused(ascan(x, 0, 1, 4, 0.1, detector)))
    engine.abort()
    assert detector._staged.value == "no"


def test_request_abort_is_what_a_plan_sees(x, detector):
    plan = dscan(x, -1, 1, 2, 0.1, detector)
    next(plan)
    with pytest.raises(RequestAbort):
        plan.throw(RequestAbort)
