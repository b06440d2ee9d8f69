"""What a session's consumers give to people and to other programs."""

import logging

import pytest
from bluesky.utils import Msg, RunEngineInterrupted

from blueline import open_session
from planlib import ascan
from tests.waiting import PATIENCE, wait_until


@pytest.fixture(scope="module")
def session(instant_ioc, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    with (
        (folder / "screen").open("w") as screen,
        open_session(
            data=folder, port=instant_ioc.port, prefix="I:", screen=screen, stream="127.0.0.1:0"
        ) as opened,
    ):
        yield opened


@pytest.fixture(scope="module")
def uid(session):
    (uid,) = session.RE(ascan(session.devices["x"], 0, 2, 10, 0.1))
    assert session.recorder.drain(PATIENCE)
    return uid


def test_no_consumer_is_behind_or_put_aside(session, uid):
    states = session.recorder.status()
    assert not [each.name for each in states if each.failure or each.lag]


def test_progress_says_that_all_points_are_done(session, uid):
    assert (session.progress.done, session.progress.points) == (11, 11)


def test_progress_of_a_paused_scan_says_since_when_it_is(session, uid):
    def pausing():
        yield Msg("open_run", num_points=5)
        yield Msg("checkpoint")
        yield Msg("pause")
        yield Msg("null")
        said.append(str(session.progress))
        yield Msg("close_run")

    said = []
    with pytest.raises(RunEngineInterrupted):
        session.RE(pausing())
    wait_until("its run is known", lambda: not session.progress.has_ended)
    assert str(session.progress).startswith("0 of 5 points, paused since ")
    session.RE.resume()
    assert "paused" not in said[0]
    assert session.recorder.drain(PATIENCE)


def test_the_numbers_of_what_is_plotted_come_first(session, uid):
    assert next(iter(session.results(uid))) == "It"


def test_numbers_of_runs_that_are_forgotten_come_from_their_files(session, uid):
    before = session.results(uid)
    session.consumers.peaks.results.clear()
    assert session.results(uid).keys() == before.keys()


def test_all_files_of_the_scan_are_there(session, uid):
    made = {path.suffix for path in session.folder.root.iterdir()}
    assert {".spec", ".csv", ".xdi", ".nxs", ".png"} <= made


def test_the_selected_counter_is_the_one_that_is_looked_at(session, uid):
    plotselect = session.namespace()["plotselect"]
    plotselect("If")
    try:
        session.RE(ascan(session.devices["x"], 0, 2, 4, 0.1))
    finally:
        plotselect()
    assert session.last_scan.plotted() == "If"


def test_what_is_selected_after_a_scan_is_where_its_center_is_looked_for(session, uid):
    """BL-157."""
    session.RE(ascan(session.devices["x"], -1, 1, 8, 0.1))
    names = session.namespace()
    names["plotselect"]("If/I0")
    try:
        scan = session.context.last_scan()
        assert scan.plotted() == "If/I0"
        expected = scan.column("If") / scan.column("I0")
        assert scan.column("If/I0").tolist() == expected.tolist()
    finally:
        names["plotselect"]()
    assert session.context.last_scan().plotted() == "It"


def test_people_see_what_devices_warn_of(session, uid):
    """PS-07."""
    logging.getLogger("devices.counters.counter").warning("%s gives no value", "gauge")
    screen = session.folder.root / "screen"
    wait_until("it is shown", lambda: "gauge gives no value\n" in screen.read_text())
