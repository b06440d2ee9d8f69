"""The files of a queue and who holds it."""

import json
import os
import stat

import pytest

from blueline.queue.errors import QueueError
from blueline.queue.places import QueueFolder, hold, holder, read_json, write_json


@pytest.fixture
def folder(tmp_path):
    return QueueFolder(tmp_path / "queue").made()


def test_the_folder_is_closed_to_others(folder):
    assert stat.S_IMODE(folder.root.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(QueueError, match="cannot be made"):
        QueueFolder(tmp_path / "file" / "queue").made()


def test_the_second_to_hold_a_queue_is_refused_and_told_who_does(folder):
    held = hold(folder)
    with pytest.raises(QueueError, match=rf"is run by .*@.* \(pid {os.getpid()}\)"):
        hold(folder)
    held.release()
    hold(folder).release()


def test_a_queue_is_held_until_the_lock_is_let_go(folder):
    assert holder(folder) is None
    held = hold(folder)
    assert holder(folder).pid == os.getpid()
    held.release()
    assert holder(folder) is None


def test_json_comes_back_and_is_for_its_owner_alone(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, {"a": [1, None]})
    assert read_json(path) == {"a": [1, None]}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff"])
def test_what_is_no_json_of_ours_is_nothing(tmp_path, content):
    path = tmp_path / "a.json"
    path.write_bytes(content)
    assert read_json(path) == {}


def test_a_file_that_is_not_there_is_nothing(tmp_path):
    assert read_json(tmp_path / "a.json") == {}


def test_a_new_file_takes_the_place_of_the_old_as_a_whole(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, {"a": 1})
    with path.open() as reader:
        write_json(path, {"a": 2})
        assert json.load(reader) == {"a": 1}
    assert read_json(path) == {"a": 2}
