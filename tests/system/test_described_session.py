"""A session on a beamline that a folder describes, and a second one beside it."""

import io
import re

import bluesky.plan_stubs as bps
import pytest

from blueline import BluelineError, open_session
from blueline.config import load_configuration
from blueline.config.example_beamline import write_example
from blueline.config.taken_names import taken
from blueline.locks import LockedError
from blueline.shell.commands import member_names
from blueline.shell.prompt import Prompt
from blueline.shell.typing import typed
from blueline.shell.vocabulary import Vocabulary
from devices import NotConnectedError
from planlib import ascan
from tests.waiting import PATIENCE, wait_until


def on_beamline(name, where, ioc):
    """Write the example for a simulated beamline that runs already."""
    folder = write_example(name, where)
    file = folder / "beamline.yml"
    text = file.read_text().replace('P: "BL:"', f'P: "{ioc.prefix}"')
    file.write_text(text.replace("port: 5064", f"port: {ioc.port}"))
    return folder


@pytest.fixture(scope="module")
def folder(instant_ioc, tmp_path_factory):
    """The example, on the beamline of the tests instead of a simulation of its own."""
    folder = on_beamline("mine", tmp_path_factory.mktemp("beamlines"), instant_ioc)
    motors = folder / "motors" / "motors.yml"
    motors.write_text(motors.read_text() + _HUNG)
    return folder


#: One that does not exist.
_HUNG = """
  - name: nobody
    class: devices.Motor
    prefix: "$(P)nobody"
"""


@pytest.fixture(scope="module")
def screen():
    return io.StringIO()


@pytest.fixture(scope="module")
def session(folder, screen):
    with open_session(folder, screen=screen) as opened:
        yield opened


def test_a_dead_device_is_told_and_stops_no_other(session, screen):
    assert "1 of " in screen.getvalue()
    assert "nobody" in screen.getvalue()
    assert session.devices["x"].connected


def test_what_the_setup_file_defines_is_at_the_prompt(session):
    assert "across_beam" in session.namespace()
    session.RE(session.namespace()["across_beam"](width=0.2, points=3))
    assert session.last_scan.start["num_points"] == 3


def test_no_device_can_have_a_name_that_means_something_at_the_prompt(session):
    names = Prompt(session).vocabulary.names
    free = {name for name in names if not taken(name) and not name.startswith("_")}
    assert free == {*session.devices, *member_names(session), "en", "across_beam", "Any", "planlib"}


def test_an_alias_is_the_device(session):
    assert session.namespace()["en"] is session.devices["energy"]


def test_commands_are_there_for_scripts_too(session):
    assert callable(session.namespace()["umv"])


def test_the_guards_of_the_description_protect_scans(session):
    guards = session.beamline.suspenders
    assert set(guards) == {"beam_lost"}
    assert guards["beam_lost"] in session.RE.suspenders


def test_runs_are_numbered_and_named_as_the_description_says(session, folder):
    session.RE(ascan(session.devices["x"], 0, 0.1, 1, 0.1))
    start = session.last_scan.start
    assert start["data_set"] == "blueline"
    assert start["beamline"]["name"] == "mine"
    assert session.folder.root == folder / "data"


def test_metadata_that_people_set_survives_the_session_and_bluesky_s_does_not(session):
    session.RE.md["sample"] = "Cu foil"
    kept = session.settings.namespace("metadata")
    assert kept["sample"] == "Cu foil"
    assert not {"versions", "scan_id"} & set(kept)
    del session.RE.md["sample"]


def test_chosen_counters_are_kept(session):
    counters = session.namespace()["counters"]
    assert repr(counters(session.devices["mg"])) == "scans read mg where they name no counters"
    assert session.context.counters == ["mg"]
    assert repr(counters()) == "scans read scaler where they name no counters"
    with pytest.raises(BluelineError, match="no device of this session is called nowhere"):
        counters("nowhere")


