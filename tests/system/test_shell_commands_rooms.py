"""Commands of the prompt for what other parts of the application keep: positions, scans, locks."""

import re
import subprocess
import sys

import pytest
from bluesky import plan_stubs as bps
from ophyd.sim import SynAxis

from blueline.errors import BluelineError
from blueline.locks import DeviceLocks, LockedError, MachineLock, StolenLockError
from planlib import ascan
from tests.system.printed import row
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def x(session):
    """An axis that is at 0, dial and user, between -25 and 25 before and after a test."""
    axis = session.devices["x"]
    yield axis
    axis.set(0).wait(PATIENCE)


def test_an_instrument_is_brought_back_to_where_it_was_saved(commands, x, printed):
    commands["instrument"]("stage", x, "y")
    commands["mv"](x, 2, "y", -2)
    commands["save_position"]("stage", "aligned", "on the foil")
    commands["mv"](x, 0, "y", 0)
    commands["restore_position"]("stage", "aligned", "y")
    assert (commands["wmr"](x), commands["wmr"]("y")) == (2.0, 0.0)
    commands["mv"](x, 0)
    commands["restore_position"]("stage", "aligned", exclude=["y"])
    assert (commands["wmr"](x), commands["wmr"]("y")) == (2.0, 0.0)
    commands["restore_position"]("stage", "aligned")
    assert commands["wmr"]("y") == -2.0
    commands["rename_position"]("stage", "aligned", "foil")
    commands["note_position"]("stage", "foil", "after lunch")
    assert printed().endswith("noted of foil of stage: after lunch\n")
    commands["positions"]("stage")
    assert row(printed(), "foil")[-2:] == ["after", "lunch"]
    commands["remove_position"]("stage", "foil")
    commands["positions"]("stage")
    assert printed().endswith("none is saved yet\n")
    commands["mv"]("y", 0)


def test_an_instrument_is_forgotten_with_its_positions(commands, printed):
    commands["instrument"]("bench", "x")
    commands["save_position"]("bench", "here")
    commands["remove_instrument"]("bench")
    assert printed().endswith("bench and its positions were removed\n")
    with pytest.raises(BluelineError, match="bench"):
        commands["positions"]("bench")
    commands["instrument"]("bench", "x")
    commands["positions"]("bench")
    assert printed().endswith("none is saved yet\n")
    commands["remove_instrument"]("bench")


def test_instruments_are_listed(commands, printed):
    commands["instrument"]("table", "theta", "y")
    commands["positions"]()
    assert re.search(r"^table +theta, y$", printed(), re.MULTILINE)


@pytest.fixture
def script(session):
    """Give the folder of the scripts with one script in it."""
    folder = session.folder.root / "scripts"
    folder.mkdir(exist_ok=True)
    path = folder / "half_way.py"
    path.write_text("def half_way(axis):\n    mv(axis, wmr(axis) / 2)\n\n\nplace = wmr(x)\n")
    return folder


def test_a_script_has_the_names_of_the_prompt_and_gives_its_own(commands, x, script, printed):
    commands["mv"](x, 3)
    loaded = commands["user_script_load"]("half_way")
    assert loaded.place == 3.0
    loaded.half_way(x)
    assert commands["wmr"](x) == 1.5
    assert "half_way, place" in printed()


def test_scripts_are_listed(commands, script, printed):
    commands["user_script_list"]()
    assert "half_way.py" in printed()


@pytest.mark.parametrize("name", ["nothing", "../half_way", "/etc/passwd", ""])
def test_a_script_that_is_not_in_the_folder_is_refused(commands, script, name):
    with pytest.raises(BluelineError, match="there is no script"):
        commands["user_script_run"](name)


def test_the_last_scan_gets_a_name_and_is_run_by_it(commands, session, x, printed):
    session.RE(ascan(x, 0, 1, 2, 0.1))
    commands["define"]("short one", -1, "for tests")
    session.RE(commands["do_scan"]("short one"))
    assert session.last_scan.start["scan_definition"] == "short one"
    commands["copy_scan"]("short one", "another")
    commands["rename_scan"]("another", "third")
    before = len(printed())
    commands["scans"]()
    assert {line.split()[0] for line in printed()[before:].splitlines()} == {
        "scan",
        "short",
        "third",
    }
    commands["remove_scan"]("short one")
    commands["remove_scan"]("third")
    commands["scans"]()
    assert "no scan has a name yet" in printed()


def test_data_go_where_the_proposal_says(commands, session, printed):
    commands["newproposal"]("hg7")
    commands["newsample"]("Cu foil")
    commands["newcollection"]("edges")
    commands["newdataset"]("alignment")
    commands["wdata"]()
    commands["endproposal"]()
    assert session.data_policy.state["proposal"] == ""
    assert all(line.startswith("data go to") for line in printed().splitlines())


def test_words_of_a_name_need_no_quotes(commands, session):
    commands["newsample"]("Cu", "foil")
    assert session.data_policy.state["sample"] == "Cu foil"
    commands["newcollection"]("low", "temperature", 12)
    assert session.data_policy.state["collection"] == "low temperature 12"
    commands["newdataset"]("first", "try")
    assert session.data_policy.state["dataset"] == "first try"
    commands["endproposal"]()


