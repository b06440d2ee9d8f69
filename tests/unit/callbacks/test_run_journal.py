"""A journal is put back where it was removed; a run waits for no screen."""

import fcntl
import threading
from pathlib import Path

import pytest

from callbacks.errors import JournalError
from callbacks.journal import Journal
from callbacks.replay import journals
from tests.unit.callbacks.scan_documents import Scan, feed
from tests.unit.callbacks.test_journal import files_end_at, read
from tests.waiting import wait_until


def test_a_recovery_that_looks_at_a_new_journal_is_waited_for(journal, folder, monkeypatch):
    """As one that has opened the file before its writer could lock it."""
    flock, looked = fcntl.flock, []

    def looked_at(file, how):
        if not looked:
            with journals(folder.root)[0].open("rb") as seen:
                flock(seen, fcntl.LOCK_EX)
                looked.append(seen)
                flock(file, how)
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", looked_at)
    written = feed(journal, Scan())
    assert looked
    assert read(folder) == written


def open_files(folder):
    """Give what this process has open there."""
    found = [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    return [name for name in found if name.startswith(str(folder))]


def another_descriptor(scan):
    found = next(doc for name, doc in scan.documents() if name == "descriptor")
    return {**found, "uid": "another", "name": "another"}


def test_a_journal_that_cannot_be_put_back_is_put_back_later(journal, folder):
    before = feed(journal, Scan(), 4)
    (path,) = journals(folder.root)
    path.unlink()
    for _ in range(2):
        with files_end_at(100), pytest.raises(JournalError, match="File too large"):
            journal("descriptor", another_descriptor(Scan()))
        assert not path.exists()
        assert str(path) not in open_files(folder.root)
    journal("stop", Scan().stop())
    assert read(folder) == [*before, ("stop", Scan().stop())]


def test_a_run_does_not_wait_for_a_screen_that_takes_nothing(folder):
    screen, told = threading.Event(), []

    def stopped(sentence):
        screen.wait(10)
        told.append(sentence)

    journal, (*documents, stop) = Journal(folder.journal_path, stopped), Scan().documents()
    for document in documents:
        journal(*document)
    journals(folder.root)[0].unlink()
    journal(*stop)
    assert read(folder) == [*documents, stop]
    assert told == []
    screen.set()
    wait_until("it is told", lambda: told)
    journal.close()