def test_the_word_counters_alone_shows_the_choice_and_keeps_it(session):
    names = session.namespace()
    names["counters"]("mg")
    try:
        assert typed("counters", Vocabulary(names, {})) == "counters"
        assert typed("counters scaler", Vocabulary(names, {})) == "counters(scaler)"
        assert repr(names["counters"]) == "scans read mg where they name no counters"
        assert session.context.counters == ["mg"]
    finally:
        names["counters"]()


@pytest.fixture
def names(session):
    """What can be typed; the file of the motors and the velocity of x are as they were after it."""
    x, file = session.devices["x"], session.config.folder / "motors" / "motors.yml"
    before, velocity = file.read_text(), x.velocity.get()
    yield session.namespace()
    file.write_text(before)
    x.velocity.set(velocity).wait(PATIENCE)


def written_about(session, name):
    return load_configuration(session.config.folder).device_entries[name].written.settings


def test_settings_of_a_device_are_written_into_its_file_and_put_from_there(session, screen, names):
    x = session.devices["x"]
    velocity = x.velocity.get()
    names["settings_to_config"](x, settings="velocity")
    assert written_about(session, "x") == {"velocity": velocity}
    x.velocity.set(velocity / 2).wait(PATIENCE)
    names["apply_config"]("x")
    assert x.velocity.get() == velocity
    assert screen.getvalue().endswith(f"x.velocity was {velocity / 2}\n")
    x.velocity.set(velocity / 2).wait(PATIENCE)
    names["settings_to_config"]()
    assert written_about(session, "x") == {"velocity": velocity / 2}
    said = screen.getvalue().splitlines()[-2:]
    assert said[0] == f"x.velocity is {velocity / 2}, written is {velocity}"
    assert said[1].startswith("written into ")
    assert said[1].endswith("motors.yml")
    for command in ("settings_to_config", "apply_config"):
        names[command]()
        assert screen.getvalue().endswith("\nx.velocity: as written\n")


def test_a_device_of_which_no_setting_is_written_is_told_with_what_it_has(session, screen, names):
    x = session.devices["x"]
    x.velocity.set(x.velocity.get() / 2).wait(PATIENCE)
    for command in ("settings_to_config", "apply_config"):
        names[command](x)
        said = screen.getvalue().splitlines()[-1]
        assert said.startswith(
            'no setting of x is written; settings_to_config(x, settings="...") writes those that '
            "are named; there are velocity, "
        )
        names[command]()
        said = screen.getvalue().splitlines()[-1]
        assert said.startswith("no setting is written; settings_to_config(x, settings=")


def test_settings_of_what_is_no_device_or_does_not_answer_are_refused(names):
    with pytest.raises(BluelineError, match="no device q; lsobj"):
        names["settings_to_config"]("q")
    with pytest.raises(NotConnectedError, match="nobody is not connected"):
        names["settings_to_config"]("nobody")
    with pytest.raises(BluelineError, match="takes the devices too"):
        names["settings_to_config"](settings="velocity")


def test_the_drawing_of_the_beamline_shows_where_everything_is(session, names, screen):
    session.RE(bps.mv(session.devices["x"], 1.25))
    names["synoptic"]()
    text = (session.folder.root / "synoptic.svg").read_text()
    assert screen.getvalue().endswith("synoptic.svg\n")
    assert ">x 1.2500 mm</text>" in text
    assert re.search(r">\d+(\.\d+)? mA</text>", text)
    assert not re.search(r"\{\w+\} mA|>\{", text)


@pytest.fixture(scope="module")
def told():
    return io.StringIO()


@pytest.fixture(scope="module")
def second(session, folder, told):
    with open_session(folder, session="alignment", screen=told) as opened:
        yield opened


def test_a_second_session_is_told_who_drives_the_beamline(second, told):
    assert "this session can look, and run nothing" in told.getvalue()
    assert "pid" in told.getvalue()


def test_a_second_session_can_look(second):
    assert second.devices["x"].connected
    assert "camera" not in second.devices