def test_locks_are_taken_listed_and_given_back(commands, printed):
    commands["lock"]("x", "y")
    commands["lslock"]()
    commands["unlock"]()
    commands["lslock"]()
    assert re.search(r"^x +\S", printed(), re.MULTILINE)
    assert printed().endswith("unlocked: all\nno device is locked\n")


def test_a_lock_of_higher_priority_is_taken_away_and_missed(commands, session, x, printed):
    commands["lock"](x)
    theirs = DeviceLocks(session.state / "devices")
    theirs.lock("x", priority=60)
    commands["lslock"]()
    assert row(printed(), "x")[:2] == ["x", "60"]
    with pytest.raises(StolenLockError, match="the lock of x was taken away"):
        commands["mv"](x, 1)
    with pytest.raises(LockedError, match="x is locked by"):
        commands["lock"](x, timeout=0)
    commands["lock"](x, priority=61)
    with pytest.raises(StolenLockError):
        theirs.require("x")
    commands["mv"](x, 1)
    commands["unlock"]()
    theirs.close()


class Stoppable(SynAxis):
    """An axis that counts how often it is stopped."""

    stops = 0

    def stop(self, *, success=False):
        self.stops += 1


def test_what_was_taken_away_is_not_stopped_when_a_scan_ends(session):
    table = Stoppable(name="table")
    theirs = DeviceLocks(session.state / "devices")

    def plan():
        yield from bps.mv(table, 1)
        theirs.lock(table, priority=60)

    session.RE(bps.mv(table, 0))
    assert table.stops == 1
    session.RE(plan())
    theirs.close()
    assert table.stops == 1


@pytest.mark.parametrize("command", ["mv", "umv", "mmv", "set_pos"])
def test_what_another_session_has_is_looked_at_and_not_moved(commands, session, x, command):
    session.lock.release()
    other = MachineLock(session.lock.what)
    other.acquire()
    try:
        with pytest.raises(LockedError, match="is used by"):
            commands[command](x, 1)
        commands["wa"](x)
        commands["stop"]()
    finally:
        other.release()
        session.lock.acquire()
    assert x.target == 0.0


@pytest.mark.parametrize("command", ["mv", "mmv", "set_pos", "rockit"])
def test_a_device_that_another_process_has_locked_is_left_alone(commands, session, x, command):
    other = DeviceLocks(session.device_locks._folder)
    other.lock(x)
    try:
        with pytest.raises(LockedError, match="x is locked by"):
            _done(commands[command](x, 1))
    finally:
        other.unlock()
    assert (x.target, x.position) == (0.0, 0.0)


def _done(result):
    if result is not None:
        with result:
            pass


def test_parameters_have_sets_and_are_kept_for_all(commands, session, printed):
    fly = commands["parameters"]("fly", start=0, stop=10, points=101)
    fly.switch("fine", copy="default")
    fly["points"] = 1001
    again = commands["parameters"]("fly")
    assert (again.current, again["points"], again["stop"]) == ("fine", 1001, 10)
    commands["parameters"]()
    assert row(printed(), "fly") == ["fly", "fine", "default,", "fine"]
    with pytest.raises(BluelineError, match=r"'fly' are there, without speed; they have start, s"):
        commands["parameters"]("fly", start=0, speed=2)
    assert dict(again) == {"start": 0, "stop": 10, "points": 1001}


def test_parameters_of_a_new_name_are_told_beside_those_there_are(commands, printed):
    commands["parameters"]("grid", step=1)
    commands["parameters"]("gird", step=2)
    assert re.search(r"'gird' is new beside .*'grid'\n$", printed())


def test_parameters_that_nobody_has_made_are_refused_with_how_to_make_them(commands):
    with pytest.raises(BluelineError, match=r"'map'; parameters\('map', start=0, stop=10\) makes"):
        commands["parameters"]("map")


#: Sets a channel once it has seen what the prompt has said, and ends when its input does.
OTHER = """
import sys
from blueline.settings import Channel
with Channel("alignment", folder=sys.argv[1]) as channel:
    print(channel.value, flush=True)
    channel.value = "running"
    sys.stdin.read()
"""


def test_a_channel_that_nobody_has_set_is_shown_with_its_default(commands, printed):
    assert repr(commands["channel"]("shutter", "shut")) == "<channel 'shutter': 'shut'>"
    commands["channel"]("gate")
    commands["channel"]()
    assert row(printed(), "shutter") == ["shutter", "'shut',", "its", "default", "here"]
    assert row(printed(), "gate") == ["gate", "nobody", "has", "set", "it"]


def test_a_channel_is_shared_with_other_processes_while_any_has_it_open(commands, session, printed):
    alignment = commands["channel"]("alignment", "idle")
    assert alignment.value == "idle"
    alignment.value = "asked for"
    command = [sys.executable, "-c", OTHER, str(session.state / "channels")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as other:
        assert other.stdout.readline() == "asked for\n"
        wait_until("the other one has set it", lambda: alignment.value == "running")
        assert commands["channel"]("alignment") is alignment
        commands["channel"]()
        assert row(printed(), "alignment") == ["alignment", "'running'"]
        other.communicate(timeout=PATIENCE)
    assert commands["channel"]("alignment").value == "running"
