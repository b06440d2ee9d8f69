"""New files take nobody's place, and are rebuilt whole or not at all."""

import os

import pytest

from callbacks.errors import ConsumerError
from callbacks.new_file import NewFile, beginning, file_of_run, last_line, rebuild_files
from callbacks.writer import RunWriter


def test_what_is_appended_is_in_the_file_at_once(tmp_path):
    file = NewFile(tmp_path / "below" / "a.txt")
    file.append("one\n")
    file.append("µ\n")
    assert file.path.read_text(encoding="utf-8") == "one\nµ\n"
    file.close()
    file.close()


def test_what_is_put_replaces_as_many_bytes_and_the_end_stays_the_end(tmp_path):
    file = NewFile(tmp_path / "a.txt")
    file.append("time: ----\n")
    file.put(6, "1234")
    file.append("end\n")
    assert file.path.read_text() == "time: 1234\nend\n"
    file.close()


def test_a_name_that_is_taken_is_followed_by_the_next_free(tmp_path):
    (tmp_path / "a.txt").write_text("there")
    os.symlink("nowhere", tmp_path / "a_002.txt")
    file = NewFile(tmp_path / "a.txt")
    file.close()
    assert file.path.name == "a_003.txt"
    assert (tmp_path / "a.txt").read_text() == "there"


def test_a_file_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConsumerError, match="cannot be written: File exists"):
        NewFile(tmp_path / "file" / "a.txt")


def test_a_closed_file_takes_nothing(tmp_path):
    file = NewFile(tmp_path / "a.txt")
    file.close()
    with pytest.raises(ConsumerError, match="is closed"):
        file.append("more")


def test_the_file_of_a_run_is_found_among_those_of_its_name(tmp_path):
    for name, uid in [("a.txt", "one"), ("a_002.txt", "two")]:
        (tmp_path / name).write_text(f"head\n# uid: {uid}\nrest\n")
    assert file_of_run(tmp_path / "a.txt", "# uid: two") == tmp_path / "a_002.txt"
    assert file_of_run(tmp_path / "a.txt", "# uid: t") is None
    assert file_of_run(tmp_path / "b.txt", "# uid: one") is None


@pytest.mark.parametrize("text", ["one\ntwo\n", "one\ntwo", "two\n", "x" * 100_000 + "\ntwo\n"])
def test_the_last_line_is_found_in_files_of_any_length(tmp_path, text):
    (tmp_path / "a.txt").write_text(text)
    assert last_line(tmp_path / "a.txt") == "two"
    assert beginning(tmp_path / "a.txt") == text[:65_536]


class Uid(RunWriter):
    """Writes nothing but the uid, at the end; raises where it is told to."""

    def __init__(self, start, root):
        super().__init__(start)
        self.file = NewFile(root / "a.txt")
        self.paths.append(self.file.path)

    def ended(self, stop):
        if stop["exit_status"] == "fail":
            raise ConsumerError("told to")
        self.file.append(f"\n# uid: {self.start['uid']}\n")

    def close(self):
        self.file.close()


def rebuilt(root, uid, status="success"):
    documents = [("start", {"uid": uid}), ("stop", {"exit_status": status})]
    return rebuild_files(documents, Uid, root, lambda start: f"# uid: {start['uid']}")


def test_a_file_is_rebuilt_in_its_place_and_beside_those_of_others(tmp_path):
    assert rebuilt(tmp_path, "one") == [tmp_path / "a.txt"]
    assert rebuilt(tmp_path, "two") == [tmp_path / "a_002.txt"]
    assert rebuilt(tmp_path, "one") == [tmp_path / "a.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "a_002.txt"]


def test_what_cannot_be_rebuilt_leaves_everything_as_it_was(tmp_path):
    rebuilt(tmp_path, "one")
    with pytest.raises(ConsumerError, match="told to"):
        rebuilt(tmp_path, "one", "fail")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert "# uid: one" in (tmp_path / "a.txt").read_text()


def test_what_a_kill_left_of_rebuilding_is_cleared(tmp_path):
    left = tmp_path / ".rebuild-one"
    left.mkdir()
    (left / "a.txt").write_text("half of it")
    rebuilt(tmp_path, "one")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert "half" not in (tmp_path / "a.txt").read_text()


def test_a_last_line_is_given_whole_however_long_it_is(tmp_path):
    (tmp_path / "a.txt").write_text(f"one\n# ended: {'x' * 300_000}\n")
    assert last_line(tmp_path / "a.txt") == f"# ended: {'x' * 300_000}"
