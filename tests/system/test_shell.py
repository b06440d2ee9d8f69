"""The prompt, typed at as a person does."""

import contextlib
import os
import re
import sys

import pexpect
import pytest

from callbacks.replay import journals, start_of, stop_of

pytestmark = pytest.mark.timeout(180)

PROMPT = r"In \[\d+\]"


@contextlib.contextmanager
def shell(folder):
    child = pexpect.spawn(
        sys.executable,
        ["-m", "blueline", "shell", "--data", str(folder), "--time-factor", "50"],
        encoding="utf-8",
        timeout=60,
        dimensions=(50, 160),
        env={**os.environ, "TERM": "dumb", "PROMPT_TOOLKIT_NO_CPR": "1"},
    )
    child.expect(PROMPT)
    try:
        yield child
    finally:
        if child.isalive():
            child.sendline("exit()")
        child.expect(pexpect.EOF)
        child.close()
    assert child.exitstatus == 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("shell")


@pytest.fixture(scope="module")
def shared(folder):
    with shell(folder) as child:
        yield child


@pytest.fixture
def prompt(shared):
    """A prompt at which nothing is running or paused, before and after."""
    yield shared
    shared.sendline("print('the test' + ' has ended', RE.state)")
    shared.expect("the test has ended idle")
    shared.expect(PROMPT)


def newest(folder):
    """The start and the stop document of the last run."""
    last = max(journals(folder), key=lambda path: start_of(path)["scan_id"])
    return start_of(last), stop_of(last)


def begin_long_scan(prompt, line="RE(ascan(x, -1, 1, 1000, 1))"):
    prompt.sendline(line)
    prompt.expect(r"[\r\n] +2 +-0\.9")


def pause(prompt):
    """Interrupt a scan, and take the prompt rather than one of the choices."""
    begin_long_scan(prompt)
    prompt.sendintr()
    prompt.expect("press r to resume")
    prompt.send("\r")
    prompt.expect(PROMPT)
    assert "Traceback" not in prompt.before


def test_a_scan_typed_at_the_prompt_runs_on_the_virtual_beamline(prompt, folder):
    prompt.sendline("RE(ascan(x, -1, 1, 4, 0.1))")
    prompt.expect("5 points")
    prompt.expect(PROMPT)
    assert newest(folder)[1]["exit_status"] == "success"


def test_a_scan_is_typed_without_brackets_and_a_move_after_it(prompt, folder):
    prompt.sendline("ascan x -1 1 4 0.1; umv x 3")
    prompt.expect("5 points in")
    prompt.expect(r"x +3\.0000 mm")
    prompt.expect(PROMPT)
    start, stop = newest(folder)
    assert start["scan_command"] == "ascan x -1 1 4 0.1"
    assert stop["exit_status"] == "success"


def test_the_commands_of_the_prompt_are_those_of_its_session(prompt):
    prompt.sendline("print('the very', 'same' if mmv is session.namespace()['mmv'] else 'other')")
    prompt.expect(r"[\r\n]the very same")
    prompt.expect(PROMPT)


def test_a_mistake_at_the_prompt_is_answered_with_a_sentence(prompt):
    prompt.sendline("RE(ascan(x, 0, 99, 4, 0.1))")
    prompt.expect("x cannot go to .*: its limits are -25 to 25 mm")
    prompt.expect(PROMPT)
    assert "Traceback" not in prompt.before


def test_all_of_an_error_is_shown_when_it_is_asked_for(prompt):
    prompt.sendline("RE(ascan(x, 0, 99, 4, 0.1))")
    prompt.expect("its limits are")
    prompt.expect(PROMPT)
    prompt.sendline("last_error(-1, show_locals=True)")
    prompt.expect("Traceback")
    prompt.expect("OutOfLimitsError")
    prompt.expect(PROMPT)


def test_what_comes_after_a_scan_that_was_stopped_is_not_done(prompt, folder):
    begin_long_scan(prompt, "ascan x -1 1 1000 1; print('it went' + ' on')")
    prompt.sendintr()
    prompt.expect("press r to resume")
    prompt.send("s")
    prompt.expect("what was measured is saved")
    prompt.expect(PROMPT)
    assert "it went on" not in prompt.before
    assert "Traceback" not in prompt.before
    assert newest(folder)[1]["exit_status"] == "success"


