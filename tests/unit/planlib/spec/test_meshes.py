import functools

import pytest
from bluesky import plans as bp

from planlib import PlanError
from planlib.spec import a3mesh, amesh, anmesh, dmesh, mesh
from tests.unit.planlib.scanning import NAN, column, events, refused


def test_mesh_moves_the_first_motor_fastest(engine, documents, x, y, detector):
    """SC-02."""
    engine(mesh(x, 0, 2, 2, y, 10, 11, 1, 0.1, detector))
    assert column(documents, "x") == [0, 1, 2, 0, 1, 2]
    assert column(documents, "y") == [10, 10, 10, 11, 11, 11]


def test_mesh_describes_itself(engine, documents, x, y, detector):
    engine(mesh(x, 0, 2, 2, y, 10, 11, 1, 0.1, detector))
    start = documents[0][1]
    assert start["scan_command"] == "mesh x 0 2 2 y 10 11 1 0.1 det"
    assert start["motors"] == ["x", "y"]
    assert start["shape"] == [2, 3]
    assert start["extents"] == [[10, 11], [0, 2]]
    assert start["hints"] == {"dimensions": [(["y"], "primary"), (["x"], "primary")]}
    assert start["snaking"] == [False, False]
    assert start["plan_args"] == {
        "motor1": "x", "start1": 0, "stop1": 2, "intervals1": 2,
        "motor2": "y", "start2": 10, "stop2": 11, "intervals2": 1,
        "count_time": 0.1, "snake": False, "counters": ["det"],
    }  # fmt: skip


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


def test_amesh_is_mesh_with_the_keyword_of_bliss(engine, documents, x, y, plain_detector):
    """BL-104."""
    engine(mesh(x, 0, 2, 2, y, 0, 1, 1, None, plain_detector, snake=True))
    expected, documents[:] = column(documents, "x"), []
    engine(amesh(x, 0, 2, 2, y, 0, 1, 1, None, plain_detector, backnforth=True))
    assert column(documents, "x") == expected == [0, 1, 2, 2, 1, 0]


def test_dmesh_is_around_the_set_positions_and_returns(engine, documents, make_axis, detector):
    """BL-104."""
    x, y = make_axis(name="x", value=5), make_axis(name="y", value=1)
    engine(dmesh(x, -1, 1, 2, y, 0, 1, 1, 0.1, detector))
    assert column(documents, "x") == [4, 5, 6, 4, 5, 6]
    assert column(documents, "y") == [1, 1, 1, 2, 2, 2]
    assert (x.position, y.position) == (5, 1)


def test_a3mesh_and_anmesh_move_the_first_motor_fastest(engine, documents, make_axis, detector):
    """BL-104."""
    x, y, z = (make_axis(name=name) for name in "xyz")
    engine(a3mesh(x, 0, 1, 1, y, 0, 1, 1, z, 0, 1, 1, 0.1, detector))
    three = [column(documents, name) for name in "xyz"]
    assert three == [[0, 1] * 4, [0, 0, 1, 1] * 2, [0] * 4 + [1] * 4]
    del documents[:]
    engine(anmesh([(x, 0, 1, 1), (y, 0, 1, 1), (z, 0, 1, 1)], 0.1, detector))
    assert [column(documents, name) for name in "xyz"] == three
    assert documents[0][1]["scan_command"] == "anmesh [(x,0,1,1),(y,0,1,1),(z,0,1,1)] 0.1 det"


def test_snake_is_true_or_false(x, y, detector):
    sentence = refused(mesh(x, 0, 1, 2, y, 0, 1, 2, 0.1, detector, snake=3))
    assert sentence == "snake is True or False, not 3"


def test_each_point_of_a_mesh_has_a_count_time_of_its_own(engine, x, y, detector):
    engine(mesh(x, 0, 1, 1, y, 0, 1, 1, [0.1, 0.2, 0.3, 0.4], detector))
    assert [policy.seconds for policy in detector.policies] == [0.1, 0.2, 0.3, 0.4]


def test_a_mesh_of_a_billion_points_is_refused_at_once(x, y, detector):
    """U9."""
    assert "too many" in refused(mesh(x, 0, 1, 31622, y, 0, 1, 31622, 0.1, detector))
