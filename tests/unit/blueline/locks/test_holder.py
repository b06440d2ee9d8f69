import os
import subprocess
import sys
import time

import pytest

from blueline.locks.holder import Holder, from_text, myself, to_text

ADA = Holder(pid=123, user="ada", host="i22-control", program="blueline shell", since=0.0)


def test_a_holder_goes_through_its_file():
    assert from_text(to_text(ADA)) == ADA


def test_a_holder_of_another_day_is_told_with_the_day():
    assert str(ADA).startswith("ada@i22-control, `blueline shell` (pid 123) since 19")


def test_a_process_of_another_machine_is_believed_to_live():
    assert not ADA.is_here()
    assert ADA.is_alive()


def test_a_process_that_has_ended_is_known_to():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(10)
    assert myself().is_alive()
    assert not Holder(**{**vars(myself()), "pid": ended.pid}).is_alive()


@pytest.mark.parametrize(
    ("words", "program"),
    [
        (["/opt/bin/blueline", "shell", "--data", "x"], "blueline shell"),
        (["/lib/blueline/__main__.py", "queue"], "blueline queue"),
        (["scan.py", "--token", "secret"], "scan"),
        (["-c", "--x"], "python"),
        (["-"], "python"),
        ([""], "python"),
        ([], "python"),
        (["a", "b" * 100], "a " + "b" * 58 + "…"),
    ],
    ids=str,
)
def test_a_program_is_told_by_its_name_and_first_word(monkeypatch, words, program):
    monkeypatch.setattr(sys, "argv", words)
    assert myself().program == program


def test_a_process_describes_itself():
    me = myself()
    assert me.pid == os.getpid()
    assert me.is_here()
    assert 0 <= time.time() - me.since < 5
