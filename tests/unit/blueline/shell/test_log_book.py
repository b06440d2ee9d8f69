"""The log book is a file that grows."""

import io
from types import SimpleNamespace

import pytest

from blueline.errors import BluelineError
from blueline.runs import RunArchive
from blueline.shell.commands import make_commands
from blueline.shell.log_book import write
from callbacks import DataFolder, Journal
from tests.unit.callbacks.scan_documents import Scan


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


@pytest.fixture
def run(tmp_path):
    """A finished run in a data folder, and the command."""
    scan = Scan(extra={"data_set": "Cu"})
    journal = Journal(DataFolder(tmp_path).journal_path)
    for name, document in scan.documents():
        journal(name, document)
    journal.close()
    session = SimpleNamespace(folder=DataFolder(tmp_path), screen=io.StringIO())
    return make_commands(session)["elog_plot"]


def test_the_plot_of_a_run_goes_into_the_log_book(run, tmp_path):
    (record,) = RunArchive(tmp_path)
    picture = record.folder.plot_path(record.start)
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(b"a picture")
    run()
    book = (tmp_path / "logbook.md").read_text(encoding="utf-8")
    assert f"![Cu/1]({picture.relative_to(tmp_path)})" in book


def test_a_run_without_a_plot_is_told(run):
    with pytest.raises(BluelineError, match="the run Cu/1 has no plot"):
        run("Cu/1")
