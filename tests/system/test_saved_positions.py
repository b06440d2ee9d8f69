"""Positions and named scans on the virtual beamline."""

import bluesky.plan_stubs as bps
import pytest

from blueline.positions import PositionError, PositionStore
from blueline.scan_definitions import ScanDefinitionError, ScanDefinitions
from planlib import ascan, check

INSTRUMENT = ("x", "y", "energy", "hslit", "shutter", "i0_amplifier", "filters")


@pytest.fixture(scope="module")
def store(session):
    made = PositionStore(session.settings, session.devices)
    made.add_instrument("everything", *INSTRUMENT)
    made.add_instrument("stage", "x", "y")
    return made


@pytest.fixture(scope="module")
def scans(session):
    return ScanDefinitions(session.settings, session.context)


def moved(session, *targets):
    names, places = targets[::2], targets[1::2]
    for name, place in zip(names, places, strict=True):
        session.RE(bps.mv(session.devices[name], place))


def test_devices_of_all_kinds_come_back(session, store):
    moved(session, "x", 1.5, "energy", 9000, "shutter", "open", "i0_amplifier", 1e6)
    moved(session, "hslit", {"low": -0.5, "high": 1}, "filters", [2])
    saved = store.save("everything", "aligned")
    moved(session, "x", 0, "energy", 9500, "shutter", "closed", "i0_amplifier", 1e7)
    moved(session, "hslit", {"low": -1, "high": 2}, "filters", [])
    session.RE(store.restore("everything", "aligned"))
    again = store.save("everything", "again")
    words = ("shutter", "filters", "i0_amplifier")
    assert {name: again.positions[name] for name in words} == {
        "shutter": "open",
        "filters": [2],
        "i0_amplifier": 1e6,
    }
    assert again.positions["hslit"] == pytest.approx(saved.positions["hslit"], abs=1e-6)
    for name in ("x", "y", "energy"):
        assert again.readbacks[name] == pytest.approx(saved.positions[name], abs=0.01)


def test_what_stays_is_not_moved(session, store):
    moved(session, "x", 1, "y", 1)
    store.save("stage", "both")
    moved(session, "x", 0, "y", 0)
    session.RE(store.restore("stage", "both", exclude=["y"]))
    assert store.save("stage", "one").positions == {"x": 1, "y": 0}


def test_a_restore_can_be_checked_first(session, store):
    store.save("stage", "here", overwrite=True)
    report = check(store.restore("stage", "here"), session.context)
    assert not report.problems
    assert [row.name for row in report.axes] == ["x", "y"]


def test_a_position_beyond_limits_moves_nothing(session, store):
    moved(session, "x", 2, "y", 2)
    store.save("stage", "far")
    moved(session, "x", 0, "y", 0)
    limit = session.devices["y"].high_limit
    before = limit.get()
    limit.set(1).wait(10)
    try:
        with pytest.raises(PositionError, match="far of stage cannot be reached: y cannot go to 2"):
            session.RE(store.restore("stage", "far"))
    finally:
        limit.set(before).wait(10)
    assert session.devices["x"].position == 0


def test_axes_that_move_one_another_are_not_saved_together(session, store):
    store.add_instrument("mono", "energy", "bragg")
    with pytest.raises(PositionError, match="energy moves bragg"):
        store.save("mono", "edge")


def test_what_only_reads_is_not_saved(store):
    store.add_instrument("ring", "ring_current")
    with pytest.raises(PositionError, match="nothing sets it"):
        store.save("ring", "now")


def test_a_named_scan_runs(session, scans):
    scans.define("align", ascan(session.devices["x"], -1, 1, 4, 0.1), "coarse")
    first, second = session.RE(scans.do_scan("align", 2))
    start = session.last_scan.start
    assert start["uid"] == second
    assert (start["scan_command"], start["scan_definition"]) == (
        "ascan x -1 1 4 0.1 scaler",
        "align",
    )
    assert len(session.columns(first)["time"]) == 5


def test_the_last_run_can_have_a_name(session, scans):
    (uid,) = session.RE(ascan(session.devices["y"], 0, 1, 2, 0.1))
    scans.define("last", -1)
    session.RE(scans.do_scan("last"))
    assert session.last_scan.start["repeat_of"] == uid


def test_a_scan_beyond_limits_gets_no_name(session, scans):
    with pytest.raises(ScanDefinitionError, match=r"x cannot go to \d+ mm: its limits"):
        scans.define("far", ascan(session.devices["x"], 0, 1000, 4, 0.1))
    assert "far" not in [scan.name for scan in scans.definitions()]
