"""A file is there whole, before or after, whoever writes it and whatever goes wrong."""

import stat
import subprocess
import sys
import threading

import pytest

from blueline.whole_files import replace_file
from callbacks.leftovers import clear
from tests.waiting import PATIENCE


def test_a_new_file_takes_the_place_of_the_old_as_a_whole(tmp_path):
    path = tmp_path / "a.txt"
    replace_file(path, "old")
    with path.open() as reader:
        replace_file(path, "new")
        assert reader.read() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_it_may_be_read_by_whom_it_was(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o640)
    replace_file(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_secret_is_for_its_owner_alone(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    replace_file(path, "new", mode=0o600, is_durable=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_that_cannot_be_written_stays_and_leaves_nothing_beside(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        replace_file(path, "\ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_has_begun_is_removed_from_a_data_folder(tmp_path):
    """kill -9 between writing beside and putting in place."""
    script = (
        "import os, pathlib, signal, sys\n"
        "from blueline.whole_files import replace_file\n"
        "pathlib.Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "replace_file(pathlib.Path(sys.argv[1]), 'new')\n"
    )
    path = tmp_path / "a.txt"
    path.write_text("old")
    subprocess.run([sys.executable, "-c", script, path], check=False, timeout=PATIENCE)
    assert len(list(tmp_path.iterdir())) == 2
    clear(tmp_path)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text() == "old"


def test_many_who_write_at_once_leave_one_of_them_whole(tmp_path):
    path = tmp_path / "a.txt"
    texts = [str(number) * 100_000 for number in range(8)]
    writers = [threading.Thread(target=replace_file, args=(path, text)) for text in texts]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert path.read_text() in texts
    assert list(tmp_path.iterdir()) == [path]
