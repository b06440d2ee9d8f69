"""What is done with scans beside keeping them is switched at the prompt, and stays so (PS-103)."""

import pytest

from blueline import open_session
from planlib import ascan
from tests.waiting import PATIENCE

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def opened(instant_ioc, tmp_path, unseen):
    """Open a session on the same folder, again and again."""
    with (tmp_path / "screen").open("w") as screen:
        yield lambda: open_session(
            data=tmp_path, port=instant_ioc.port, prefix=instant_ioc.prefix, screen=screen
        )


def scanned(session):
    (uid,) = session.RE(ascan(session.devices["x"], 0, 2, 10, 0.1))
    assert session.recorder.drain(PATIENCE)
    return uid


def stored(session):
    return list(session.folder.root.glob("results/*.json"))


def test_fits_after_a_scan_are_switched_off_for_good_and_made_when_somebody_asks(opened):
    with opened() as session:
        session.namespace()["switches"](fit=False)
        uid = scanned(session)
        assert stored(session) == []
        assert next(iter(session.results(uid).values())).fit.message
    with opened() as session:
        switches = session.namespace()["switches"]
        assert repr(switches) == "print on, plot on, fit off"
        scanned(session)
        assert stored(session) == []
        switches(fit=True)
        scanned(session)
        assert len(stored(session)) == 1


def test_a_table_that_was_switched_off_stays_off_in_the_next_session(opened, tmp_path):
    with opened() as session:
        session.namespace()["switches"](print=False)
    with opened() as session:
        before = (tmp_path / "screen").read_text()
        scanned(session)
        shown = (tmp_path / "screen").read_text()[len(before) :]
        assert len(shown.splitlines()) < 11  # one for each point, if there were a table
        assert not session.namespace()["switches"].is_on("print")
