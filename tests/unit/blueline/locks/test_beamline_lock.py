import os
import re
import subprocess
import sys
from datetime import datetime

import pytest

from blueline.locks import BeamlineLock, LockedError, LockFileError
from blueline.locks import held_file as module


@pytest.fixture
def lock(tmp_path):
    made = BeamlineLock(tmp_path / "state", "I22 / a")
    yield made
    made.release()


@pytest.fixture
def other(tmp_path):
    made = BeamlineLock(tmp_path / "state", "I22 / a")
    yield made
    made.release()


def test_one_at_a_time_has_the_lock(lock, other):
    lock.acquire()
    assert (lock.is_held, other.is_held) == (True, False)
    assert not other.try_acquire()
    lock.release()
    assert other.try_acquire()
    assert (lock.is_held, other.is_held) == (False, True)


def test_the_holder_is_named(lock, other):
    lock.acquire()
    now = datetime.now().astimezone().strftime("%H:%M")
    named = rf"\S+@\S+, `.+` \(pid {os.getpid()}\) since {now}"
    said = rf"^beamline I22 / a is used by {named}; end that one first, or only look on here$"
    with pytest.raises(LockedError, match=said):
        other.acquire()
    assert re.fullmatch(named, str(other.holder()))
    assert lock.holder() == other.holder()


def test_who_finds_a_queue_driving_is_told_how_to_end_it(lock, other, monkeypatch):
    monkeypatch.setattr("sys.argv", ["blueline-queue", "--zmq-control-addr"])
    lock.acquire()
    with pytest.raises(LockedError, match=r"end that one first with `blueline queue down`, or"):
        other.acquire()


def test_nobody_holds_a_lock_that_is_free(lock):
    assert lock.holder() is None
    lock.acquire()
    lock.release()
    assert lock.holder() is None


def test_taking_and_giving_may_be_repeated(lock, other):
    lock.release()
    lock.acquire()
    lock.acquire()
    assert lock.try_acquire()
    lock.release()
    lock.release()
    assert other.try_acquire()


def test_a_lock_whose_file_was_removed_is_not_held_any_more(lock, other):
    lock.acquire()
    lock.path.unlink()
    assert not lock.is_held
    other.acquire()
    assert not lock.try_acquire()
    lock.release()
    assert other.is_held


def test_what_a_dead_process_has_written_names_nobody(lock, other):
    lock.path.parent.mkdir()
    lock.path.write_text('{"pid": 1, "user": "ada", "host": "h", "program": "p", "since": 0}')
    assert other.holder() is None
    lock.acquire()
    assert other.holder().pid == os.getpid()


@pytest.mark.parametrize("written", ["", "{", "[]", '{"pid": 1}', "\0" * 10], ids=repr)
def test_a_holder_that_has_not_written_its_name_is_unknown(lock, other, monkeypatch, written):
    monkeypatch.setattr(module, "PATIENCE", 0.02)
    lock.acquire()
    lock.path.write_text(written)
    assert other.holder() is None
    with pytest.raises(LockedError, match="is used by somebody unknown"):
        other.acquire()


def test_a_folder_where_nothing_can_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(LockFileError, match="give yourself write access"):
        BeamlineLock(tmp_path / "file", "I22").acquire()


def test_looking_who_has_the_lock_does_not_keep_others_from_taking_it(lock, other):
    for _ in range(100):
        assert other.holder() is None
        assert lock.try_acquire()
        lock.release()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_does_not_inherit_the_lock(lock, other):
    lock.acquire()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(write)
        os.read(read, 1)
        os._exit(lock.is_held)
    lock.release()
    assert other.try_acquire()
    os.close(write)
    os.close(read)
    assert os.waitpid(child, 0)[1] == 0


def test_a_program_that_is_started_does_not_inherit_the_lock(lock, other):
    lock.acquire()
    command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, close_fds=False) as child:
        lock.release()
        assert other.try_acquire()
        child.communicate(timeout=10)
