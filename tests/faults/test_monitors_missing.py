"""Monitors that come after completion, or never: what is recorded is what the axis did."""

import bluesky.plans as bp
import pytest

from tests.waiting import PATIENCE

POINTS = [0.1, 0.2, 0.1, 0.1, 0.0]


@pytest.fixture(params=["late", "quiet", "mute"])
def deceived(request, inject, x):
    """The motor, whose record is late, or tells only changes, or nothing."""
    inject("sample:x", request.param, 0.05 if request.param == "late" else 1)
    return x


def test_every_point_has_the_readback_of_its_own_move(deceived, engine, documents):
    engine(bp.list_scan([], deceived, POINTS))
    data = [doc["data"] for name, doc in documents if name == "event"]
    assert [row["x"] for row in data] == POINTS
    assert [row["x_setpoint"] for row in data] == POINTS


def test_a_move_to_where_it_stands_ends(deceived):
    deceived.set(0.0).wait(PATIENCE)
    assert deceived.position == 0.0
