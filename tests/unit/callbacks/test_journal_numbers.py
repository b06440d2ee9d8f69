"""Scan numbers go on, whatever ended the runs before."""

import pytest

from callbacks.journal import Journal, next_scan_id
from callbacks.replay import Replay, journals
from tests.unit.callbacks.scan_documents import Scan, feed


def test_the_first_scan_is_number_one(folder):
    assert next_scan_id(folder.journal_folder) == 1


def test_numbers_go_on_after_a_restart(folder):
    first = Journal(folder.journal_path)
    feed(first, Scan(scan_id=41))
    first.close()
    assert next_scan_id(folder.journal_folder) == 42


def test_numbers_go_on_beyond_four_digits(folder, journal):
    for number in (9_999, 10_000):
        feed(journal, Scan(uid=f"{number}-uid", scan_id=number))
    assert next_scan_id(folder.journal_folder) == 10_001


def test_a_run_has_its_number_as_soon_as_it_started(folder, journal):
    feed(journal, Scan(scan_id=1), 1)
    assert next_scan_id(folder.journal_folder) == 2


def test_a_run_that_was_killed_keeps_its_number(folder):
    journal = Journal(folder.journal_path)
    feed(journal, Scan(scan_id=7), 5)
    journal.close()
    assert next_scan_id(folder.journal_folder) == 8


def test_two_at_once_that_took_the_same_number_are_both_kept(folder):
    first, second = Journal(folder.journal_path), Journal(folder.journal_path)
    whole = [
        feed(first, Scan(uid="11111111-a", scan_id=5)),
        feed(second, Scan(uid="22222222-b", scan_id=5)),
    ]
    assert [list(Replay(path)) for path in journals(folder.root)] == whole
    assert next_scan_id(folder.journal_folder) == 6


@pytest.mark.parametrize("name", ["notes.jsonl", "0007 copy_x.jsonl", "7b_x.jsonl", "²_x.jsonl"])
def test_files_that_are_no_journals_do_not_count(folder, name):
    folder.journal_folder.mkdir(parents=True)
    (folder.journal_folder / name).write_text("{}")
    assert next_scan_id(folder.journal_folder) == 1
