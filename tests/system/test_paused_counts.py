"""A pause in the middle of a count, as by a second Ctrl-C, and a scan that goes on after it."""

import threading

import pytest
from bluesky.utils import RunEngineInterrupted

from planlib import ascan, ct

#: Seconds to count, of which the virtual beamline has twenty in one of ours.
LONG = 30.0


@pytest.fixture(scope="module")
def session(fast_session):
    return fast_session


@pytest.fixture
def paused(session):
    """Run a plan, pause it within its first count, and resume it."""

    def run(plan):
        timer = threading.Timer(0.7, session.RE.request_pause, [False])
        timer.start()
        with pytest.raises(RunEngineInterrupted):
            session.RE(plan)
        timer.join()
        session.RE.resume()

    return run


@pytest.mark.parametrize("counter", ["scaler", "mg"])
def test_a_point_that_was_paused_is_counted_again_whole(session, paused, counter):
    devices = session.devices
    paused(ascan(devices["x"], 0, 0.1, 1, LONG, devices[counter]))
    assert session.last_scan.stop["exit_status"] == "success"
    assert list(session.last_scan.column("seconds")) == pytest.approx([LONG, LONG], rel=0.01)


@pytest.mark.parametrize("counter", ["scaler", "mg"])
def test_a_single_count_that_was_paused_is_counted_again_and_leaves_the_scaler_free(
    session, paused, counter
):
    paused(ct(LONG, session.devices[counter]))
    session.RE(ct(0.1, session.devices[counter]))
