import os
import sqlite3
import threading

import pytest

from blueline.settings import SettingsError, open_settings
from blueline.settings import sqlite_store as module


@pytest.fixture
def path(tmp_path):
    return tmp_path / "made" / "settings.sqlite"


@pytest.fixture
def opened(path):
    with open_settings(path) as settings:
        yield settings


def test_the_folder_is_made(opened, path):
    opened.namespace("n")["x"] = 1
    assert path.is_file()


def test_what_was_acknowledged_is_on_the_disk(opened, path):
    opened.namespace("n")["x"] = 1
    with sqlite3.connect(path) as reader:
        assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    reader.close()


def test_a_read_does_not_wait_for_a_writer(opened, path):
    kept = opened.namespace("n")
    kept["x"] = 1
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert kept["x"] == 1
    writer.close()


def test_a_write_gives_up_when_somebody_writes_for_too_long(path, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    with open_settings(path) as settings:
        writer = sqlite3.connect(path, isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(SettingsError, match="another process has been writing"):
            settings.namespace("n")["x"] = 1
        writer.close()
        settings.namespace("n")["x"] = 2
        assert settings.namespace("n")["x"] == 2


@pytest.mark.parametrize(
    "damage",
    [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4000],
    ids=["text", "page"],
)
def test_a_damaged_file_is_told_with_what_to_do(path, damage):
    path.parent.mkdir()
    path.write_bytes(damage)
    with pytest.raises(SettingsError, match="damaged: move it away"):
        open_settings(path)


def test_an_empty_file_becomes_settings(path):
    path.parent.mkdir()
    path.touch()
    with open_settings(path) as settings:
        settings.namespace("n")["x"] = 1
        assert settings.namespace("n")["x"] == 1


def test_a_file_of_a_newer_form_is_left_alone(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(SettingsError, match="newer blueline"):
        open_settings(path)


def test_a_folder_where_nothing_can_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="see that the folder exists"):
        open_settings(tmp_path / "file" / "settings.sqlite")


def test_threads_share_settings(opened):
    def count():
        found.extend(opened.increment("numbers", "scan") for _ in range(50))

    found = []
    threads = [threading.Thread(target=count) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(found) == list(range(1, 201))


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_has_settings_of_its_own(opened):
    kept = opened.namespace("n")
    kept["x"] = 1
    child = os.fork()
    if child == 0:
        kept["y"] = kept["x"] + 1
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert kept.copy() == {"x": 1, "y": 2}


def test_what_is_read_again_is_not_read_from_the_file_again(opened, path):
    kept = opened.namespace("n")
    kept["x"] = [1]
    asked = []
    opened._store._connection.set_trace_callback(asked.append)
    assert [kept["x"] for _ in range(3)] == [[1]] * 3
    assert set(asked) == {"PRAGMA data_version"}


def test_a_file_that_machines_may_share_has_no_shared_memory(path, monkeypatch):
    monkeypatch.setattr(module, "is_on_network", lambda _: True)
    with open_settings(path) as settings, open_settings(path) as others:
        ours, theirs = settings.namespace("n"), others.namespace("n")
        for number in range(20):
            ours["x"] = number
            assert theirs["x"] == number
            assert [settings.increment("n", "y"), others.increment("n", "y")] == [
                2 * number + 1,
                2 * number + 2,
            ]
        assert [each.name for each in path.parent.iterdir()] == ["settings.sqlite"]
