"""The commands of the prompt, on motors on which nothing takes time."""

import pytest

from blueline.errors import BluelineError
from blueline.shell.commands import member_names
from blueline.shell.desk import Desk
from blueline.timings import read_timing
from planlib import ascan
from planlib.errors import PlanError
from tests.another_client import read_pv, write_pv
from tests.system.printed import row
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def x(session):
    """An axis that is at 0, dial and user, between -25 and 25 before and after a test."""
    axis = session.devices["x"]
    for name in ("x", "y"):  # other tests of this beamline may have moved them
        session.devices[name].set(0).wait(PATIENCE)
    yield axis
    axis.set_position(axis.dial_position)
    axis.set_limits(-25, 25)
    axis.set(0).wait(PATIENCE)


def test_wa_shows_user_and_dial_with_units_sorted_by_name(commands, x, printed):
    x.set_position(2.5)
    commands["wa"]()
    lines = printed().splitlines()
    assert row(printed(), "x") == ["x", "2.5000", "0.0000", "mm"]
    names = [line.split()[0] for line in lines[1:]]
    assert names == sorted(names)
    assert {"energy", "oven", "hslit_low", "theta"} <= set(names)


def test_wu_shows_user_positions_alone(commands, x, printed):
    commands["wu"](x, "y")
    assert [line.split() for line in printed().splitlines()] == [
        ["axis", "user", "unit"],
        ["x", "0.0000", "mm"],
        ["y", "0.0000", "mm"],
    ]


def test_wm_shows_an_axis_between_its_limits(commands, x, printed):
    commands["wm"]("x")
    assert [line.split()[-1] for line in printed().splitlines()[1:4]] == [
        "25.0000",
        "0.0000",
        "-25.0000",
    ]


def test_wmr_gives_a_number(commands, x):
    assert commands["wmr"]("x") == 0.0


def test_lm_shows_user_and_dial_limits(commands, x, printed):
    x.set_position(10)
    commands["lm"](x)
    assert row(printed(), "x")[1:] == ["-15.0000", "35.0000", "-25.0000", "25.0000", "mm"]


def test_lms_shows_the_switches_of_those_that_have_any(commands, printed):
    commands["lms"]()
    assert row(printed(), "x") == ["x", "off", "off"]
    assert "energy" not in printed()


def test_umv_moves_several_axes_and_tells_where_they_are(commands, x, printed):
    commands["umv"](x, 3, "y", -1)
    assert printed() == "x 3.0000 mm   y -1.0000 mm\n"
    assert read_pv("I:sample:x.RBV") == 3.0
    commands["mv"]("y", 0)


def test_relative_moves_start_from_where_the_axis_was_sent(commands, x):
    commands["mv"](x, 1)
    commands["mvr"](x, 0.5)
    commands["umvr"](x, -0.25)
    assert x.position == 1.25


def test_moves_on_the_dial_go_by_its_direction(commands, x):
    x.set_position(10)
    write_pv("I:sample:x.DIR", 1)
    wait_until("the direction is told", lambda: x.sign == -1)
    try:
        commands["umvd"](x, 2)
        assert x.dial_position == pytest.approx(2)
        commands["mvdr"](x, -1)
        assert x.dial_position == pytest.approx(1)
        assert x.position == pytest.approx(read_pv("I:sample:x.RBV"))
    finally:
        write_pv("I:sample:x.DIR", 0)
        wait_until("the direction is told", lambda: x.sign == 1)


def test_axes_may_be_named_by_keywords(commands, x):
    commands["ummv"](x=2, y=1)
    commands["ummvr"](x=-1, y=-1)
    assert (x.position, commands["wmr"]("y")) == (1.0, 0.0)


def test_a_pseudo_axis_moves_and_a_member_of_a_group_as_well(commands, session):
    commands["umv"]("energy", 8500)
    assert commands["wmr"]("energy") == pytest.approx(8500, abs=0.05)
    commands["mv"]("energy", 9000)
    commands["umv"]("hslit.low", -1)
    assert session.devices["hslit"].low.position == pytest.approx(-1)
    commands["mv"]("hslit_low", -0.75, "hslit_high", 0.75)


def test_what_wa_shows_can_be_typed(session):
    names = {**session.devices, **member_names(session)}
    assert set(Desk(session).axes) <= set(names)
    assert names["hslit_low"] is session.devices["hslit"].low


