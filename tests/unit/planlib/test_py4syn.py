import numpy as np
import pytest

from planlib import py4syn
from planlib.context import COMMAND, NoSession
from tests.unit.planlib.scanning import NAN, column, events, refused, start_of


def seconds(detector):
    return [policy.seconds for policy in detector.policies]


def order_of(engine, plan):
    """What is waited, set and triggered, in order; the axes go to the first point beforehand."""
    seen = []

    def look(message):
        if message.command in {"sleep", "set"}:
            seen.append(message.args[0])
        elif message.command == "trigger":
            seen.append("count")

    engine.msg_hook = look
    engine(plan)
    return seen


# scan


def test_scan_has_one_point_more_than_steps(engine, documents, x, detector):
    """PS-70, SC-01."""
    engine(py4syn.scan(x, 0, 5, 5, counters=[detector]))
    assert column(documents, "x") == [0, 1, 2, 3, 4, 5]
    assert seconds(detector) == [1.0], "PS-73: one second unless told"


def test_scan_takes_a_counter_on_its_own(engine, documents, x, detector):
    engine(py4syn.scan(x, 0, 5, 5, counters=detector))
    assert start_of(documents)["plan_args"]["counters"] == ["det"]


def test_scan_moves_devices_together(engine, documents, x, y, detector):
    """PS-70, PS-72."""
    engine(py4syn.scan(x, 0, 2, y, 10, 14, 2, 0.1, counters=[detector]))
    assert column(documents, "x") == [0, 1, 2]
    assert column(documents, "y") == [10, 12, 14]
    start = start_of(documents)
    assert start["scan_command"] == "py4syn.scan x 0 2 y 10 14 2 0.1 counters=[det]"
    assert start["plan_args"]["arguments"] == ["x", 0, 2, "y", 10, 14, 2, 0.1]


def test_scan_mixes_ranges_and_lists(engine, documents, x, y, detector):
    """PS-71."""
    engine(py4syn.scan(x, 0, 2, y, [5, 1, 7], 2, 0.1, counters=[detector]))
    assert column(documents, "x") == [0, 1, 2]
    assert column(documents, "y") == [5, 1, 7]


def test_scan_of_lists_needs_no_steps(engine, documents, x, y, detector):
    """PS-71."""
    engine(py4syn.scan(x, [3, 1, 2], y, np.array([0, 1, 0]), 0.1, counters=[detector]))
    assert column(documents, "x") == [3, 1, 2]
    assert seconds(detector) == [0.1]


@pytest.mark.parametrize("rest", [(3,), (2,), (3, 0.1), (2, 0.1, 0.5), (3, 0.1, 0.5)], ids=repr)
def test_what_could_be_steps_or_a_time_is_refused(x, detector, rest):
    """2.12 defect 1: the shape of a call with lists confused its users."""
    sentence = refused(py4syn.scan(x, [3, 1, 2], *rest, counters=[detector]))
    assert "leave steps out, and give the count time as time=" in sentence


def test_time_by_its_name_is_never_steps(engine, x, detector):
    """2.12 defect 1."""
    engine(py4syn.scan(x, [3, 1, 2], time=3, counters=[detector]))
    assert seconds(detector) == [3]


def test_a_list_that_does_not_fit_the_steps_is_refused(x, y, detector):
    """PS-71."""
    assert "equal length" in refused(py4syn.scan(x, 0, 2, y, [5, 1], 2, 0.1, counters=[detector]))


def test_scan_has_a_time_and_a_delay_per_point(engine, x, detector):
    """PS-74, PS-75."""
    plan = py4syn.scan(x, 0, 2, 2, [0.1, 0.2, 0.3], [0.01, 0, 0.02], counters=[detector])
    assert order_of(engine, plan) == [0, 0.01, "count", 1, "count", 0.02, 2, "count"]


def test_the_delay_comes_before_each_move_and_before_the_first_point(engine, x, detector):
    """PS-76."""
    plan = py4syn.scan(x, 7, 8, 1, 0.1, 0.01, counters=[detector])
    assert order_of(engine, plan) == [7, 0.01, "count", 0.01, 8, "count"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "needs a device"),
        ((0, 1, 2), "a motor is expected here"),
        (("X",), "after x follow start and stop"),
        (("X", 0), "after x follow start and stop"),
        (("X", 0, "Y", 1, 2, 3), "after x follow start and stop"),
        (("X", 0, 1), "needs steps after the ranges"),
        (("X", 0, 1, 0), "the number of steps must be a whole number"),
        (("X", 0, 1, 2.5), "the number of steps must be a whole number"),
        (("X", NAN, 1, 2), "the start of x must be a finite number"),
        (("X", [], 1), "the positions of x are none"),
        (("X", 0, 1, 2, 0.1, 0.5, 7), "ends with a time and a delay"),
        (("X", 0, 1, 2, 0), "the count time must be"),
        (("X", 0, 1, 2, [1, 1]), "3 points cannot have 2 count times"),
        (("X", 0, 1, 2, 1, [1, 1]), "3 points cannot have 2 delays"),
        (("X", 0, 1, 2, 1, -1), "the delay must be 0 s or more"),
        (("X", 0, 1, "X", 0, 1, 2, 1), "x is given twice"),
        (("X", 0, 1, 10**9), "too many"),
        (("X", 0, 101, 2), "limits"),
    ],
    ids=str,
)
def test_scan_refuses_what_it_cannot_mean(x, y, detector, arguments, sentence):
    devices = {"X": x, "Y": y}
    given = [
        devices.get(word, word) if isinstance(word, str) else word for word in arguments
    ]  # fmt: skip
    assert sentence in refused(py4syn.scan(*given, counters=[detector]))
    assert x.targets == []


