"""The server of a catalog lives as long as somebody uses it, and no longer."""

import fcntl
import os
import signal
import subprocess
import sys

import pytest

from callbacks.catalog import open_catalog
from callbacks.catalog_process import catalog_server, waited_lock
from callbacks.catalog_server import ALIVE, Settings
from callbacks.errors import CatalogError
from tests.system.catalog_runs import line
from tests.unit.callbacks.scan_documents import record

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("default::DeprecationWarning"),
]

#: Opens a catalog, says how many runs it has, and stays.
READER = """
import sys
from callbacks.catalog import open_catalog
with open_catalog(sys.argv[1]) as runs:
    print(len(runs), flush=True)
    sys.stdin.read()
"""


def test_a_server_outlives_the_kill_of_one_user_and_ends_with_the_last(tmp_path):
    record(tmp_path, line(1))
    first = subprocess.Popen(
        [sys.executable, "-c", READER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with first:
        assert first.stdout is not None
        assert first.stdout.readline() == "1\n"
        with open_catalog(tmp_path) as runs:
            first.send_signal(signal.SIGKILL)
            first.wait()
            assert len(runs[1].table()) == 11
    os.close(waited_lock(tmp_path / "catalog" / ALIVE, fcntl.LOCK_EX, 10))


def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path):
    database = "postgresql://ada:secret@127.0.0.1:1/runs"
    with (
        pytest.raises(CatalogError, match="the catalog server ended") as caught,
        catalog_server(Settings(str(tmp_path), database)),
    ):
        pass
    assert "secret" not in str(caught.value)


def test_a_data_folder_that_was_moved_is_read_where_it_is(tmp_path):
    record(tmp_path / "here", line(1))
    with open_catalog(tmp_path / "here") as runs:
        assert len(runs) == 1
    (tmp_path / "here").rename(tmp_path / "there")
    with open_catalog(tmp_path / "there") as runs:
        assert len(runs[1].table()) == 11


def test_a_folder_whose_name_tiled_misreads_is_refused(tmp_path):
    with (
        pytest.raises(CatalogError, match=r"cannot lie in .*#1/catalog: Tiled takes"),
        open_catalog(tmp_path / "#1"),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(CatalogError, match="which cannot be made: Not a directory"),
        catalog_server(Settings(str(tmp_path / "file" / "catalog"))),
    ):
        pass


def test_waiting_for_another_process_has_an_end(tmp_path):
    held = waited_lock(tmp_path / "fill.lock", fcntl.LOCK_EX, 1)
    with pytest.raises(CatalogError, match=r"another process has kept .* locked for 0\.1 s"):
        waited_lock(tmp_path / "fill.lock", fcntl.LOCK_EX, 0.1)
    os.close(held)
