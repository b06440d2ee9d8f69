"""A class with Py4Syn's interface is a writer like any other."""

import math
from datetime import datetime

import pytest

from callbacks.errors import ConsumerError
from callbacks.file_names import next_free
from callbacks.naming import DataFolder
from callbacks.py4syn_writer import FileWriter, numbered_files, site_files
from tests.system.documents import python_blocks
from tests.unit.callbacks.scan_documents import COUNTERS, T0, Scan, page


class Columns(FileWriter):
    """Such a class as Py4Syn's users have: it opens its file when it is made."""

    made: list["Columns"] = []  # noqa: RUF012 - looked at by the tests

    def __init__(self, fileName):  # noqa: N803
        FileWriter.__init__(self, fileName)
        self.file = open(fileName, "a", encoding="utf-8")
        self.calls = []
        Columns.made.append(self)

    def writeHeader(self):  # noqa: N802
        self.calls.append("header")
        self.file.write(" ".join([*self.getDevices(), *self.getSignals()]) + "\n")

    def writeData(self, partial=False, idx=-1):  # noqa: N802
        self.calls.append((partial, idx))
        columns = {**self.getDevicesData(), **self.getSignalsData()}
        self.file.write(" ".join(repr(columns[name][idx]) for name in columns) + "\n")
        self.file.flush()

    def close(self):
        self.calls.append("close")
        self.file.close()


@pytest.fixture(autouse=True)
def made():
    Columns.made = []
    yield Columns.made
    for writer in Columns.made:
        writer.file.close()


@pytest.fixture
def folder(tmp_path):
    return DataFolder(tmp_path, "copper")


def write(writer, scan=None):
    for name, doc in (scan or Scan()).documents():
        writer(name, doc)
    return writer.paths[-1]


def test_the_header_then_each_point_then_the_end_are_called_for(folder, made):
    write(site_files(Columns, folder, "dat"))
    assert made[0].calls == ["header", *((True, i) for i in range(11)), "close"]


def test_each_point_is_written_when_it_comes(folder):
    writer, points = site_files(Columns, folder, "dat"), 0
    for name, doc in Scan().documents():
        writer(name, doc)
        points += name == "event" and "primary" in doc["uid"]
        if points:
            assert len(writer.paths[0].read_text().splitlines()) == 1 + points


def test_the_accessors_tell_the_run(folder, made):
    scan = Scan(extra={"comments": "one\ntwo"})
    path = write(site_files(Columns, folder, "dat"), scan)
    (writer,) = made
    assert writer.getFileName() == str(path)
    assert writer.getUsername() == "Ada"
    assert writer.getCommand() == "ascan x 0 5 10 0.1"
    assert writer.getComments() == ["one", "two"]
    assert writer.getStartDate() == datetime.fromtimestamp(T0).astimezone()
    assert writer.getEndDate() == datetime.fromtimestamp(T0 + 200.5).astimezone()
    assert writer.getDataSize() == 11
    assert writer.getDevices() == ["x"]
    assert set(COUNTERS) < set(writer.getSignals())
    assert writer.getSignals()[-1] == "mu"
    assert writer.getDevicesData() == {"x": [scan.event(i)["data"]["x"] for i in range(11)]}
    assert writer.getSignalsData()["I0"] == [scan.event(i)["data"]["I0"] for i in range(11)]


def test_the_size_of_an_endless_scan_is_that_of_its_data(folder, made):
    scan = Scan()
    writer = site_files(Columns, folder, "dat")
    for name, doc in scan.documents():
        writer(name, {key: value for key, value in doc.items() if key != "num_points"})
    assert made[0].getDataSize() == 11


def test_missing_values_are_nan(folder, made):
    scan, writer = Scan(values=((0.0,),)), site_files(Columns, folder, "dat")
    for name, doc in scan.documents():
        is_point = name == "event" and "primary" in doc["uid"]
        writer(name, scan.event(0, I0=None) if is_point else doc)
    assert math.isnan(made[0].getSignalsData()["I0"][0])


def test_pages_give_the_same_file_as_events(tmp_path, folder):
    scan = Scan()
    events = [scan.event(i) for i in range(11)]
    paged = [(n, d) for n, d in scan.documents() if not (n == "event" and "primary" in d["uid"])]
    paged.insert(4, ("event_page", page(events)))
    other = site_files(Columns, DataFolder(tmp_path / "paged", "copper"), "dat")
    for each in paged:
        other(*each)
    assert other.paths[0].read_text() == write(site_files(Columns, folder, "dat")).read_text()


