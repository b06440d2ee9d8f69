"""What a catalog deletes of itself, and what it leaves alone; by its own process."""

import subprocess
import sys

import pytest

from callbacks.catalog_server import Settings, as_json


def served(folder):
    """Start the server of a folder that cannot be a catalog; give what it says last."""
    done = subprocess.run(
        [sys.executable, "-m", "callbacks.catalog_server"],
        input=as_json(Settings(str(folder))),
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr.decode().strip().rpartition("\n")[2]


@pytest.mark.parametrize("name", ["arrays/mine.npy", "arrays/deep/mine.npy", "tables.duckdb"])
def test_a_folder_that_nothing_calls_a_catalog_is_left_alone(tmp_path, name):
    mine = tmp_path / "catalog" / name
    mine.parent.mkdir(parents=True)
    mine.write_text("a user's own")
    status, said = served(tmp_path / "catalog")
    assert mine.read_text() == "a user's own"
    assert status == 1
    assert "has neither place.txt nor catalog.db" in said
    assert "move it elsewhere" in said
