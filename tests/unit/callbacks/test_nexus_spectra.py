"""Spectra of a finished run get into files of their own, at their places."""

import re
import subprocess
import sys

import h5py
import numpy as np
import pytest

from callbacks import DataFolder, Journal
from callbacks.errors import ConsumerError
from callbacks.nexus_spectra import export
from callbacks.replay import Replay
from callbacks.spectra import cube_of, spectra_of
from tests.unit.callbacks.scan_documents import mesh

CHANNELS = 20
COLUMNS, ROWS = 4, 3


def to_and_fro():
    """A map whose lines are gone to and fro: each spectrum says in its first channels where."""
    scan = mesh(n_x=COLUMNS, n_y=ROWS)
    places = [(0.25 * i, 0.5 * j - 1) for j in range(ROWS) for i in _way(j)]
    scan.values = tuple(places)
    documents = list(scan.documents())
    number = 0
    for name, doc in documents:
        if name == "descriptor" and doc["name"] == "primary":
            key = {"source": "PV:mca", "dtype": "array", "shape": [CHANNELS], "object_name": "mca"}
            doc["data_keys"]["mca"] = key
            told = {"mca_offset": 5.0, "mca_slope": 10.0, "mca_quadratic": 0.0}
            doc["configuration"]["mca"] = {"data": told}
        elif name == "event" and "I0" in doc["data"]:
            x, y = places[number]
            doc["data"]["mca"] = [x, y, *[float(number)] * (CHANNELS - 2)]
            number += 1
    return documents


def _way(row):
    return range(COLUMNS) if row % 2 == 0 else reversed(range(COLUMNS))


@pytest.fixture
def journal(tmp_path):
    kept = Journal(DataFolder(tmp_path).journal_path)
    for name, doc in to_and_fro():
        kept(name, doc)
    kept.close()
    (path,) = (tmp_path / "journal").glob("*.jsonl")
    return path


def test_lines_that_were_gone_to_and_fro_lie_side_by_side(journal):
    """PS-126."""
    cube = cube_of(spectra_of(Replay(journal)))
    assert cube.values.shape == (ROWS, COLUMNS, CHANNELS)
    np.testing.assert_allclose(cube.values[:, :, 0], [0.25 * np.arange(COLUMNS)] * ROWS)
    np.testing.assert_allclose(cube.values[:, :, 1].T, [0.5 * np.arange(ROWS) - 1] * COLUMNS)
    assert cube.values[1, :, 2].tolist() == [7, 6, 5, 4]


def test_spectra_are_divided_by_the_monitor_and_keep_their_mean(journal):
    spectra = spectra_of(Replay(journal))
    cube = cube_of(spectra, "I0")
    monitor = spectra.columns["I0"]
    expected = spectra.values * (monitor.mean() / monitor)[:, np.newaxis]
    assert np.nansum(cube.normalised) == pytest.approx(expected.sum())
    assert cube.normalised[0, 1, 5] == pytest.approx(expected[1, 5])


def test_the_cube_is_read_back_with_its_axes(journal, tmp_path):
    *_, path = export(journal, tmp_path / "out", monitor="I0")
    with h5py.File(path) as file:
        group = file["entry/spectra"]
        assert list(group.attrs["axes"]) == ["y", "x", "energy"]
        assert group.attrs["signal"] == "normalised"
        assert group["counts"].shape == (ROWS, COLUMNS, CHANNELS)
        assert group["energy"][:3].tolist() == [5.0, 15.0, 25.0]
        assert group["x"][:].tolist() == [0, 0.25, 0.5, 0.75]


def test_each_point_has_a_file_with_place_calibration_and_channels(journal, tmp_path):
    made = export(journal, tmp_path / "out")
    points = [path for path in made if path.suffix == ".mca"]
    assert len(points) == ROWS * COLUMNS
    text = points[4].read_text()
    assert "#@CALIB 5 10 0\n" in text
    assert f"#@CHANN {CHANNELS} 0 {CHANNELS - 1} 1\n" in text
    (block,) = re.findall(r"^@A (.*)", text.replace("\\\n", ""), re.MULTILINE)
    assert [float(word) for word in block.split()] == [0.75, -0.5, *[4.0] * (CHANNELS - 2)]


def test_files_that_are_there_are_never_overwritten(journal, tmp_path):
    first, *_ = export(journal, tmp_path / "out")
    before = first.read_bytes()
    with pytest.raises(ConsumerError, match="is there already; export to another folder"):
        export(journal, tmp_path / "out")
    assert first.read_bytes() == before


@pytest.mark.parametrize(
    ("key", "monitor", "said"),
    [
        ("ghost", "", "ghost gives no spectra in this run; there are mca"),
        ("", "ghost", "no column ghost to normalise by; there are"),
    ],
)
def test_what_the_run_has_not_got_is_said(journal, tmp_path, key, monitor, said):
    with pytest.raises(ConsumerError, match=said):
        export(journal, tmp_path / "out", key, monitor)
    assert not list(tmp_path.glob("out/*"))


def test_a_run_without_spectra_says_so(tmp_path):
    with pytest.raises(ConsumerError, match="the run has no spectra"):
        spectra_of(mesh().documents())


def test_the_program_says_in_a_sentence_what_is_wrong(journal, tmp_path):
    command = [sys.executable, "-m", "callbacks.nexus_spectra", str(journal), str(tmp_path / "out")]
    good = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    again = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (good.returncode, len(good.stdout.splitlines())) == (0, ROWS * COLUMNS + 1)
    assert again.returncode == 1
    assert "is there already" in again.stderr