def test_what_has_states_is_set_by_their_names(commands, session):
    commands["mv"]("shutter", open)  # as `mv shutter open` is read
    assert session.devices["shutter"].is_open
    commands["mv"](session.devices["shutter"], "close")
    commands["mv"](session.devices["shutter"], "open")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("x",), "an axis or a position is missing"),
        ((), "takes axes and positions in turn"),
        (("xx", 1), "did you mean x"),
        (("x", 1, "x", 2), "x twice"),
        ((3, 1), "takes axes and positions in turn"),
        (("scaler", 1), "no axis|cannot|takes"),
        (("x", "far"), "must be a finite number"),
        (("x", float("nan")), "must be a finite number"),
        (("y", 1, "x", 99), "x cannot go to 99 mm: its limits are"),
    ],
    ids=["half a pair", "nothing", "typo", "twice", "no axis", "counter", "text", "nan", "limit"],
)
@pytest.mark.parametrize("command", ["mv", "umv", "mmv"])
def test_bad_moves_are_refused_in_a_sentence_before_anything_moves(
    commands, session, command, arguments, sentence
):
    with pytest.raises(Exception, match=sentence) as refused:
        commands[command](*arguments)
    assert "\n" not in str(refused.value)
    assert [session.devices[name].target for name in "xy"] == [0.0, 0.0]


def test_moves_on_the_dial_of_what_has_none_are_refused(commands):
    with pytest.raises(BluelineError, match="energy has no dial"):
        commands["umvd"]("energy", 8000)


def test_set_pos_changes_the_offset_and_not_the_dial(commands, x, printed):
    commands["mv"](x, 1)
    commands["set_pos"](x, 10)
    assert (x.position, x.dial_position) == (10.0, 1.0)
    assert printed() == "x was at 1.0000 mm and is called 10.0000 mm; offset 0.0000 to 9.0000\n"


def test_set_dial_changes_the_dial_and_not_the_position(commands, x, printed):
    commands["mv"](x, 1)
    commands["set_dial"](x, 5)
    seen = x.position, x.dial_position
    x.set_dial(1)  # for the limit switches have not moved
    assert seen == (1.0, 5.0)
    assert "from 1.0000 to 5.0000 mm" in printed()


def test_set_lm_warns_of_an_axis_that_is_left_outside_its_limits(commands, x, printed):
    x.set_position(10)
    commands["set_lm"](x, 11, 12)
    assert "\nx stands at 10.0000 mm, outside them" in printed()
    commands["set_lm"](x, 8, 12)
    assert printed().count("outside them") == 1


def test_set_lm_takes_user_units_and_the_record_keeps_the_dial(commands, x, printed):
    x.set_position(10)
    commands["set_lm"](x, 8, 12)
    assert (read_pv("I:sample:x.DLLM"), read_pv("I:sample:x.DHLM")) == (-2.0, 2.0)
    assert "are 8.0000 to 12.0000 mm" in printed()


def test_what_was_redefined_is_in_the_log_file(commands, session, x):
    commands["set_pos"](x, 4)
    assert "x was at 0.0000 mm and is called 4.0000 mm" in (
        session.folder.root / "blueline.log"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("command", "arguments", "sentence"),
    [
        ("set_dial", ("energy", 1), "it has no dial"),
        ("set_lm", ("energy", 1, 2), "no limits of its own"),
        ("set_lm", ("x", 5, -5), "limits run from low to high"),
        ("set_lm", ("x", 0, float("inf")), "must be a finite number"),
        ("set_pos", ("x", "here"), "must be a finite number"),
        ("set_pos", ("scaler", 1), "there is no axis"),
        ("sync", ("energy",), "no setpoint of its own"),
        ("pon", ("energy",), "cannot be switched from here"),
        ("pon", (), "takes the axes by name"),
        ("tw", ("x", 0), "larger than 0"),
        ("tw", ("x", "a"), "must be a finite number"),
        ("countdown", (-1,), "seconds from 0 on"),
        ("runs", (0,), "from 1 on"),
        ("timing", ("nothing",), "no run"),
        ("elog_add", (0,), "which of the last outputs"),
        ("elog_print", (), "nothing to write"),
        ("lsobj", ("nothing*",), "no device matches"),
        ("prdef", (3,), "there is no source"),
        ("debugon", ("nothing*",), "no part of the program matches"),
        ("where", (), "there is no scan yet"),
    ],
    ids=lambda value: None if isinstance(value, tuple) else str(value).replace(" ", "-"),
)
def test_what_cannot_be_is_refused_in_a_sentence(commands, command, arguments, sentence):
    with pytest.raises((BluelineError, PlanError, Exception), match=sentence) as refused:
        commands[command](*arguments)
    assert "\n" not in str(refused.value)


def test_sync_takes_where_axes_stand(commands, x, printed):
    commands["sync"](x)
    assert printed() == "where they stand was taken for x\n"


def test_power_is_switched_off_and_on(commands, x, printed):
    commands["poff"](x)
    off = read_pv("I:sample:x.CNEN")
    commands["pon"](x)
    assert (off, read_pv("I:sample:x.CNEN")) == (0, 1)
    assert printed() == "power off: x\npower on: x\n"


