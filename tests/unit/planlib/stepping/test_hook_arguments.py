"""What hooks are given (PS-91)."""

import asyncio

from ophyd_async.core import soft_signal_rw

from planlib.stepping import Hooks, StepScan, step_scan
from planlib.trajectories import line, mesh, still
from tests.waiting import PATIENCE


def test_devices_of_ophyd_async_tell_hooks_where_they_are(either_engine, emitted, logged_det):
    axis = soft_signal_rw(float, name="axis")
    connecting = asyncio.run_coroutine_threadsafe(axis.connect(), either_engine.loop)
    connecting.result(PATIENCE)
    given = []

    def look(point, pos):
        given.append((pos, point.values.get("axis")))

    hooks = Hooks(pre_operation=look, post_operation=look)
    either_engine(step_scan(StepScan((axis,), line([(3, 4)], 1), [logged_det], hooks=hooks)))
    assert given == [([3], None), ([3], 3), ([4], 3), ([4], 4)]


def test_hook_of_py4syn_is_given_scan_idx_and_pos(either_engine, logged_x, logged_y, logged_det):
    """PS-91: an index and an actual position per device."""
    given = []

    def look(scan, idx, pos):
        given.append((len(scan.trajectory), idx, pos))

    trajectory = mesh([[0, 1], [5, 6, 7]])
    hooks = Hooks(pre_operation=look)
    either_engine(step_scan(StepScan((logged_x, logged_y), trajectory, [logged_det], hooks=hooks)))
    assert given[:3] == [(6, [0, 0], [0, 5]), (6, [1, 0], [1, 5]), (6, [0, 1], [0, 6])]


def test_indices_of_a_snake_are_those_of_the_positions(
    either_engine, logged_x, logged_y, logged_det
):
    given = []
    trajectory = mesh([[0, 1], [5, 6]], snake=True)
    hooks = Hooks(post_point=lambda idx: given.append(tuple(idx)))
    either_engine(step_scan(StepScan((logged_x, logged_y), trajectory, [logged_det], hooks=hooks)))
    assert given == [(0, 0), (1, 0), (1, 1), (0, 1)]


def test_hook_of_a_timescan_is_given_the_number_of_the_point(either_engine, logged_det):
    given = []
    hooks = Hooks(post_point=lambda idx, pos: given.append((idx, pos)))
    either_engine(step_scan(StepScan((), still(2), [logged_det], hooks=hooks)))
    assert given == [([0], []), ([1], [])]


def test_hook_sees_the_point_and_what_it_has_read(either_engine, logged_x, logged_det):
    given = []

    def look(point):
        given.append((point.index, list(point.targets), point.values, point.visited))

    hooks = Hooks(post_operation=look)
    either_engine(step_scan(StepScan((logged_x,), line([(3, 4)], 1), [logged_det], hooks=hooks)))
    values = [{"det": n, "x": n + 2.0, "x_setpoint": n + 2.0} for n in (1, 2)]
    assert given == [(n, [n + 3.0], values[n], n) for n in (0, 1)]
