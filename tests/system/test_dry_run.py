"""Scans of the virtual beamline, foretold before they run, against what they then took."""

import time

import bluesky.plans as bp
import numpy as np
import pytest

from blueline.beamline import COUNTERS
from devices import MonochromatorEnergy, Motor, Scaler
from devices.axes.kinematics import SILICON_111
from planlib.context import NoSession
from planlib.dryrun import check, forecast
from planlib.stepping.scan import StepScan
from planlib.trajectories import line
from tests.waiting import PATIENCE


@pytest.fixture(scope="module")
def axes(instant_ioc):
    names = {"x": "sample:x", "bragg": "mono:bragg", "gap": "mono:gap"}
    names["translation"] = "mono:translation"
    made = {name: Motor(f"I:{record}", name=name) for name, record in names.items()}
    for motor in made.values():
        motor.wait_for_connection(timeout=PATIENCE)
    crystals = {name: made[name] for name in ("bragg", "gap", "translation")}
    made["energy"] = MonochromatorEnergy(name="energy", **crystals)
    yield made
    for name in names:
        made[name].destroy()


@pytest.fixture
def scaler(instant_ioc, connected):
    return connected(Scaler("I:scaler1", name="scaler", counters=COUNTERS))


def test_a_thousand_energies_are_foretold_without_a_move(axes, scaler):
    scan = StepScan([axes["energy"]], line([(8900, 9500)], 999), [scaler], 0.1)
    before = axes["bragg"].target
    foretold = forecast(scan, NoSession())
    assert foretold.points == 1000
    assert foretold.counting == pytest.approx(100)
    assert foretold.moving > 0
    assert axes["bragg"].target == before


def test_the_real_axis_that_ends_a_scan_is_named_with_position_and_limits(axes, scaler):
    (problem,) = check(bp.scan([scaler], axes["energy"], 9000, 2000, 15)).problems
    assert problem.startswith("energy cannot go to 2000 eV: bragg would have to go to 81.3")
    assert problem.endswith("and its limits are 3 to 65 deg")


def test_a_pseudo_axis_takes_as_long_as_the_slowest_axis_under_it(axes):
    energy, bragg, translation = (axes[name] for name in ("energy", "bragg", "translation"))
    energies = np.linspace(9000, 9600, 7)
    angles = np.degrees(np.arcsin(12398.419843320026 / energies / (2 * SILICON_111)))
    both = [
        bragg.travel_times(angles),
        translation.travel_times(25 / 2 / np.sin(np.radians(angles))),
    ]
    assert energy.travel_times(energies) == pytest.approx(np.max(both, axis=0), rel=1e-2)


def test_moves_of_a_motor_take_what_its_record_says(axes):
    x = axes["x"]
    velocity, seconds_to_it = x.velocity.get(), x.acceleration_time.get()
    seconds = x.travel_times([x.position + 5, x.position + 5])
    assert seconds == pytest.approx([5 / velocity + seconds_to_it, 0.0])


def test_a_stock_motor_is_foretold_by_its_record_too(instant_ioc, connected, scaler):
    from ophyd import EpicsMotor

    y = connected(EpicsMotor("I:sample:y", name="y"))
    report = check(bp.list_scan([scaler], y, [0, 2, 4]))
    assert report.ok
    assert report.time.moving > 2.0
    assert report.axes[0].limits.remark == ""
    beyond = check(bp.scan([scaler], y, 0, 99, 3))
    assert not beyond.ok


def test_a_scan_takes_about_what_was_foretold(fast_ioc, connected, engine):
    """Generous, since the machine may be busy; `make bench` has the figures."""
    x = connected(Motor("F:sample:y", name="x"))
    scaler = connected(Scaler("F:scaler1", name="scaler", counters=COUNTERS))
    factor = 20
    foretold = check(bp.scan([scaler], x, 0, 4, 5))
    began = time.monotonic()
    engine(bp.scan([scaler], x, 0, 4, 5))
    took = time.monotonic() - began
    expected = (foretold.time.moving + foretold.time.counting) / factor
    assert expected < took < expected + 20.0