def test_states_are_shown_for_all_axes(commands, printed):
    commands["sta"]()
    assert row(printed(), "energy")[1] == "READY"
    assert "UNKNOWN" not in printed()


def test_the_state_of_one_axis_is_shown_alone(commands, printed):
    commands["sta"]("x")
    assert row(printed(), "x")[1] == "READY"
    assert "energy" not in printed()


def test_stop_with_nothing_moving_says_so(commands, printed):
    commands["stop"]()
    assert printed() == "nothing moves\n"


def test_lists_tell_type_state_and_role(commands, printed):
    commands["lsmot"]()
    assert row(printed(), "x") == ["x", "Motor", "ok", "I:sample:x"]
    commands["lscnt"]()
    assert row(printed(), "scaler")[:4] == ["scaler", "Scaler", "ok", "active"]
    commands["lsmg"]()
    assert row(printed()[printed().index("group") :], "mg")[-1] == "mu"


def test_lists_tell_what_was_chosen_to_be_read(commands, session, printed):
    session.context.choose_counters("mca")
    try:
        commands["lscnt"]()
        commands["lsmg"]()
    finally:
        session.context.choose_counters()
    assert row(printed(), "mca")[3] == "active"
    assert row(printed(), "scaler")[3] != "active"


def test_lsobj_lists_what_matches(commands, printed):
    commands["lsobj"]("?slit")
    assert [line.split()[0] for line in printed().splitlines()] == ["name", "hslit", "vslit"]


def test_prdef_shows_what_a_command_does_and_not_how_it_is_called(commands, printed):
    commands["prdef"](commands["wa"])
    assert "def wa(desk" in printed()
    assert "positions_view.py:" in printed()


def test_info_and_prdef_show_a_device_and_a_plan(commands, printed):
    commands["info"]("x")
    commands["prdef"](ascan)
    assert "limits    -25 to 25 mm" in printed()
    assert "def ascan(" in printed()


def test_what_was_printed_goes_into_the_log_book(commands, session, x, printed):
    commands["wu"](x)
    commands["elog_add"]()
    assert printed().endswith("logbook.md: axis    user  unit and 1 more line\n")
    commands["elog_print"]("sample", "changed")
    book = (session.folder.root / "logbook.md").read_text(encoding="utf-8")
    assert "x     0.0000  mm\n```" in book
    assert book.endswith("sample changed\n\n")


def test_debug_messages_go_to_the_log_file_while_they_are_on(commands, session):
    import logging

    logger = logging.getLogger("devices.motors")
    commands["debugon"]("devices*")
    logger.debug("seen")
    commands["debugoff"]()
    logger.debug("not seen")
    text = (session.folder.root / "blueline.log").read_text(encoding="utf-8")
    assert "devices.motors: seen" in text
    assert "not seen" not in text


def test_a_session_without_setup_files_says_so(commands, printed):
    commands["resetup"]()
    assert printed().startswith("this session has no setup file")


def test_bench_tells_how_long_it_took(commands, printed):
    with commands["bench"]():
        pass
    assert printed().startswith("took ")


def test_where_tells_how_far_the_axes_of_the_last_scan_are_from_its_peak(
    commands, session, x, printed
):
    session.RE(ascan(x, -3, 5, 40, 0.1))
    last = session.last_scan
    highest = last.column("x")[last.column("If").argmax()]
    commands["where"]("If")
    assert printed().endswith(f"x 5.0000 mm, {5 - highest:+.4f} mm from the peak of If\n")


def test_timing_tells_what_the_time_of_a_run_went_into(commands, session, x, printed):
    (uid,) = session.RE(ascan(x, 0, 1, 2, 0.1))
    before = len(printed())
    commands["timing"]()
    told = printed()[before:]
    assert "3 points in" in told
    rows = {tuple(line.split()[:2]): line.split()[2:] for line in told.splitlines() if line}
    assert {("scaler", "trigger"), ("scaler", "read"), ("x", "set"), ("x", "wait")} <= set(rows)
    assert rows["scaler", "trigger"][0] == "3"
    number, total, mean, longest = map(float, rows["x", "set"])
    found = read_timing(session.folder.root, uid)
    assert found.before + found.points + found.after == pytest.approx(found.runtime)
    assert number == 3
    assert 0 < mean <= longest <= total <= found.runtime


def test_runs_lists_the_last_ones(commands, session, x, printed):
    session.RE(ascan(x, 0, 1, 2, 0.1))
    before = len(printed())
    commands["runs"](1)
    (line,) = printed()[before:].splitlines()
    assert "success" in line
    assert "ascan" in line
