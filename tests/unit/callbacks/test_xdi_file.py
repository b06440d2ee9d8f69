"""XDI files have the fields of the format, the points of the run, and are complete at any time."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.errors import ConsumerError
from callbacks.line import to_line
from callbacks.naming import DataFolder
from callbacks.replay import Replay
from callbacks.run_table import RunTable
from callbacks.xdi_file import is_whole, rebuild_xdi, xdi_consumer
from callbacks.xdi_header import ENDING_WIDTH, XdiColumns, header, is_energy_scan
from callbacks.xdi_read import read_xdi
from tests.unit.callbacks.scan_documents import T0, Scan, mesh, number_key, page

EDGE = {
    "element": "Cu",
    "edge": "K",
    "edge_energy": 8979.0,
    "mono": {"name": "Si(111)", "d_spacing": 3.13555},
    "facility": "Virtual",
    "comments": "first\nsecond",
    "plan_args": {
        "regions": [
            {"start": 8950, "stop": 8970, "step": 2, "k_step": None, "time": 1.0},
            {"start": 8970, "stop": 9600, "step": None, "k_step": 0.05, "time": 0.5, "weight": 2},
        ]
    },
}


def energy_scan(**settings):
    values = tuple((8970.0 + 2 * i,) for i in range(11))
    extra = {**EDGE, **settings.pop("extra", {})}
    return Scan(motors=("energy",), values=values, extra=extra, **settings)


@pytest.fixture
def writer(tmp_path):
    made = xdi_consumer(str(tmp_path), "copper")
    yield made
    made.close()


def write(writer, scan):
    for name, doc in scan.documents():
        writer(name, doc)
    return writer.paths[-1]


def test_an_energy_scan_has_the_fields_of_the_format(writer):
    lines = write(writer, energy_scan()).read_text().splitlines()
    assert re.fullmatch(r"# XDI/1\.0 Blueline/\S+ Legend ScanParameters ExtraPVs", lines[0])
    for line in (
        "# Column.1: energy eV",
        "# Column.3: i0 counts",
        "# Column.4: itrans counts",
        "# Column.5: ifluor counts",
        "# Column.7: mutrans",
        "# Element.symbol: Cu",
        "# Element.edge: K",
        "# Mono.name: Si(111)",
        "# Mono.d_spacing: 3.13555",
        "# Facility.name: Virtual",
        "# Sample.name: Cu foil",
        "# Scan.edge_energy: 8979.0 eV",
        "# ScanParameters.Region1: 8950 8970 2 False 1.0",
        "# ScanParameters.Region2: 8970 9600 0.05 True 0.5 weight=2",
        "# ExtraPVs.ring_current: 199.9 mA || PV:ring",
    ):
        assert line in lines
    at = lines.index("# ///")
    assert lines[at + 1 : at + 3] == ["# first", "# second"]
    assert lines[at + 3].startswith("# ---")
    assert lines[at + 4].split()[1:5] == ["energy", "energy_setpoint", "i0", "itrans"]


def test_times_of_start_and_end_are_iso_times(writer):
    fields = read_xdi(write(writer, energy_scan())).fields
    start, end = fields["scan.start_time"], fields["scan.end_time"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", start)
    assert np.datetime64(end) - np.datetime64(start) == np.timedelta64(200, "s")


def test_every_number_is_read_back_bit_equal_by_label_number_and_pv(writer):
    scan = energy_scan()
    read = read_xdi(write(writer, scan))
    points = [scan.event(i)["data"] for i in range(11)]
    for key, name in [("energy", "energy"), ("I0", "i0"), ("It", "PV:scaler.It"), ("If", 4)]:
        assert list(read.get_data(name)) == [point[key] for point in points]
    assert list(read.get_data("scaler.It")) == list(read.get_data("itrans"))
    elapsed = read.get_data("elapsed_time")
    assert list(elapsed) == [scan.event(i)["time"] - T0 for i in range(11)]
    assert read.comments == ["first", "second"]


@pytest.mark.parametrize("column", ["nothing", 99])
def test_a_column_that_is_not_there_is_refused_with_those_that_are(writer, column):
    with pytest.raises(ConsumerError, match="there are energy, energy_setpoint"):
        read_xdi(write(writer, energy_scan())).get_data(column)


def test_what_is_no_xdi_file_is_refused(tmp_path):
    (tmp_path / "x.xdi").write_text("#F spec\n")
    with pytest.raises(ConsumerError, match="is no XDI file"):
        read_xdi(tmp_path / "x.xdi")


def test_a_file_of_stepscan_is_read(tmp_path):
    (tmp_path / "x.001").write_text(
        "#XDI/1.1    Epics StepScan File / 2.0\n# Scan.start_time: 2026-01-01T10:00:00\n"
        "# Column.1: energy eV || IOC:En\n# Column.2: i0 || IOC:scaler.S2\n#///\n# hello\n"
        "#----\n# energy i0\n 1.5 2\n 2.5 3\n"
    )
    read = read_xdi(tmp_path / "x.001")
    assert list(read.get_data("IOC:scaler.S2")) == [2, 3]
    assert read.comments == ["hello"]


def test_the_breaks_of_a_scan_are_kept(writer):
    scan = energy_scan(extra={"plan_args": {"breakpoints": [3, 7]}})
    read = read_xdi(write(writer, scan))
    assert read.breakpoints == [4, 8]
    assert read.data.shape == (len(read.labels), 11)


@pytest.mark.parametrize("told", [[], "", None, [None], {"a": 1}], ids=str)
def test_a_scan_without_breaks_has_none(writer, told):
    scan = energy_scan(extra={"plan_args": {"breakpoints": told}})
    assert read_xdi(write(writer, scan)).breakpoints == []


def test_the_breaks_of_a_file_of_stepscan_are_kept(tmp_path):
    part = (
        "# Scan.end_time: now\n# ExtraPVs.Start: Family.Member: Value | PV\n# ExtraPVs.End: here\n"
    )
    part += "# ----------\n# x\ty\n"
    rows = ["1 2\n", "3 4\n5 6\n", "7 8\n"]
    text = "#XDI/1.1    Epics StepScan File / 2.0\n# Scan.start_time: then\n"
    (tmp_path / "x.001").write_text(text + "".join(part + each for each in rows))
    read = read_xdi(tmp_path / "x.001")
    assert read.breakpoints == [1, 3]
    assert list(read.get_data("x")) == [1, 3, 5, 7]


def test_the_file_is_complete_at_every_point(tmp_path):
    writer, scan = xdi_consumer(str(tmp_path)), energy_scan()
    points = 0
    for name, doc in scan.documents():
        writer(name, doc)
        points += name == "event" and "primary" in doc["uid"]
        if points and name != "stop":
            read = read_xdi(writer.paths[0])
            assert read.data.shape[1] == points
            assert read.fields["blueline.outcome"] == "running"
            last = np.datetime64(read.fields["scan.end_time"])
            assert last >= np.datetime64(read.fields["scan.start_time"])
    assert read_xdi(writer.paths[0]).fields["blueline.outcome"] == "success, 11 points"


def test_how_a_run_ended_never_overwrites_what_follows(writer):
    scan = energy_scan(exit_status="abort", reason="µ\n" + "x" * 500)
    path = write(writer, scan)
    read = read_xdi(path)
    assert read.fields["blueline.outcome"].startswith("aborted, 11 points: ?\\nxxx")
    assert len(read.fields["blueline.outcome"]) <= ENDING_WIDTH
    assert read.data.shape[1] == 11
    assert "# ScanParameters.command: ascan energy" in path.read_text()


def test_text_before_the_fields_that_are_rewritten_may_be_of_any_script(writer):
    scan = energy_scan(extra={"sample": "Kupfer µ ☢ 銅"})
    read = read_xdi(write(writer, scan))
    assert read.fields["sample.name"] == "Kupfer µ ☢ 銅"
    assert read.fields["blueline.outcome"] == "success, 11 points"


@pytest.mark.parametrize("value", [None, math.nan, math.inf, "text"], ids=str)
def test_a_point_with_what_is_no_number_is_left_out_and_told(writer, value):
    scan = energy_scan()
    for name, doc in scan.documents():
        is_third = name == "event" and doc["seq_num"] == 3 and "primary" in doc["uid"]
        writer(name, scan.event(2, I0=value) if is_third else doc)
    read = read_xdi(writer.paths[0])
    assert read.data.shape[1] == 10
    assert "11 points (1 without a number left out)" in read.fields["blueline.outcome"]


def test_other_scans_have_the_same_form_with_their_own_names(writer):
    read = read_xdi(write(writer, mesh(3)))
    assert read.labels[:2] == ["y", "x"]
    assert read.fields["column.1"] == "y mm"
    assert "element.symbol" not in read.fields


def test_a_run_that_scans_nothing_is_against_time(writer):
    scan = Scan(motors=(), values=((),) * 3)
    read = read_xdi(write(writer, scan))
    assert read.labels[0] == "elapsed_time"
    assert read.fields["column.1"] == "elapsed_time seconds"


def test_pages_give_the_same_file_as_events(tmp_path, writer):
    scan = energy_scan()
    events = [scan.event(i) for i in range(11)]
    paged = [(n, d) for n, d in scan.documents() if not (n == "event" and "primary" in d["uid"])]
    paged.insert(4, ("event_page", page(events)))
    other = xdi_consumer(str(tmp_path / "paged"), "copper")
    for each in paged:
        other(*each)
    assert other.paths[0].read_text() == write(writer, scan).read_text()


def test_a_run_without_points_has_no_file(tmp_path, writer):
    for name, doc in Scan(values=()).documents():
        writer(name, doc)
    assert writer.paths == []
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_overwritten(writer, tmp_path):
    (tmp_path / "copper_0001.xdi").write_text("mine")
    path = write(writer, energy_scan())
    assert path.name == "copper_0001_002.xdi"
    assert (tmp_path / "copper_0001.xdi").read_text() == "mine"


@pytest.mark.parametrize("kept", range(1, 16))
def test_a_file_that_was_cut_off_is_rebuilt_as_it_would_have_been(tmp_path, writer, kept):
    scan, folder = energy_scan(), DataFolder(tmp_path, "copper")
    for name, doc in list(scan.documents())[:kept]:
        writer(name, doc)
    writer.close()
    assert not is_whole(folder, scan.start(), {"primary": 11, "baseline": 2})
    (path,) = rebuild_xdi(scan.documents(), folder)
    assert is_whole(folder, scan.start(), {"primary": 11, "baseline": 2})
    assert rebuild_xdi(scan.documents(), folder) == [path]
    assert [file.name for file in tmp_path.iterdir()] == ["copper_0001.xdi"]
    whole = write(xdi_consumer(str(tmp_path / "whole"), "copper"), scan)
    assert path.read_bytes() == whole.read_bytes()


def test_a_run_with_a_very_long_command_is_rebuilt_in_its_own_file(tmp_path, writer):
    scan = energy_scan(
        extra={"scan_command": "list_scan x " + "1.5 " * 25_000, "sample": "x" * 100_000}
    )
    folder = DataFolder(tmp_path, "copper")
    for each in list(scan.documents())[:8]:
        writer(*each)
    writer.close()
    (path,) = rebuild_xdi(scan.documents(), folder)
    assert is_whole(folder, scan.start(), {"primary": 11})
    assert rebuild_xdi(scan.documents(), folder) == [path]
    assert list(tmp_path.iterdir()) == [path]


def test_rebuilding_touches_no_file_of_another_run(tmp_path, writer):
    first = write(writer, energy_scan(uid="other"))
    before = first.read_bytes()
    (path,) = rebuild_xdi(energy_scan().documents(), DataFolder(tmp_path, "copper"))
    assert path.name == "copper_0001_002.xdi"
    assert first.read_bytes() == before
    assert rebuild_xdi(energy_scan().documents(), DataFolder(tmp_path, "copper")) == [path]


def test_a_run_without_points_is_whole_without_a_file(tmp_path):
    assert is_whole(DataFolder(tmp_path), Scan().start(), {"baseline": 2})


@given(
    st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=4),
    st.text(max_size=200),
    st.text(max_size=10),
)
def test_any_text_leaves_the_header_readable(tmp_path_factory, sample, comments, unit):
    extra = {"sample": sample, "comments": comments, "element": comments}
    scan = energy_scan(extra=extra, readings={"deep µ": number_key("PV:\n", unit)})
    writer = xdi_consumer(str(tmp_path_factory.mktemp("any")))
    read = read_xdi(write(writer, scan))
    assert read.data.shape == (len(read.labels), 11)
    assert len(set(map(str.lower, read.labels))) == len(read.labels)
    for line in writer.paths[0].read_text().splitlines():
        assert not line.startswith("#") or re.match(r"# ", line) or line == "#"


def test_labels_of_equal_name_are_numbered():
    scan = energy_scan(readings={"i0": number_key("PV:other")})
    columns = XdiColumns(scan.start(), RunTable(scan.start(), scan.descriptor()))
    assert {"i0", "i0_2"} <= set(columns.labels)
    assert header(scan.start(), columns, {}).count("\n# Column.") == len(columns.labels)


@pytest.mark.parametrize(
    ("motors", "is_one"),
    [(("energy",), True), (("x",), False), (("energy", "x"), False), ((), False)],
)
def test_an_energy_scan_has_one_axis_in_units_of_energy(motors, is_one):
    scan = Scan(motors=motors)
    assert is_energy_scan(RunTable(scan.start(), scan.descriptor())) is is_one


def test_a_replayed_journal_gives_the_file(tmp_path):
    journal = tmp_path / "0001_a.jsonl"
    journal.write_bytes(b"".join(to_line(*each) for each in energy_scan().documents()))
    (path,) = rebuild_xdi(Replay(journal), DataFolder(tmp_path / "data"))
    assert read_xdi(path).data.shape[1] == 11
