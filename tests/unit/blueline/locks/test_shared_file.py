import os
import stat
import tempfile
import uuid
from pathlib import Path

import pytest

from blueline.locks import DeviceLocks, LockedError, LockFileError, MachineLock
from blueline.locks.held_file import HeldFile
from blueline.locks.shared_file import EVERYBODY, open_to_hold

#: Nobody's number on every Linux; only root can become another user.
USERS = [os.getuid(), *([65534] if os.getuid() == 0 else [])]


@pytest.fixture
def lock():
    made = MachineLock(f"T: of the test {uuid.uuid4()}")
    yield made
    made.release()
    made.path.unlink(missing_ok=True)


def child_of(user, act):
    """Give what `act` gives in a child process that is another user's."""
    child = os.fork()
    if child == 0:
        try:
            os.setuid(user)
            os._exit(act())
        finally:
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("user", USERS)
def test_users_of_one_machine_share_its_locks(lock, user):
    def taken():
        other = MachineLock(lock.what)
        is_first = other.try_acquire()
        other.release()
        return is_first

    assert child_of(user, taken) == 1
    assert lock.try_acquire()
    assert child_of(user, taken) == 0


@pytest.fixture
def folder():
    """One that all users of the machine see."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o777)
        yield Path(made)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("mode", [EVERYBODY, 0o600], ids=["all may look", "nobody else may look"])
@pytest.mark.parametrize("user", USERS)
def test_a_device_that_another_user_has_locked_is_refused(folder, user, mode):
    locks = DeviceLocks(folder)
    locks.lock("x")
    (folder / "x.lock").chmod(mode)

    def refused():
        with pytest.raises(LockedError, match="x is locked by"):
            DeviceLocks(folder).require("x")
        DeviceLocks(folder).require("y")
        return 0

    assert child_of(user, refused) == 0
    locks.close()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("user", USERS)
def test_what_a_user_has_unlocked_another_one_may_lock_whatever_the_umask(folder, user):
    mask = os.umask(0o077)
    try:
        locks = DeviceLocks(folder)
        locks.lock("x")
        locks.close()
    finally:
        os.umask(mask)

    def locked():
        DeviceLocks(folder).lock("x", timeout=0)
        return 0

    assert child_of(user, locked) == 0


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("user", USERS)
def test_a_user_is_told_which_other_one_has_the_lock(lock, user):
    lock.acquire()
    said = rf"pid {os.getpid()}\)"

    def told():
        with pytest.raises(LockedError, match=said):
            MachineLock(lock.what).acquire()
        return 0

    assert child_of(user, told) == 0


def test_everybody_may_write_the_file_whatever_the_umask(lock):
    before = os.umask(0o077)
    try:
        lock.acquire()
    finally:
        os.umask(before)
    assert stat.S_IMODE(lock.path.stat().st_mode) == EVERYBODY


def put_link(path, to):
    path.symlink_to(to)


def put_hard_link(path, to):
    path.hardlink_to(to)


def put_pipe(path, _to):
    os.mkfifo(path)


@pytest.mark.parametrize("put", [put_link, put_hard_link, put_pipe])
def test_what_others_have_put_in_its_place_is_refused_and_not_overwritten(tmp_path, put):
    theirs, path = tmp_path / "theirs", tmp_path / "lock"
    theirs.write_text("precious")
    put(path, theirs)
    held = HeldFile(path, EVERYBODY)
    with pytest.raises(LockFileError, match="cannot be used"):
        held.try_acquire()
    assert held.holder() is None
    assert theirs.read_text() == "precious"


def test_a_link_that_leads_nowhere_makes_no_file_there(tmp_path):
    (tmp_path / "lock").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OSError, match="symbolic links"):
        open_to_hold(tmp_path / "lock", EVERYBODY)
    assert not (tmp_path / "nowhere").exists()


def test_what_a_holder_says_of_itself_reaches_no_terminal_but_as_text(lock):
    lock.acquire()
    told = '{"pid": 1, "user": "\\u001b[2J", "host": "h", "program": "%s", "since": 0}'
    lock.path.write_text(told % ("x" * 900))
    holder = str(lock.holder())
    assert "\x1b" not in holder
    assert len(holder) < 300
