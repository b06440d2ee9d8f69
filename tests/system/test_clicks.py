"""A click into the plot window, from the mouse to the axes."""

import pytest

from blueline import BluelineError
from planlib import ascan
from tests.system.plot_window import click, colors, session_on_display, window_of
from tests.waiting import wait_until

pytestmark = [pytest.mark.needs_system, pytest.mark.timeout(180)]

#: Seconds in which a process for plots starts on a busy machine and has opened its window.
PATIENCE = 60.0


@pytest.fixture(scope="module")
def session(instant_ioc, tmp_path_factory):
    with session_on_display(instant_ioc, tmp_path_factory.mktemp("data")) as opened:
        yield opened


@pytest.fixture
def goto_click(session):
    yield session.namespace()["goto_click"]
    session.consumers.clicked.clear()


def test_an_axis_goes_to_where_its_plot_was_clicked(session, goto_click, monkeypatch):
    x = session.devices["x"]
    session.RE(ascan(x, 0, 2, 10, 0.1))
    number = session.last_scan.start["scan_id"]
    wait_until("the window shows the scan", lambda: window_of(f"blueline: scan {number}"), PATIENCE)
    wait_until("it is drawn", lambda: colors() > 200, PATIENCE)
    click(450, 300)
    wait_until("the session has heard of it", lambda: session.clicked, PATIENCE)
    (place,) = session.clicked.values()
    assert 0 < place < 2
    goto_click()
    assert x.position == pytest.approx(place, abs=0.01)


@pytest.mark.parametrize(
    ("clicked", "why"),
    [
        ({}, "no plot was clicked yet"),
        ({"x": 1e6}, "limits"),
        ({"x": 1.0, "ghost": 2.0}, "ghost was clicked, which is no axis"),
    ],
    ids=["no click", "beyond the limits", "no axis"],
)
def test_nothing_moves_where_it_cannot(session, goto_click, clicked, why):
    x = session.devices["x"]
    before = x.position
    session.consumers.clicked.update(clicked)
    with pytest.raises(Exception, match=why) as refused:
        goto_click()
    assert isinstance(refused.value, BluelineError) or "limits" in str(refused.value)
    assert x.position == before
