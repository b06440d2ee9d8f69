"""What is typed at the prompt jogs an axis that is locked and watched like any (BL-56)."""

import pytest

from blueline.shell.live import moving_among
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


def test_a_jog_says_where_the_axis_stands_in_the_end(fast_session, theta, monkeypatch):
    told = []
    monkeypatch.setattr(fast_session.context, "tell", told.append)
    fast_session.RE(jog(theta, 1.0, 0.3))
    assert told == [f"theta stands at {theta.position:.6g} deg"]


def test_what_a_jog_moves_is_known_while_it_does(fast_session, theta):
    seen = []

    def look(_):
        seen.extend(each.name for each in moving_among(fast_session.RE.touched))

    fast_session.RE.msg_hook = look
    fast_session.RE(jog(theta, 1.0, 0.3))
    fast_session.RE.msg_hook = None
    assert set(seen) == {"theta"}
    assert moving_among(fast_session.RE.touched) == []


def test_a_scan_of_another_axis_runs_while_one_turns(fast_session, theta):
    inner = ascan(fast_session.devices["x"], 0, 1, 2, 0.1, fast_session.devices["scaler"], theta)
    fast_session.RE(jogging(inner, theta, 0.5))
    turned = fast_session.last_scan.column("theta")
    assert sorted(turned) == list(turned)
    assert turned[-1] > turned[0]
    assert not theta.moving