def test_a_time_in_its_place_and_by_its_name_is_refused(x, detector):
    sentence = refused(py4syn.scan(x, 0, 1, 2, 0.1, time=0.2, counters=[detector]))
    assert "two values of time" in sentence


# mesh


def test_mesh_moves_the_last_device_fastest(engine, documents, x, y, detector):
    """PS-77, SC-02."""
    engine(py4syn.mesh(x, 0, 1, 1, y, 0, 4, 2, 0.1, counters=[detector]))
    assert column(documents, "x") == [0, 0, 0, 1, 1, 1]
    assert column(documents, "y") == [0, 2, 4, 0, 2, 4]
    start = start_of(documents)
    assert start["scan_command"] == "py4syn.mesh x 0 1 1 y 0 4 2 0.1 counters=[det]"
    assert (start["shape"], start["plan_name"]) == ([2, 3], "py4syn.mesh")


def test_mesh_mixes_steps_and_lists(engine, documents, x, y, detector):
    """PS-77."""
    engine(py4syn.mesh(x, [5, 3], y, 0, 2, 2, counters=[detector]))
    assert column(documents, "x") == [5, 5, 5, 3, 3, 3]
    assert column(documents, "y") == [0, 1, 2, 0, 1, 2]


def test_mesh_has_a_time_for_each_point_of_the_whole(engine, x, y, detector):
    """PS-78; 2.12 defect 3: the times were those of the fastest axis."""
    times = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    engine(py4syn.mesh(x, 0, 1, 1, y, 0, 2, 2, times, counters=[detector]))
    assert seconds(detector) == times


def test_mesh_with_times_of_the_fastest_axis_is_refused(x, y, detector):
    """2.12 defect 3."""
    plan = py4syn.mesh(x, 0, 1, 1, y, 0, 2, 2, [0.1, 0.2, 0.3], counters=[detector])
    assert "6 points cannot have 3 count times" in refused(plan)


@pytest.mark.parametrize("steps", [2.5, 0, True], ids=repr)
def test_mesh_refuses_steps_that_are_no_whole_number(x, y, detector, steps):
    """PS-77."""
    plan = py4syn.mesh(x, 0, 1, steps, y, 0, 2, 2, 0.1, counters=[detector])
    assert "the number of steps must be a whole number" in refused(plan)


def test_mesh_of_a_billion_points_is_refused_at_once(x, y, detector):
    """U9."""
    plan = py4syn.mesh(x, 0, 1, 10**5, y, 0, 2, 10**5, 0.1, counters=[detector])
    assert "too many" in refused(plan)


# timescan


@pytest.mark.parametrize("repeat", [1, 2, 5])
def test_timescan_has_exactly_as_many_points_as_asked_for(engine, documents, detector, repeat):
    """PS-79, SC-06; 2.12 defect 2: there was one more."""
    engine(py4syn.timescan(0.1, 0, repeat, counters=[detector]))
    assert len(events(documents)) == repeat
    assert start_of(documents)["num_points"] == repeat
    assert documents[-1][1]["num_events"] == {"primary": repeat}


@pytest.mark.parametrize("repeat", [None, -1])
def test_timescan_without_repeat_ends_when_somebody_stops_it(engine, documents, detector, repeat):
    """PS-79, SC-06; 2.12 defect 2: what was measured by then is a run like any other."""
    session = NoSession()

    async def answer(_message):
        return session

    def stop(name, document):
        if name == "event" and document["seq_num"] == 4:
            session.control.stop_after_point()

    engine.register_command(COMMAND, answer)
    engine.subscribe(stop)
    engine(py4syn.timescan(0.1, 0, repeat, counters=[detector]))
    assert len(events(documents)) == 4
    assert documents[-1][1]["exit_status"] == "success"


def test_timescan_waits_before_each_point(engine, detector):
    """PS-76, PS-79: a second unless told."""
    assert order_of(engine, py4syn.timescan(repeat=1, counters=[detector])) == [1, "count"]


def test_timescan_has_a_time_and_a_delay_per_point(engine, detector):
    plan = py4syn.timescan([0.1, 0.2], [0, 0], 2, counters=[detector])
    engine(plan)
    assert seconds(detector) == [0.1, 0.2]


@pytest.mark.parametrize("repeat", [0, -2, 2.5, True, "3", NAN], ids=repr)
def test_timescan_refuses_impossible_numbers(detector, repeat):
    """U1."""
    plan = py4syn.timescan(1, 1, repeat, counters=[detector])
    assert "the number of repeats must be a whole number" in refused(plan)


def test_an_endless_timescan_has_one_time(detector):
    assert "one time and one delay" in refused(py4syn.timescan([1, 2], counters=[detector]))


def test_negative_time_counts_to_the_monitor(engine, x, detector):
    """PS-80."""
    engine(py4syn.scan(x, 0, 1, 1, -1000, counters=[detector]))
    assert [policy.counts for policy in detector.policies] == [1000]


def test_unless_told_a_scan_counts_a_second_and_waits_for_nothing(engine, x, detector):
    """PS-73."""
    plan = py4syn.scan(x, 0, 1, 1, counters=[detector])
    assert order_of(engine, plan) == [0, "count", 1, "count"]
    assert seconds(detector) == [1.0]
