"""What Ctrl-C does to a scan is configured, and said at the prompt."""

import io
from types import SimpleNamespace

import pytest

from blueline.errors import BluelineError
from blueline.settings import open_settings
from blueline.shell.at_ctrl_c import at_ctrl_c
from blueline.shell.commands import make_commands
from blueline.shell.interrupts import Choice


@pytest.fixture
def session(tmp_path):
    with open_settings(tmp_path / "settings.sqlite") as settings:
        yield SimpleNamespace(
            settings=settings, name="users", config=None, devices={}, screen=io.StringIO()
        )


def configured(session, does):
    session.config = SimpleNamespace(beamline=SimpleNamespace(ctrl_c=does))


def test_people_are_asked_where_nobody_says_anything(session):
    assert at_ctrl_c(session) is None
    make_commands(session)["ctrl_c"]()
    assert session.screen.getvalue() == "Ctrl-C pauses a scan after its point, and asks\n"


@pytest.mark.parametrize(
    ("does", "meant"),
    [("ask", None), ("stop", Choice.STOP), ("abort", Choice.ABORT), ("pause", Choice.WAIT)],
)
def test_the_configuration_says_what_is_usual(session, does, meant):
    configured(session, does)
    assert at_ctrl_c(session) is meant


def test_what_is_said_at_the_prompt_counts_more_and_is_kept_for_the_session(session):
    configured(session, "stop")
    make_commands(session)["ctrl_c"]("abort")
    assert at_ctrl_c(session) is Choice.ABORT
    session.name = "others"
    assert at_ctrl_c(session) is Choice.STOP


def test_what_ctrl_c_cannot_do_is_refused_with_what_it_can(session):
    with pytest.raises(BluelineError, match="Ctrl-C can ask, stop, abort, pause, not 'explode'"):
        make_commands(session)["ctrl_c"]("explode")
