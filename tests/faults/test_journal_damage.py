"""What happened to a journal's file is told, and the rest of it is read (D5, D6, K7, M2)."""

import threading

import pytest

from callbacks.journal import Journal
from callbacks.line import to_line
from callbacks.naming import DataFolder
from callbacks.nexus_file import is_complete
from callbacks.recover import recover
from callbacks.replay import Replay, journals, start_of, stop_of
from tests.unit.callbacks.scan_documents import Scan

SCAN = Scan(uid="run")
DOCUMENTS = list(SCAN.documents())
LINES = [to_line(name, doc) for name, doc in DOCUMENTS]


@pytest.fixture
def folder(tmp_path):
    made = DataFolder(tmp_path / "data")
    made.journal_folder.mkdir(parents=True)
    return made


def holding(folder, content):
    path = folder.journal_path(SCAN.start())
    path.write_bytes(content)
    return path


# --- torn


def test_wherever_the_last_line_is_torn_the_others_are_read(folder):
    before, last = b"".join(LINES[:8]), LINES[8]
    for size in range(len(last)):
        replay = Replay(holding(folder, before + last[:size]))
        assert list(replay) == DOCUMENTS[:8]
        assert [each.line for each in replay.damage] == ([9] if size else [])
        assert stop_of(replay.path) is None
        assert start_of(replay.path) == SCAN.start()


# --- flipped bits


@pytest.mark.parametrize("bit", range(8))
def test_each_bit_that_flips_is_told_with_its_line_and_the_rest_is_read(folder, bit):
    before, after = b"".join(LINES[:5]), b"".join(LINES[6:])
    line = LINES[5]
    for place in range(len(line) - 1):
        flipped = line[:place] + bytes([line[place] ^ 1 << bit]) + line[place + 1 :]
        replay = Replay(holding(folder, before + flipped + after))
        read = list(replay)
        assert read[:5] == DOCUMENTS[:5]
        assert read[-len(DOCUMENTS[6:]) :] == DOCUMENTS[6:]
        if read != DOCUMENTS:  # what is beside the document may flip without harm
            assert len(read) == len(DOCUMENTS) - 1
            assert {each.line for each in replay.damage} <= {6, 7}
            assert replay.damage


def test_a_number_that_has_become_another_is_not_taken_for_good(folder):
    event = LINES[5]
    assert b'"I0":1000000.333' in event
    changed = event.replace(b'"I0":1000000.333', b'"I0":1000004.333')
    replay = Replay(holding(folder, b"".join([*LINES[:5], changed, *LINES[6:]])))
    assert list(replay) == DOCUMENTS[:5] + DOCUMENTS[6:]
    (damage,) = replay.damage
    assert damage.line == 6
    assert "its check sum is wrong" in damage.reason


def test_recovery_tells_damage_and_leaves_files_that_have_what_was_lost(folder):
    path = holding(folder, b"".join(LINES))
    recover(folder.root)
    file = folder.nexus_path(SCAN.start())
    path.write_bytes(b"".join([*LINES[:5], b"\0" * 90 + b"\n", *LINES[6:]]))
    assert recover(folder.root) == []
    assert is_complete(file, len(SCAN.values))
    file.unlink()
    (done,) = recover(folder.root)
    assert done.files == [file]
    assert "line 6 was passed over: not a document" in str(done)
    assert is_complete(file, len(SCAN.values) - 1)
    assert recover(folder.root) == []


def test_a_journal_that_has_lost_its_start_is_told_and_left_as_it_is(folder):
    path = holding(folder, b"".join(LINES[1:]))
    before = path.read_bytes()
    (done,) = recover(folder.root)
    assert "has lost its start document" in str(done)
    assert path.read_bytes() == before


# --- runs in one file that do not belong together

OTHER = [to_line(name, doc) for name, doc in Scan(uid="other", scan_id=2).documents()]
MIXED = {
    "one after the other": [*LINES, *OTHER],
    "one within the other": [*LINES[:6], *OTHER, *LINES[6:]],
    "line by line": [line for pair in zip(LINES, OTHER, strict=True) for line in pair],
    "the end of another": [*LINES[:6], *OTHER],
}


@pytest.mark.parametrize("lines", MIXED.values(), ids=MIXED)
def test_documents_of_another_run_are_told_and_passed_over(folder, lines):
    replay = Replay(holding(folder, b"".join(lines)))
    own = [document for document in DOCUMENTS if to_line(*document) in lines]
    assert list(replay) == own
    assert len(replay.damage) == len(OTHER)
    assert all("belongs to another run, other" in each.reason for each in replay.damage)


@pytest.mark.parametrize("lines", MIXED.values(), ids=MIXED)
def test_recovery_of_mixed_journals_ends_the_run_whose_journal_it_is(folder, lines):
    path = holding(folder, b"".join(lines))
    own = sum(1 for name, _ in Replay(path) if name == "event")
    (done,) = recover(folder.root)
    assert sum(done.points.values()) == own
    assert [doc["run_start"] for name, doc in Replay(path) if name == "stop"] == ["run"]
    assert recover(folder.root) == []


def test_journals_of_which_only_parts_are_left_raise_nothing(folder):
    for first in range(len(LINES)):
        for last in range(first, len(LINES) + 1):
            path = holding(folder, b"".join(LINES[first:last]))
            replay = Replay(path)
            assert list(replay) == DOCUMENTS[first:last]
            stop_of(path)
            start_of(path)


# --- a reader of a journal that is being written


def test_who_reads_a_journal_that_is_written_sees_whole_documents_in_order(folder):
    journal = Journal(folder.journal_path)
    long = list(Scan(uid="run", values=tuple((0.1 * n,) for n in range(3000))).documents())
    path = folder.journal_path(SCAN.start())
    journal(*long[0])
    done, lengths, wrong = threading.Event(), [], []

    def look():
        while not done.is_set():
            replay = Replay(path)
            seen = list(replay)
            lengths.append(len(seen))
            if seen != long[: len(seen)] or len(replay.damage) > 1:
                wrong.append(len(seen))

    reader = threading.Thread(target=look)
    reader.start()
    for document in long[1:]:
        journal(*document)
    done.set()
    reader.join(20)
    journal.close()
    assert wrong == []
    assert lengths == sorted(lengths)
    assert list(Replay(journals(folder.root)[0])) == long
