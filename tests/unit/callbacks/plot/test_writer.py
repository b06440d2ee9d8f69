import subprocess
import sys

import pytest

from callbacks.naming import DataFolder
from callbacks.plot import PlotWriter, plot_consumer, rebuild_plot
from tests.unit.callbacks.scan_documents import Scan


def write(writer, documents):
    for name, doc in documents:
        writer(name, doc)


def test_the_picture_is_written_when_the_run_stops(tmp_path):
    writer = PlotWriter(DataFolder(tmp_path))
    write(writer, Scan().documents())
    (path,) = writer.paths
    assert path.read_bytes().startswith(b"\x89PNG")
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_picture_is_never_overwritten(tmp_path):
    write(PlotWriter(DataFolder(tmp_path)), Scan().documents())
    before = (tmp_path / "blueline_0001.png").read_bytes()
    again = PlotWriter(DataFolder(tmp_path))
    write(again, Scan(motors=("y",)).documents())
    assert "not overwritten" in again.problems[0]
    assert again.paths == []
    assert (tmp_path / "blueline_0001.png").read_bytes() == before


def test_a_run_that_is_open_at_the_end_is_drawn_as_failed(tmp_path):
    writer = PlotWriter(DataFolder(tmp_path))
    write(writer, list(Scan().documents())[:-1])
    writer.close()
    assert (tmp_path / "blueline_0001.png").exists()


def test_a_run_without_points_has_no_picture(tmp_path):
    scan = Scan()
    write(PlotWriter(DataFolder(tmp_path)), [("start", scan.start()), ("stop", scan.stop())])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    writer = PlotWriter(DataFolder(blocked))
    write(writer, Scan().documents())
    assert "cannot be written" in writer.problems[0]


def without_time():
    """Documents of a run whose title cannot be written."""
    for name, doc in Scan(uid="bad", scan_id=7).documents():
        yield name, {k: v for k, v in doc.items() if k != "time"} if name == "start" else doc


@pytest.mark.parametrize("kind", ["exists", "undrawable"])
def test_a_picture_that_cannot_be_made_does_not_keep_later_ones_out(tmp_path, caplog, kind):
    (tmp_path / "blueline_0007.png").touch()
    bad = without_time() if kind == "undrawable" else Scan(uid="bad", scan_id=7).documents()
    writer = PlotWriter(DataFolder(tmp_path))
    write(writer, bad)
    write(writer, Scan(uid="bbbb", scan_id=8).documents())
    writer.close()
    assert [path.name for path in writer.paths] == ["blueline_0008.png"]
    assert len(writer.problems) == 1
    assert "scan 7 has no picture" in caplog.text


def test_runs_that_are_open_together_have_a_picture_each(tmp_path):
    writer = PlotWriter(DataFolder(tmp_path))
    scans = (Scan().documents(), Scan(uid="bbbbbbbb", scan_id=2).documents())
    for pair in zip(*scans, strict=True):
        write(writer, pair)
    assert [path.name for path in writer.paths] == ["blueline_0001.png", "blueline_0002.png"]


def test_a_picture_can_be_drawn_again_from_documents(tmp_path):
    assert rebuild_plot(Scan().documents(), tmp_path / "again.png")
    assert (tmp_path / "again.png").exists()


def test_nothing_is_drawn_of_a_run_that_was_not_closed(tmp_path):
    assert not rebuild_plot(list(Scan().documents())[:-1], tmp_path / "again.png")


def test_a_consumer_that_is_not_live_shows_nothing_but_pictures_of_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":99999")
    writer = plot_consumer(str(tmp_path))
    write(writer, Scan().documents())
    writer.close()
    assert [path.name for path in tmp_path.iterdir()] == ["blueline_0001.png"]


def test_importing_the_plots_does_not_import_matplotlib():
    code = "import callbacks.plot, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_people_are_told_which_scan_has_no_picture_and_why(tmp_path):
    (tmp_path / "blueline_0007.png").touch()
    writer, said = PlotWriter(DataFolder(tmp_path)), []
    writer.say = said.append
    write(writer, Scan(scan_id=7).documents())
    (told,) = said
    assert told["notice"].startswith("scan 7 has no picture: ")
    assert "not overwritten" in told["notice"]