def test_a_second_session_runs_no_plan_and_moves_nothing(second):
    before = second.devices["x"].position
    with pytest.raises(LockedError, match=r"beamline mine \(I: at .*\) is used by"):
        second.RE(bps.mv(second.devices["x"], before + 1))
    assert second.devices["x"].position == before


@pytest.mark.parametrize(
    "asked",
    [
        lambda x: x.set(1),
        lambda x: x.jog(0.5),
        lambda x: x.home(),
        lambda x: x.find_limit("high"),
        lambda x: x.set_position(5),
        lambda x: x.set_limits(-1, 1),
        lambda x: x.parameters.set(velocity=0.5),
    ],
    ids=["set", "jog", "home", "find_limit", "set_position", "set_limits", "parameters"],
)
def test_an_axis_of_a_second_session_does_nothing_by_itself_either(second, asked):
    x = second.devices["x"]
    before = x.parameters.get(), x.limits, x.position
    with pytest.raises(LockedError, match=r"beamline mine \(I: at .*\) is used by"):
        asked(x)
    assert (x.parameters.get(), x.limits, x.position) == before
    assert not x.moving


@pytest.mark.parametrize(
    "typed",
    [
        "counters('scaler')",
        "RE.md.update(operator='ada')",
        "parameters('fly scan', start=1)",
        "plotselect('I0')",
        "instrument('stage', x)",
        "newsample('Cu')",
        "lock(x)",
        "settings_to_config()",
    ],
)
def test_what_a_session_shares_is_not_changed_by_one_that_can_only_look(second, session, typed):
    before = dict(session.RE.md), session.context.counters, session.data_policy.state
    with pytest.raises(LockedError, match=r"beamline mine \(I: at .*\) is used by"):
        eval(typed, dict(second.namespace()))  # noqa: S307 - as it is typed at the prompt
    assert (dict(session.RE.md), session.context.counters, session.data_policy.state) == before
    assert not session.device_locks.lslock()


def test_an_axis_that_a_second_session_makes_later_does_not_move_either(second):
    assert "bragg" not in second.devices
    bragg = second.beamline.get("bragg")
    bragg.wait_for_connection(timeout=PATIENCE)
    before = bragg.position
    with pytest.raises(LockedError, match=r"beamline mine \(I: at .*\) is used by"):
        bragg.set(before + 0.01)
    assert bragg.position == before


def test_a_shutter_of_a_second_session_stays_as_it_is(second, session):
    shutter = second.devices["shutter"]
    before = shutter.state
    with pytest.raises(LockedError, match=r"beamline mine \(I: at .*\) is used by"):
        shutter.set("closed" if before == "open" else "open")
    assert session.devices["shutter"].state == before


def test_a_session_of_another_folder_on_the_same_simulation_can_look_only(
    session, tmp_path, instant_ioc
):
    other = on_beamline("other", tmp_path, instant_ioc)
    told = io.StringIO()
    with open_session(other, screen=told) as opened:
        assert "run nothing: beamline other (I: at 127.0.0.1:" in told.getvalue()
        assert not opened.lock.is_held


def test_a_guard_that_cannot_be_made_lets_no_plan_run(folder, tmp_path, instant_ioc):
    broken = on_beamline("broken", tmp_path, instant_ioc)
    file = broken / "beamline.yml"
    file.write_text(file.read_text().replace("beamline:\n", "beamline:\n  lock: false\n", 1))
    sessions = broken / "sessions.yml"
    sessions.write_text(
        sessions.read_text().replace("signal: $ring_current", "signal: $ring_current.absent")
    )
    with open_session(broken, screen=io.StringIO()) as opened:
        wait_until("x answers", lambda: opened.devices["x"].connected)
        with pytest.raises(BluelineError, match=r"beam_lost could not be made.*sessions\.yml"):
            opened.RE(bps.mv(opened.devices["x"], 0))


def test_a_session_that_is_not_there_is_refused_with_those_that_are(folder):
    with pytest.raises(BluelineError, match="mine has no session night; there are default, align"):
        open_session(folder, session="night", screen=io.StringIO())
