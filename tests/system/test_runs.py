"""Files made again from journals."""

import pytest

from blueline.runs import RunArchive, recover_all
from callbacks import CallbackError
from tests.unit.callbacks.scan_documents import Scan, record


@pytest.fixture
def run(tmp_path):
    record(tmp_path, Scan())
    (found,) = RunArchive(tmp_path)
    return found


def test_an_export_makes_spec_nexus_and_picture_in_another_folder(run, tmp_path):
    made = run.export(tmp_path / "elsewhere")
    assert {path.suffix for path in made} >= {".spec", ".nxs", ".png"}
    assert all(path.parent == tmp_path / "elsewhere" for path in made)
    assert all(path.stat().st_size > 0 for path in made)


def test_an_export_over_files_that_are_there_is_refused_and_leaves_them(run, tmp_path):
    made = run.export(tmp_path / "elsewhere")
    before = {path: path.read_bytes() for path in made}
    with pytest.raises(CallbackError):
        run.export(tmp_path / "elsewhere")
    assert {path: path.read_bytes() for path in made} == before


def test_recovery_closes_an_open_run_and_says_so(tmp_path):
    record(tmp_path, Scan(), stop=False)
    (sentence,) = recover_all(tmp_path)
    assert sentence.startswith("scan 1: closed as failed (the process that recorded it ended)")
    (found,) = RunArchive(tmp_path)
    assert (found.status, found.points) == ("fail", 11)
