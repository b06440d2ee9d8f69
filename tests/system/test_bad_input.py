"""Bad input gets one sentence before anything moves, and an exit status that is not 0."""

import signal
import subprocess

import pytest

from callbacks.replay import journals, stop_of
from sim_ioc.process import IocProcess
from tests.system.commands import BLUELINE, complaint, run

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def port():
    with IocProcess(instant=True) as ioc:
        yield str(ioc.port)


def scan(port, folder, *words):
    return run("scan", "--port", port, "--data", str(folder), *words)


def test_a_wrong_motor_name_is_told_with_the_nearest_one(port, tmp_path):
    assert complaint(scan(port, tmp_path, "ascan", "brag", "0", "1", "5", "0.1")) == (
        "blueline: there is no device 'brag'; did you mean bragg?"
    )


def test_a_position_that_is_no_number_is_refused(port, tmp_path):
    sentence = complaint(scan(port, tmp_path, "ascan", "x", "0", "nan", "5", "0.1"))
    assert sentence == "blueline: the stop of x must be a finite number, not nan"


def test_a_limit_that_would_be_exceeded_is_named_before_anything_moves(port, tmp_path):
    sentence = complaint(scan(port, tmp_path, "ascan", "x", "0", "99", "5", "0.1"))
    assert "x cannot go to" in sentence
    assert "its limits are -25 to 25 mm" in sentence
    assert journals(tmp_path) == []


def test_an_energy_beyond_the_limits_of_a_crystal_axis_names_axis_and_energy(port, tmp_path):
    sentence = complaint(scan(port, tmp_path, "ascan", "energy", "2100", "9000", "5", "0.1"))
    assert "energy cannot go to 2100 eV: bragg would have to go to" in sentence


def test_a_missing_ioc_is_told_with_what_to_do(tmp_path):
    sentence = complaint(scan("5999", tmp_path, "ascan", "x", "0", "1", "5", "0.1"))
    assert "none of its devices answers" in sentence
    assert "blueline ioc" in sentence


def test_a_folder_that_cannot_be_written_is_told(port):
    sentence = complaint(scan(port, "/proc/nowhere", "ascan", "x", "0", "1", "5", "0.1"))
    assert "the data folder /proc/nowhere/journal cannot be used" in sentence


def test_missing_arguments_are_named(port, tmp_path):
    sentence = complaint(scan(port, tmp_path, "ascan", "x", "0"))
    assert "stop and intervals and count_time are missing" in sentence


def test_a_good_scan_typed_as_in_spec_runs(port, tmp_path):
    done = scan(port, tmp_path, "ascan", "x", "-1", "1", "4", "0.1")
    assert done.returncode == 0, done.stderr
    assert "5 points" in done.stdout
    assert len(journals(tmp_path)) == 1


def test_a_folder_without_runs_is_told(tmp_path):
    sentence = complaint(run("runs", "list", "--data", str(tmp_path / "none")))
    assert "there is no data folder" in sentence


def test_ctrl_c_stops_a_scan_keeps_its_points_and_says_so(tmp_path):
    with IocProcess(time_factor=20) as ioc:
        words = ["scan", "--port", str(ioc.port), "--data", str(tmp_path)]
        command = [*BLUELINE, *words, "ascan", "x", "0", "1", "1000", "0.2"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as child:
            wait_for_line(child, "     3 ")
            child.send_signal(signal.SIGINT)
            _, errors = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "blueline: interrupted; what was measured is kept" in errors
    assert "Traceback" not in errors
    (journal,) = journals(tmp_path)
    assert stop_of(journal)["exit_status"] == "success"
    assert stop_of(journal)["num_events"]["primary"] >= 3


def wait_for_line(child, beginning):
    for line in child.stdout:
        if line.startswith(beginning):
            return
    pytest.fail(f"no line began with {beginning!r}")


def test_a_folder_that_is_a_file_is_told_by_the_demonstration(tmp_path):
    (tmp_path / "file").touch()
    sentence = complaint(run("demo", "--data", str(tmp_path / "file")))
    assert str(tmp_path / "file") in sentence


def test_an_export_to_a_file_is_told(tmp_path, port):
    scan(port, tmp_path, "ascan", "x", "0", "1", "2", "0.1")
    (tmp_path / "file").touch()
    sentence = complaint(
        run("runs", "export", "1", "--data", str(tmp_path), "--to", str(tmp_path / "file"))
    )
    assert str(tmp_path / "file") in sentence
