"""The prompt, typed at as a person does."""

import os
import sys

import pexpect
import pytest

from callbacks.replay import journals, stop_of

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def prompt(tmp_path):
    command = ["-m", "blueline", "shell", "--data", str(tmp_path), "--time-factor", "50"]
    child = pexpect.spawn(
        sys.executable,
        command,
        encoding="utf-8",
        timeout=40,
        dimensions=(50, 160),
        env={**os.environ, "TERM": "dumb", "PROMPT_TOOLKIT_NO_CPR": "1"},
    )
    child.expect(r"In \[1\]")
    yield child
    if child.isalive():
        child.sendline("exit()")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_a_scan_typed_at_the_prompt_runs_on_the_virtual_beamline(prompt, tmp_path):
    prompt.sendline("RE(ascan(x, -1, 1, 4, 0.1))")
    prompt.expect("5 points")
    prompt.expect(r"In \[2\]")
    (journal,) = journals(tmp_path)
    assert stop_of(journal)["exit_status"] == "success"


def test_a_mistake_at_the_prompt_is_answered_with_a_sentence(prompt):
    prompt.sendline("RE(ascan(x, 0, 99, 4, 0.1))")
    prompt.expect("x cannot go to .*: its limits are -25 to 25 mm")
    prompt.expect(r"In \[2\]")
    assert "Traceback" not in prompt.before


def test_ctrl_c_twice_pauses_a_scan_and_stop_ends_it_with_its_points(prompt, tmp_path):
    prompt.sendline("RE(ascan(x, -1, 1, 1000, 1))")
    prompt.expect(r"[\r\n] +2 +-0\.99")
    prompt.sendintr()
    prompt.expect("deferred pause")
    prompt.sendintr()
    prompt.expect("RE.resume")
    prompt.expect(r"In \[2\]")
    assert "Traceback" not in prompt.before
    prompt.sendline("RE.stop()")
    prompt.expect("points in")
    (journal,) = journals(tmp_path)
    assert stop_of(journal)["num_events"]["primary"] >= 2


def test_a_scan_typed_while_one_is_paused_is_answered_with_a_sentence(prompt):
    prompt.sendline("RE(ascan(x, -1, 1, 1000, 1))")
    prompt.expect(r"[\r\n] +2 +-0\.99")
    prompt.sendintr()
    prompt.expect("RE.resume")
    prompt.expect(r"In \[2\]")
    prompt.sendline("RE(ct(1))")
    prompt.expect("a scan is paused: RE.resume")
    prompt.expect(r"In \[3\]")
    assert "Traceback" not in prompt.before
    prompt.sendline("RE.abort()")
    prompt.expect(r"In \[4\]")


def test_a_hook_that_fails_is_told_in_a_sentence(prompt):
    prompt.sendline("RE(ascan(x, -1, 1, 2, 0.1, hooks=Hooks(pre_scan=lambda: 1 / 0)))")
    prompt.expect("HookError: .*ZeroDivisionError")
    prompt.expect(r"In \[2\]")
    assert "Traceback" not in prompt.before


def test_how_long_a_scan_took_is_told_once_and_after_its_table(prompt):
    prompt.sendline("RE(ascan(x, -1, 1, 4, 0.1))")
    prompt.expect(r"In \[2\]")
    assert prompt.before.count("5 points in") == 1
    assert prompt.before.index("5 points in") > prompt.before.rindex("1.0000")


def test_leaving_a_paused_scan_closes_its_run_as_aborted(prompt, tmp_path):
    prompt.sendline("RE(ascan(x, -1, 1, 1000, 1))")
    prompt.expect(r"[\r\n] +2 +-0\.99")
    prompt.sendintr()
    prompt.expect("deferred pause")
    prompt.sendintr()
    prompt.expect(r"In \[2\]")
    prompt.sendline("exit()")
    prompt.expect(pexpect.EOF)
    (journal,) = journals(tmp_path)
    assert stop_of(journal)["exit_status"] == "abort"


def test_a_session_that_was_closed_can_be_left(prompt):
    prompt.sendline("session.close()")
    prompt.expect(r"In \[2\]")
    prompt.sendline("exit()")
    prompt.expect(pexpect.EOF)
    assert "Traceback" not in prompt.before
