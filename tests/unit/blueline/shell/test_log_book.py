"""The log book is a file that grows."""

import pytest

from blueline.errors import BluelineError
from blueline.shell.log_book import write


def test_entries_follow_each_other_under_their_times(tmp_path):
    path = tmp_path / "new folder" / "logbook.md"
    write(path, "sample changed to Cu")
    write(path, "µ of the second one")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("## 2")] == [
        "sample changed to Cu",
        "µ of the second one",
    ]


def test_a_log_book_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    with pytest.raises(BluelineError, match=r"the log book .* cannot be written"):
        write(tmp_path, "a folder stands there")