def test_a_run_without_points_makes_no_file(folder, made):
    writer = site_files(Columns, folder, "dat")
    for name, doc in Scan(values=()).documents():
        writer(name, doc)
    assert (made, writer.paths) == ([], [])


def test_a_run_that_is_cut_off_is_closed(folder, made):
    writer = site_files(Columns, folder, "dat")
    for name, doc in list(Scan().documents())[:7]:
        writer(name, doc)
    writer.close()
    assert made[0].calls[-1] == "close"


def test_files_are_named_as_those_of_other_writers_and_never_overwritten(folder):
    writer = site_files(Columns, folder, "dat", kind="ours")
    names = {"ours": "{user}/{sample}"}
    write(writer)
    write(writer, Scan(uid="b"))
    write(writer, Scan(uid="c", extra={"sample": "Cu", "file_names": names}))
    found = [str(path.relative_to(folder.root)) for path in writer.paths]
    assert found == ["copper_0001.dat", "copper_0001_002.dat", "Ada/Cu_0001.dat"]


def test_files_are_numbered_as_after_set_output(tmp_path):
    (tmp_path / "cu_0001.dat").write_text("there")
    writer = numbered_files(Columns, tmp_path, "cu_0009.dat")
    write(writer)
    write(writer, Scan(uid="b"))
    assert [path.name for path in writer.paths] == ["cu_0002.dat", "cu_0003.dat"]
    assert (tmp_path / "cu_0001.dat").read_text() == "there"


def test_files_are_numbered_as_stepscan_does(tmp_path):
    writer = numbered_files(Columns, tmp_path, "cu.001", next_free)
    write(writer)
    write(writer, Scan(uid="b"))
    assert [path.name for path in writer.paths] == ["cu.001", "cu.002"]


@pytest.mark.parametrize("make", [site_files, numbered_files])
def test_a_class_of_another_kind_is_refused(tmp_path, make):
    arguments = {site_files: (DataFolder(tmp_path), "dat"), numbered_files: (tmp_path, "a.dat")}
    with pytest.raises(ConsumerError, match="int is no FileWriter"):
        make(int, *arguments[make])


def test_all_pairs_of_accessors_agree():
    writer = FileWriter("name")
    for name, value in [
        ("Username", "Ada"),
        ("Command", "ascan"),
        ("Comments", ["a"]),
        ("StartDate", datetime.fromtimestamp(0).astimezone()),
        ("EndDate", datetime.fromtimestamp(1).astimezone()),
        ("DataSize", 3),
        ("Devices", ["x"]),
        ("Signals", ["I0"]),
        ("DevicesData", {"x": [1.0]}),
        ("SignalsData", {"I0": [2.0]}),
    ]:
        getattr(writer, f"set{name}")(value)
        assert getattr(writer, f"get{name}")() == value
    writer.insertComment("b")
    writer.insertDevice("y")
    writer.insertSignal("It")
    writer.insertDeviceData("x", 2.0)
    writer.insertSignalData("It", 3.0)
    assert writer.getComments() == ["a", "b"]
    assert (writer.getDevices(), writer.getSignals()) == (["x", "y"], ["I0", "It"])
    assert (writer.getDevicesData(), writer.getSignalsData()) == (
        {"x": [1.0, 2.0]},
        {"I0": [2.0], "It": [3.0]},
    )


@pytest.mark.parametrize("call", ["writeHeader", "writeData", "close"])
def test_what_a_format_must_say_is_asked_for(call):
    with pytest.raises(NotImplementedError):
        getattr(FileWriter("name"), call)()


def test_the_examples_of_the_page_run_as_written(tmp_path, monkeypatch, capsys, engines):
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in python_blocks("docs/how-to/write-your-own-file-format.md"):
        exec(block, names)  # noqa: S102 - what a reader types
    engines(names["RE"])
    shown = capsys.readouterr().out
    assert "scan motor\tfirst try\nmotor\tmotor_setpoint\tdet\n-1.0\t-1.0\t0.60653" in shown
    assert "scan 2: 1.000, success" in shown
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == [
        "copper_0001.dat",
        "copper_0002.dat",
    ]
