"""The prompt in a real terminal: tmux, real keys, the screen as a person sees it."""

import os
import re
import shlex
import time
from pathlib import Path

import psutil
import pytest

from tests.system.commands import BLUELINE
from tests.system.terminal import SIZE, Terminal, masked

pytestmark = [pytest.mark.needs_system, pytest.mark.timeout(180)]

#: Where the screens are that were recorded; BLUELINE_RECORD=1 records them anew.
SCREENS = Path(__file__).parent / "screens"


def shell(folder: Path, time_factor: int, columns: int = SIZE[0]) -> Terminal:
    command = [*BLUELINE, "shell", "--data", str(folder), "--time-factor", str(time_factor)]
    return Terminal(f"blueline-{folder.name}", command, columns)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("terminal")


@pytest.fixture(scope="module")
def prompt(folder):
    found = shell(folder, 50)
    found.prompt()
    yield found
    found.end()


@pytest.fixture
def terminal(prompt):
    prompt.clear()
    yield prompt
    prompt.prompt()


def compare(name: str, screen: str) -> None:
    """Compare a screen with the recorded one, numbers apart."""
    path, lines = SCREENS / f"{name}.txt", masked(screen)
    if os.environ.get("BLUELINE_RECORD") == "1":
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert lines == path.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("ascan", "ascan x -1 1 4 0.1"),
        ("umv", "umv x 3"),
        ("wm", "wm x y"),
        ("ct", "ct -10000"),
        ("mistake", "ascna x -1 1 4 0.1"),
        ("unknown-axis", "ascan thta -1 1 4 0.1"),
        ("limit", "umv x 99"),
        ("limit-of-a-scan", "ascan x 0 99 4 0.1"),
        ("arguments", "ascan x 0 1"),
        ("chain", "umv x 1; umv y 2; wm x y"),
        ("error", "1 / 0"),
        ("forgotten", "ascan(x, -1, 1, 4, 0.1)"),
        ("help", 'help_me("umv")'),
        ("magic", "%mov x 2"),
        ("python", "x = x if [1] else None; print(1 + 1)"),
    ],
)
def test_what_is_typed_is_answered_as_recorded(terminal, name, typed):
    compare(name, terminal.answer(typed))


def test_a_magic_leaves_the_last_line_of_counts_as_it_was(terminal):
    terminal.answer("%mov x 1")
    terminal.answer("%ct 0.1")
    assert "Out" not in terminal.answer("None if RE.waiting_hook else 'lost'")


def test_a_name_of_an_axis_that_was_overwritten_is_told_and_had_back(terminal):
    assert "x is 5 now, and no longer a device: del x gives that" in terminal.answer("x = 5")
    assert "x is 5 and not the device: del x gives that back" in terminal.answer("umv x 1")
    assert "x is the device again" in terminal.answer("del x")
    assert "x 1.0000 mm" in terminal.answer("umv x 1")


def test_the_banner_of_a_narrow_terminal_is_cut_between_words(folder):
    narrow = shell(folder / "narrow", 50, columns=60)
    try:
        screen = narrow.prompt()
    finally:
        narrow.end()
    written = screen.split()
    assert {"hcenter,", "it_amplifier,", "try:", "switches"} <= set(written)
    assert all(len(line) <= 60 for line in screen.splitlines())


def test_tab_completes_the_name_of_an_axis(terminal):
    terminal.write("ascan the")
    terminal.press("Tab")
    terminal.wait_for(r"ascan theta")
    terminal.press("Tab", "C-c", "C-c")


def test_tab_shows_the_axes_and_nothing_else(terminal):
    terminal.write("ascan h")
    terminal.press("Tab")
    screen = terminal.wait_for("hcenter")
    assert "hgap" in screen
    assert "hash" not in screen
    terminal.press("C-c", "C-c")


def test_tab_completes_within_brackets(terminal):
    terminal.write("RE(ascan(the")
    terminal.press("Tab")
    terminal.wait_for(r"RE\(ascan\(theta")
    terminal.press("C-c")


def paused(terminal):
    terminal.type("ascan x -1 1 500 1")
    terminal.wait_for(r"\n +2 +-0\.99")
    terminal.press("C-c")
    return terminal.wait_for("press r to resume")


def test_ctrl_c_explains_itself_in_three_lines(terminal):
    screen = paused(terminal)
    lines = screen[screen.index("the scan is paused") :].strip().splitlines()
    assert masked("\n".join(lines)) == [
        "the scan is paused after # of # points; what was measured is saved",
        "press r to resume, s to stop and save, a to abort; any other key gives the prompt",
        "from the prompt RE.resume() goes on, RE.stop() or RE.abort() ends it",
    ]
    terminal.press("s")
    terminal.wait_for("the scan was stopped, what was measured is saved")


def test_r_resumes_the_scan_where_it_was(terminal):
    before = int(re.search(r"paused after (\d+)", paused(terminal))[1])
    terminal.press("r")
    terminal.wait_for(rf"\n +{before + 3} +")
    terminal.press("C-c")
    terminal.wait_for(r"(?s)goes on.*press r to resume")
    terminal.press("a")
    terminal.wait_for("the scan was aborted, what was measured is saved")


def test_another_key_gives_the_prompt_and_the_scan_is_ended_from_there(terminal):
    paused(terminal)
    terminal.press("Enter")
    terminal.wait_for(r"a scan is paused: RE.resume\(\) goes on")
    terminal.prompt()
    terminal.type("umv x 1")
    terminal.wait_for("BluelineError|PlanError|paused")
    terminal.prompt()
    terminal.type("RE.stop()")
    terminal.wait_for("points in")


