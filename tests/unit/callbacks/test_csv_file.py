"""CSV files hold every number and text of every stream, and say when they are whole."""

import csv
import io

import pandas
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callbacks.csv_file import csv_consumer, is_whole, rebuild_csv
from callbacks.naming import DataFolder
from tests.unit.callbacks.scan_documents import COUNTERS, T0, Scan, mesh, number_key, page, write

POINTS = {"primary": 11, "baseline": 2}


@pytest.fixture
def writer(tmp_path):
    made = csv_consumer(str(tmp_path), "copper")
    yield made
    made.close()


def read(path):
    """Read a file as pandas and NumPy do, which pass over lines with #."""
    lines = [line for line in path.read_text().splitlines(True) if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("".join(lines))))


def test_every_number_is_read_back_bit_equal(writer):
    scan = Scan(readings={"turns": number_key("PV:n", "", "integer")})
    rows = read(write(writer, scan))
    assert len(rows) == 11
    for index, row in enumerate(rows):
        event = scan.event(index)
        for key, value in event["data"].items():
            assert float(row[key]) == value
        assert float(row["time"]) == event["time"]


def test_scanned_axes_come_first_and_then_the_other_numbers_time_and_text(writer):
    scan = mesh(3, readings=None)
    scan.readings = {"state": number_key("PV:s", dtype="string")}
    scan.extra.pop("readings")
    path = write(writer, scan)
    columns = list(read(path)[0])
    assert columns[:2] == ["y", "x"]
    assert columns[-2:] == ["time", "state"]
    assert set(COUNTERS) < set(columns)


def test_what_the_table_is_stands_before_it(writer):
    lines = write(writer, Scan(extra={"comments": "hello"})).read_text().splitlines()
    for line in (
        "# blueline CSV",
        "# scan: 1",
        "# command: ascan x 0 5 10 0.1",
        "# uid: aaaaaaaa-0000",
        "# stream: primary",
        "# comment: hello",
    ):
        assert line in lines
    assert lines[-1] == "# ended: success, 11 points"
    units = next(line for line in lines if line.startswith("# units: "))
    assert "x mm" in units
    assert "time s" in units


def test_each_stream_has_a_file(tmp_path, writer):
    write(writer, Scan())
    assert {path.name for path in tmp_path.iterdir()} == {
        "copper_0001.csv",
        "copper_0001_baseline.csv",
    }
    assert [float(row["ring_current"]) for row in read(tmp_path / "copper_0001_baseline.csv")] == [
        199.9,
        199.8,
    ]
    assert "mu" not in read(tmp_path / "copper_0001_baseline.csv")[0]


def test_each_point_is_in_the_file_before_the_next_document(tmp_path):
    writer, scan, points = csv_consumer(str(tmp_path)), Scan(baseline=False), 0
    for name, doc in scan.documents():
        writer(name, doc)
        points += name == "event"
        if points:
            assert len(read(writer.paths[0])) == points


def test_missing_values_are_nan(writer):
    scan = Scan(values=((0.0,),), baseline=False)
    for name, doc in scan.documents():
        writer(name, scan.event(0, I0=None, It="text") if name == "event" else doc)
    (row,) = read(writer.paths[0])
    assert (row["I0"], row["It"], row["mu"]) == ("NaN", "NaN", "NaN")


def test_pandas_reads_the_file(writer):
    scan = Scan(readings={"state": number_key("PV:s", dtype="string")})
    path = write(writer, scan)
    table = pandas.read_csv(path, comment="#")
    assert table["x"][3] == pytest.approx(1.6, abs=1e-12)
    assert table["time"][0] == T0 + 1
    assert list(table["state"]) == [f"text {i}" for i in range(11)]


@given(st.text(max_size=40))
@example("\ud800")
def test_any_text_is_read_back_as_it_was(tmp_path_factory, text):
    scan = Scan(
        values=((0.0,),), baseline=False, readings={"state": number_key("PV:s", dtype="string")}
    )
    writer = csv_consumer(str(tmp_path_factory.mktemp("any")))
    for name, doc in scan.documents():
        writer(name, scan.event(0, state=text) if name == "event" else doc)
    with writer.paths[0].open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if row and not row[0].startswith("# ")]
    assert rows[1][-1] == text.encode("utf-8", "backslashreplace").decode()


def test_pages_give_the_same_file_as_events(tmp_path, writer):
    scan = Scan()
    events = [scan.event(i) for i in range(11)]
    paged = [(n, d) for n, d in scan.documents() if not (n == "event" and "primary" in d["uid"])]
    paged.insert(4, ("event_page", page(events)))
    other = csv_consumer(str(tmp_path / "paged"), "copper")
    for each in paged:
        other(*each)
    assert other.paths[-1].read_text() == write(writer, scan).read_text()


def test_files_that_are_there_are_not_overwritten(tmp_path, writer):
    (tmp_path / "copper_0001.csv").write_text("mine")
    assert write(writer, Scan()).name == "copper_0001_002.csv"
    assert (tmp_path / "copper_0001.csv").read_text() == "mine"


@pytest.mark.parametrize("kept", range(1, 16))
def test_files_that_were_cut_off_are_rebuilt_as_they_would_have_been(tmp_path, writer, kept):
    scan, folder = Scan(), DataFolder(tmp_path, "copper")
    for name, doc in list(scan.documents())[:kept]:
        writer(name, doc)
    writer.close()
    assert not is_whole(folder, scan.start(), POINTS)
    rebuilt = rebuild_csv(scan.documents(), folder)
    assert is_whole(folder, scan.start(), POINTS)
    assert rebuild_csv(scan.documents(), folder) == rebuilt
    assert len(list(tmp_path.iterdir())) == 2
    whole = csv_consumer(str(tmp_path / "whole"), "copper")
    write(whole, scan)
    for path, other in zip(rebuilt, whole.paths, strict=True):
        assert path.read_bytes() == other.read_bytes()


def test_a_file_that_misses_a_point_is_not_whole(tmp_path, writer):
    scan = Scan()
    for each in list(scan.documents())[:-3] + list(scan.documents())[-2:]:
        writer(*each)
    assert not is_whole(DataFolder(tmp_path, "copper"), scan.start(), POINTS)


def test_a_file_that_has_more_than_a_damaged_journal_is_left_alone(tmp_path, writer):
    scan = Scan()
    write(writer, scan)
    assert is_whole(DataFolder(tmp_path, "copper"), scan.start(), {"primary": 9, "baseline": 1})


def test_two_open_runs_do_not_mix(tmp_path, writer):
    scans = [Scan(), Scan(uid="b", scan_id=2)]
    for pair in zip(*(scan.documents() for scan in scans), strict=True):
        for each in pair:
            writer(*each)
    for scan in scans:
        assert is_whole(DataFolder(tmp_path, "copper"), scan.start(), POINTS)


def test_a_run_with_a_very_long_command_is_rebuilt_in_its_own_files(tmp_path, writer):
    scan = Scan(extra={"scan_command": "list_scan x " + "1.5 " * 25_000}, reason="no " * 50_000)
    folder = DataFolder(tmp_path, "copper")
    for each in list(scan.documents())[:8]:
        writer(*each)
    writer.close()
    rebuilt = rebuild_csv(scan.documents(), folder)
    assert is_whole(folder, scan.start(), POINTS)
    assert rebuild_csv(scan.documents(), folder) == rebuilt
    assert sorted(tmp_path.iterdir()) == sorted(rebuilt)
