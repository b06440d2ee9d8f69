"""The commands on runs, as they are typed."""

import pytest
from typer.testing import CliRunner

from blueline import cli, run_commands
from blueline.runs import RunArchive
from blueline.timings import StoredTimings
from tests.unit.blueline.test_timings import TIMING
from tests.unit.callbacks.scan_documents import Scan, record


@pytest.fixture
def run(tmp_path):
    """The only run of a folder."""
    record(tmp_path, Scan())
    (found,) = RunArchive(tmp_path)
    return found


def runs(command, folder, *words):
    return CliRunner().invoke(run_commands.app, [command, "--data", str(folder), *words])


def test_runs_are_those_of_the_beamline_that_one_is_in(tmp_path, monkeypatch):
    (tmp_path / "beamline.yml").write_text("beamline: {name: b, data: {root: kept}}\n")
    (tmp_path / "below").mkdir()
    record(tmp_path / "kept", Scan())
    monkeypatch.chdir(tmp_path / "below")
    done = CliRunner().invoke(run_commands.app, ["list"])
    assert (done.exit_code, len(done.output.splitlines())) == (0, 1)


def test_without_a_beamline_runs_are_those_of_the_folder_that_sessions_take(tmp_path, monkeypatch):
    record(tmp_path / "blueline-data", Scan())
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(run_commands.app, ["list"]).exit_code == 0


@pytest.mark.parametrize("number", ["1", "-1"])
def test_a_run_gets_a_comment_from_the_command_line(run, tmp_path, number):
    done = runs("comment", tmp_path, number, "the beam was lost")
    (comment,) = run.comments
    assert comment.text == "the beam was lost"
    assert (done.exit_code, done.output) == (0, f"{comment}\n")


def test_a_comment_on_a_run_that_there_is_not_is_refused(run, tmp_path):
    done = runs("comment", tmp_path, "7", "the beam was lost")
    assert done.exit_code == 1
    assert isinstance(done.exception, cli._expected())
    assert run.comments == []


def test_what_the_time_of_a_run_went_into_is_shown_on_the_command_line(run, tmp_path):
    StoredTimings(tmp_path / "timings.json").keep(run.start["uid"], TIMING)
    done = runs("timing", tmp_path, "1")
    assert (done.exit_code, done.output) == (0, f"{TIMING}\n")
