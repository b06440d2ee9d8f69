"""What a SPEC block holds beside its columns: spectra, comments, metadata, positions, streams."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.spec_block import LARGEST_SPECTRUM
from callbacks.spec_format import file_header
from tests.unit.callbacks.scan_documents import T0, Scan, number_key, page
from tests.unit.callbacks.spec_readers import by_silx, by_spec2nexus
from tests.unit.callbacks.spec_runs import spec_block

CHANNELS = 8


def array_key(*shape, **more):
    return {"source": "PV:mca", "dtype": "array", "shape": list(shape), "units": "counts", **more}


def with_mca(first=0, **changes):
    """Give the documents of a scan with a calibrated spectrum at each point."""
    scan = Scan(readings={"mca": array_key(CHANNELS)})
    for name, doc in scan.documents():
        if name == "descriptor" and doc["name"] == "primary":
            doc["configuration"]["scaler"]["data"] = {
                "mca_offset": 12.5,
                "mca_slope": 10.0,
                "mca_quadratic": 1e-7,
                "mca_first_channel": first,
            }
        if name == "event" and "primary" in doc["uid"]:
            doc["data"] |= changes.get(f"point{doc['seq_num']}", {})
        yield name, doc


def written(tmp_path, documents):
    documents = list(documents)
    path = tmp_path / "scan.spec"
    path.write_text(file_header(path.name, documents[0][1]) + spec_block(documents))
    return path


def test_spectra_are_read_back_with_channels_and_calibration(tmp_path):
    path = written(tmp_path, with_mca())
    read, other = by_silx(path), by_spec2nexus(path, 1)
    expected = [[i + channel / 7 for channel in range(CHANNELS)] for i in range(11)]
    assert np.array_equal(list(read.mca), expected)
    assert other.data["_mca_"]["mca"] == expected
    assert list(read.mca.channels[0]) == list(range(CHANNELS))
    assert list(read.mca.calibration[0]) == [12.5, 10.0, 1e-7]
    assert other.MCA["CALIB"] == {"a": 12.5, "b": 10.0, "c": 1e-7}
    assert read.data.shape == (len(read.labels), 11)
    assert len(other.data["x"]) == 11


def test_a_spectrum_line_comes_before_the_row_of_its_point():
    lines = spec_block(with_mca()).splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("@A "))
    assert lines[first - 1].startswith("#L ")
    assert lines[first + 1].startswith("0.1")
    assert f"#@MCA %{CHANNELS}C" in lines
    assert f"#@CHANN {CHANNELS} 0 {CHANNELS - 1} 1" in lines
    assert "#MD spectra = mca" in lines


@pytest.mark.parametrize(
    "spectrum", [[0, 1, 2], [1e-5, 2.5e-7], [3.0, 1e22, 5e-324], [True, 7]], ids=str
)
def test_all_numbers_of_a_spectrum_are_bit_equal_in_both_readers(tmp_path, spectrum):
    path = written(tmp_path, with_mca(point1={"mca": spectrum}))
    assert list(by_silx(path).mca[0]) == [float(value) for value in spectrum]
    assert by_spec2nexus(path, 1).data["_mca_"]["mca"][0] == spectrum


@pytest.mark.parametrize("spectrum", [None, "text", 3.0, [math.nan] * CHANNELS], ids=str)
def test_a_spectrum_that_is_missing_is_infinite_and_shifts_no_other(tmp_path, spectrum):
    path = written(tmp_path, with_mca(point2={"mca": spectrum}))
    read, other = by_silx(path), by_spec2nexus(path, 1)
    assert len(read.mca) == 11
    assert np.isinf(read.mca[1]).all()
    assert np.isinf(other.data["_mca_"]["mca"][1]).all()
    assert list(read.mca[2]) == [2 + channel / 7 for channel in range(CHANNELS)]
    assert read.data.shape[1] == len(other.data["x"]) == 11


def test_a_part_of_a_spectrum_is_read_back_with_the_numbers_of_its_channels(tmp_path):
    read = by_silx(written(tmp_path, with_mca(first=800)))
    assert list(read.mca.channels[0]) == list(range(800, 800 + CHANNELS))


def test_several_spectra_of_a_point_follow_each_other(tmp_path):
    scan = Scan(readings={"one": array_key(4), "two": array_key(3)})
    read = by_silx(written(tmp_path, scan.documents()))
    assert [len(spectrum) for spectrum in read.mca] == [4, 3] * 11
    assert [len(channels) for channels in read.mca.channels] == [4, 3]
    assert list(read.mca[3]) == [1 + channel / 7 for channel in range(3)]


@pytest.mark.parametrize(
    "key",
    [
        array_key(2, 2),
        array_key(LARGEST_SPECTRUM + 1),
        array_key(4, external="STREAM:"),
        array_key(None),
    ],
    ids=["image", "large", "external", "variable"],
)
def test_arrays_of_other_kinds_are_no_spectra(key):
    scan = Scan(values=(), readings={"camera": key})
    assert "@" not in spec_block(scan.documents())


def test_pages_with_spectra_give_the_same_block():
    documents = list(with_mca())
    events = [doc for name, doc in documents if name == "event" and "primary" in doc["uid"]]
    paged = [pair for pair in documents if not any(pair[1] is event for event in events)]
    paged.insert(4, ("event_page", page(events)))
    assert spec_block(paged) == spec_block(documents)


@pytest.mark.parametrize("comments", ["one\ntwo", ["one", "two"], ["one\n\ntwo"], ("one", "two")])
def test_comments_are_dated_lines_before_the_points(tmp_path, comments):
    scan = Scan(extra={"comments": comments})
    path = written(tmp_path, scan.documents())
    dated = [line for line in path.read_text().splitlines() if line.endswith(("  one", "  two"))]
    assert [line[:4] for line in dated] == ["#C F", "#C F"]
    assert len(by_spec2nexus(path, 1).comments) == 3
    assert by_silx(path).data.shape[1] == 11


def test_what_the_start_document_says_in_a_word_is_metadata(tmp_path):
    scan = Scan(extra={"edge": "K", "edge_energy": 8979.0, "proposal": 7, "nested": {"a": 1}})
    metadata = by_spec2nexus(written(tmp_path, scan.documents()), 1).MD
    assert metadata["uid"] == scan.uid
    assert metadata["edge_energy"] == "8979.0"
    assert metadata["proposal"] == "7"
    assert "nested" not in metadata


def test_units_of_columns_are_metadata(tmp_path):
    metadata = by_spec2nexus(written(tmp_path, Scan().documents()), 1).MD
    assert metadata["units"].startswith("x mm, Seconds s, x_setpoint mm, I0 counts")


def test_without_a_baseline_positions_are_those_of_the_scanned_axes(tmp_path):
    scan = Scan(baseline=False, extra={"positions_before": {"x": 2.5}})
    read = by_silx(written(tmp_path, scan.documents()))
    assert dict(zip(read.motor_names, read.motor_positions, strict=True)) == {"x": 2.5}


def test_a_position_that_was_not_read_shifts_no_other(tmp_path):
    scan = Scan()
    documents = list(scan.documents())
    documents[2][1]["data"] |= {"bragg": None, "energy": math.nan}
    read = by_silx(written(tmp_path, documents))
    positions = dict(zip(read.motor_names, read.motor_positions, strict=True))
    assert positions["gap"] == 12.813
    assert positions["vgap"] == 0.5


def test_points_of_a_run_are_those_of_its_first_dimension():
    scan = Scan(extra={"hints": {"dimensions": [[["x"], "fly"]]}})
    documents = [(name, dict(doc)) for name, doc in scan.documents()]
    for name, doc in documents:
        if name == "descriptor" and doc["name"] == "primary":
            doc["name"] = "fly"
    assert spec_block(documents) == spec_block(Scan().documents())


def test_other_streams_are_told_and_add_no_rows():
    scan = Scan()
    documents = list(scan.documents())
    monitor = {**scan.descriptor("ring"), "uid": "mon", "name": "ring_monitor"}
    event = {
        "uid": "e",
        "descriptor": "mon",
        "seq_num": 1,
        "time": T0,
        "data": {"ring_current": 1},
        "timestamps": {},
    }
    documents[5:5] = [("descriptor", monitor), ("event", event)]
    told = "#C stream ring_monitor has 1 points, which are not in this file\n"
    assert spec_block(documents).replace(told, "") == spec_block(scan.documents())
    assert told in spec_block(documents)


@pytest.mark.parametrize(
    ("status", "reason", "told"),
    [
        ("abort", "no beam", "ended: aborted, 11 points: no beam"),
        ("fail", "x: limit\nreached", "ended: failed, 11 points: x: limit\\nreached"),
        ("success", "", "ended: success, 11 points"),
    ],
)
def test_how_a_run_ended_is_its_last_line(status, reason, told):
    block = spec_block(Scan(exit_status=status, reason=reason).documents())
    assert block.endswith(f"{told}\n\n")


def test_a_text_reading_makes_no_column():
    scan = Scan(readings={"state": number_key("PV:s", dtype="string")})
    assert "state" not in spec_block(scan.documents())


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=3), st.text(), st.text())
def test_any_text_stays_in_its_block_and_makes_no_row(extra, comments, command):
    told = {**extra, "comments": comments, "scan_command": command}
    scan = Scan(values=((0.0,), (1.0,)), extra=told)
    block = spec_block(scan.documents())
    assert re.findall(r"^#[SF] ", block, re.M) == ["#S "]
    rows = [line for line in block.split("\n") if line and not line.startswith("#")]
    assert len(rows) == 2
    assert all(len(row.split()) == int(re.findall(r"^#N (\d+)$", block, re.M)[0]) for row in rows)