def test_ctrl_c_stops_a_move_and_what_comes_after_it(terminal):
    terminal.type("; ".join(["umv y 20", "umv y -20"] * 20))
    terminal.wait_for(r"\ny +-?\d")
    terminal.press("C-c")
    screen = terminal.wait_for(r"the move was (stopped|interrupted).*: y")
    assert "Traceback" not in screen


@pytest.mark.parametrize("key", ["s", "a"])
def test_an_impatient_ctrl_c_at_the_end_of_a_scan_is_answered_by_one_true_ending(terminal, key):
    paused(terminal)
    terminal.press(key)
    for _ in range(7):
        terminal.press("C-c")
        time.sleep(0.08)  # a person's fingers
    ended = {"s": "stopped", "a": "aborted"}[key]
    screen = terminal.wait_for(f"the scan was {ended}, what was measured is saved")
    end = screen.rpartition("RE.abort() ends it")[2]
    told = [line for line in end.splitlines() if line.strip("^C \n") and "In [" not in line]
    assert 1 <= len(told) <= 5
    assert not re.search("Traceback|Ctrl-C:|Stopping|Aborting|interrupted", end)
    assert "'idle'" in terminal.answer("RE.state")


def test_f7_switches_the_typing_helper(terminal):
    terminal.press("F7")
    terminal.wait_for("the typing helper is off")
    assert "SyntaxError" in terminal.answer("umv x 1")
    terminal.press("F7")
    terminal.wait_for("the typing helper is on")
    assert "SyntaxError" not in terminal.answer("umv x 1")


def test_the_log_file_has_what_was_typed_and_the_run_it_belongs_to(terminal, folder):
    terminal.answer("ascan x 0 1 2 0.1")
    log = (folder / "blueline.log").read_text(encoding="utf-8")
    assert "blueline.input: ascan x 0 1 2 0.1" in log
    assert re.search(r"INFO +\d+ [0-9a-f]{8} bluesky", log)


def test_the_prompt_ends_with_its_beamline(tmp_path):
    terminal = shell(tmp_path, 50)
    try:
        terminal.prompt()
        family = processes_of(tmp_path)
        assert any("sim_ioc" in process.cmdline() for process in family)
        terminal.type("exit()")
        _, alive = psutil.wait_procs(family, timeout=20)
        assert alive == []
    finally:
        terminal.end()


def test_who_leaves_while_an_axis_moves_with_no_plan_says_what_becomes_of_it(tmp_path):
    terminal = shell(tmp_path, 1)
    try:
        terminal.prompt()
        family = processes_of(tmp_path)
        terminal.answer("mmv x 24")
        terminal.type("exit")
        screen = terminal.wait_for("press s to stop and leave, w to wait")
        assert "x still moves to 24 mm" in screen
        terminal.press("q")
        terminal.prompt()
        assert "True" in terminal.answer("x.moving")
        terminal.type("exit")
        terminal.wait_for(r"(?s)x still moves.*press s")
        terminal.press("s")
        _, alive = psutil.wait_procs(family, timeout=20)
        assert alive == []
        assert "blueline.guard" not in (tmp_path / "blueline.log").read_text()
    finally:
        terminal.end()


def test_a_process_that_is_told_to_end_within_a_scan_says_so_and_shows_no_traceback(tmp_path):
    shown = shlex.join([*BLUELINE, "shell", "--data", str(tmp_path), "--time-factor", "10"])
    terminal = Terminal(f"blueline-{tmp_path.name}", ["sh", "-c", f"{shown}; echo ended $?; cat"])
    try:
        terminal.prompt()
        terminal.type("ascan x 0 1 20 1")
        terminal.wait_for(r"\n +2 +0\.05")
        python, *_ = processes_of(tmp_path)
        python.terminate()
        screen = terminal.wait_for(r"ended \d+")
        assert "SIGTERM: ending the plan, then the process" in screen
        assert "ended 143" in screen
        for word in ("Traceback", "%tb", "SystemExit", "UserWarning"):
            assert word not in screen
    finally:
        terminal.end()


def test_who_waits_for_an_axis_leaves_when_it_is_there(tmp_path):
    terminal = shell(tmp_path, 4)
    try:
        terminal.prompt()
        family = processes_of(tmp_path)
        terminal.answer("x.set(20)")
        terminal.type("exit")
        terminal.wait_for("press s to stop and leave, w to wait")
        terminal.press("w")
        terminal.wait_for("waiting for x; Ctrl-C stays")
        terminal.press("C-c")
        terminal.wait_for("you stay; what moves goes on")
        terminal.prompt()
        terminal.type("exit")
        terminal.wait_for(r"(?s)waiting for x.*press s")
        terminal.press("w")
        _, alive = psutil.wait_procs(family, timeout=20)
        assert alive == []
        assert "blueline.guard" not in (tmp_path / "blueline.log").read_text()
    finally:
        terminal.end()


def processes_of(folder: Path) -> list[psutil.Process]:
    """The shell that writes into a folder, and its children."""
    shells = [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] != "tmux: server"
        and {"shell", str(folder)} <= set(process.info["cmdline"] or ())
    ]
    return [*shells, *(child for shell in shells for child in shell.children(recursive=True))]


def test_a_simulated_beamline_that_was_killed_is_started_again_from_the_prompt(tmp_path):
    terminal = shell(tmp_path, 50)
    try:
        terminal.prompt()
        terminal.answer("umv x 1")
        for process in processes_of(tmp_path):
            if "sim_ioc" in process.cmdline():
                process.kill()
        terminal.wait_for("the simulated beamline has ended: at the prompt restart_simulation")
        terminal.answer("restart_simulation", 90)
        assert "x 2.0000 mm" in terminal.answer("umv x 2")
    finally:
        terminal.end()
