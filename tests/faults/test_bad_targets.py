"""H12, H13: positions that are no positions, or lie beyond the limits."""

import math

import bluesky.plan_stubs as bps
import pytest
from caproto import ErrorResponseReceived

from devices import OutOfLimitsError
from devices.channel_access import fetch
from planlib import ascan, dscan, mesh
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE

NOT_FINITE = [math.nan, math.inf, -math.inf]


@pytest.fixture
def untouched(devices):
    """After the test, no motor has been sent anywhere: a put would have renewed the time."""
    motors = [devices[name] for name in ("x", "y", "bragg", "gap", "translation")]
    setpoints = [motor.user_setpoint for motor in motors]
    before = fetch(setpoints)
    yield
    assert fetch(setpoints) == before


@pytest.mark.parametrize("target", [99.0, -25.1, 1e9])
def test_mv_beyond_the_limit_is_refused_before_anything_moves(untouched, engine, x, target):
    with pytest.raises(OutOfLimitsError, match=r"x cannot go to .* mm: its limits are -25 to 25"):
        engine(bps.mv(x, target))


@pytest.mark.parametrize(
    "scan",
    [
        lambda d: ascan(d["x"], 20, 30, 10, 0.1, d["scaler"]),
        lambda d: dscan(d["x"], -30, 0, 10, 0.1, d["scaler"]),
        lambda d: mesh(d["x"], 0, 1, 2, d["y"], 0, 26, 2, 0.1, d["scaler"]),
        lambda d: ascan(d["energy"], 9000, 2000, 10, 0.1, d["scaler"]),
    ],
    ids=["ascan", "dscan", "mesh", "energy"],
)
def test_a_scan_that_would_run_into_a_limit_is_refused_before_it_starts(
    untouched, engine, documents, devices, scan
):
    with pytest.raises(OutOfLimitsError, match="cannot go to"):
        engine(scan(devices))
    assert documents == []


@pytest.mark.parametrize("target", NOT_FINITE)
def test_a_target_that_is_not_finite_is_refused_before_any_put(untouched, engine, x, target):
    with pytest.raises(ValueError, match=r"x cannot go to .*: that is no position"):
        engine(bps.mv(x, target))


@pytest.mark.parametrize("bounds", [(0.0, math.nan), (math.inf, 1.0)])
def test_a_scan_over_what_is_not_finite_is_refused_before_it_starts(
    untouched, engine, documents, devices, bounds
):
    with pytest.raises(ValueError, match="of x"):
        engine(ascan(devices["x"], *bounds, 10, 0.1, devices["scaler"]))
    assert documents == []


def test_an_energy_that_is_not_a_number_is_refused_before_any_put(untouched, engine, devices):
    with pytest.raises(ValueError, match="energy cannot go to nan eV"):
        engine(bps.mv(devices["energy"], math.nan))


def test_the_ioc_survives_what_is_not_finite_from_any_client(fault, x):
    for field in ("", ".RLV", ".HLM", ".VELO", ".OFF", ".MRES"):
        for value in NOT_FINITE:
            with pytest.raises(ErrorResponseReceived):
                write_pv(f"X:sample:x{field}", value)
    assert fault.is_running()
    x.set(0.1).wait(PATIENCE)
    assert read_pv("X:sample:x.RBV") == 0.1
