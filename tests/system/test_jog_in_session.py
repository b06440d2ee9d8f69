"""What is typed at the prompt jogs an axis that is locked and watched like any (BL-56)."""

import pytest

from planlib import ascan, jog, jogging


@pytest.fixture
def theta(fast_session):
    axis = fast_session.devices["theta"]
    axis.set(0.0).wait(60)
    yield axis
    axis.stop()


def test_a_typed_jog_moves_and_stops(fast_session, theta):
    fast_session.RE(jog(theta, 1.0, 0.3))
    assert theta.position > 0.5
    assert not theta.moving


def test_a_scan_of_another_axis_runs_while_one_turns(fast_session, theta):
    inner = ascan(fast_session.devices["x"], 0, 1, 2, 0.1, fast_session.devices["scaler"], theta)
    fast_session.RE(jogging(inner, theta, 0.5))
    turned = fast_session.last_scan.column("theta")
    assert sorted(turned) == list(turned)
    assert turned[-1] > turned[0]
    assert not theta.moving