def test_what_comes_after_a_scan_that_was_resumed_is_done(prompt, folder):
    begin_long_scan(prompt, "ascan x -1 1 40 1; print('it went' + ' on')")
    prompt.sendintr()
    prompt.expect("press r to resume")
    prompt.send("r")
    prompt.expect("41 points in")
    prompt.expect("it went on")
    prompt.expect(PROMPT)
    assert newest(folder)[1]["num_events"]["primary"] == 41


def test_a_paused_scan_is_stopped_from_the_prompt_with_its_points(prompt, folder):
    pause(prompt)
    prompt.sendline("RE.stop()")
    prompt.expect("points in")
    prompt.expect(PROMPT)
    assert newest(folder)[1]["num_events"]["primary"] >= 2


def test_a_scan_typed_while_one_is_paused_is_answered_with_a_sentence(prompt):
    pause(prompt)
    prompt.sendline("RE(ct(1))")
    prompt.expect("a scan is paused: RE.resume")
    prompt.expect(PROMPT)
    assert "Traceback" not in prompt.before
    prompt.sendline("RE.abort()")
    prompt.expect(PROMPT)


def test_a_hook_that_fails_is_told_in_a_sentence(prompt):
    prompt.sendline("RE(ascan(x, -1, 1, 2, 0.1, hooks=Hooks(pre_scan=lambda: 1 / 0)))")
    prompt.expect("HookError: .*ZeroDivisionError")
    prompt.expect(PROMPT)
    assert "Traceback" not in prompt.before


def test_how_long_a_scan_took_is_told_once_and_after_its_table(prompt):
    prompt.sendline("RE(ascan(x, -1, 1, 4, 0.1))")
    prompt.expect(r"5 points in.*In \[\d+\]")
    said = prompt.before + prompt.after
    assert said.count("5 points in") == 1
    assert said.index("5 points in") > said.rindex("1.0000")


def test_leaving_a_paused_scan_closes_its_run_as_aborted(tmp_path):
    with shell(tmp_path) as prompt:
        pause(prompt)
        prompt.sendline("exit()")
        prompt.expect("leaving aborts it, with its clean-up: press y to leave")
        prompt.send("n")
        prompt.expect(PROMPT)
        prompt.sendline("exit()")
        prompt.expect("press y to leave")
        prompt.send("y")
        prompt.expect(pexpect.EOF)
    assert newest(tmp_path)[1]["exit_status"] == "abort"


def test_a_session_that_was_closed_can_be_left(tmp_path):
    with shell(tmp_path) as prompt:
        prompt.sendline("session.close()")
        prompt.expect(PROMPT)
        prompt.sendline("exit()")
        prompt.expect(pexpect.EOF)
        assert "Traceback" not in prompt.before


def test_what_is_typed_and_shown_goes_into_a_file_as_well_until_it_is_ended(prompt, tmp_path):
    path = tmp_path / "shown.txt"
    for line, answer in {
        f'log_stdout("{path}")': "what is typed and shown goes into",
        "6 * 7": "42",
        "print('by ' + 'hand')": "by hand",
        "ascan x 0 1 2 0.1": "3 points in",
        "nonsense": "NameError",
        "log_stdout()": "no more",
        "print('not' + ' kept')": "not kept",
    }.items():
        prompt.sendline(line)
        prompt.expect(answer)
        prompt.expect(PROMPT)
    text = path.read_text(encoding="utf-8")
    assert re.match(r"# \d{4}-\d\d-\d\d ", text)
    for shown in (">>> 6 * 7", "42\n", "\nby hand\n", ">>> ascan x 0 1 2 0.1", "3 points in"):
        assert shown in text
    assert text.count("NameError") == 1
    assert text.count("3 points in") == 1
    assert "not kept" not in text
    assert "\x1b" not in text


def test_ctrl_c_aborts_a_scan_without_asking_where_people_have_said_so(prompt, folder):
    prompt.sendline("ctrl_c abort")
    prompt.expect("Ctrl-C aborts a scan after its point")
    prompt.expect(PROMPT)
    begin_long_scan(prompt)
    prompt.sendintr()
    prompt.expect("the scan was aborted, what was measured is saved")
    prompt.expect(PROMPT)
    assert newest(folder)[1]["exit_status"] == "abort"
    prompt.sendline("ctrl_c ask")
    prompt.expect("and asks")
    prompt.expect(PROMPT)
