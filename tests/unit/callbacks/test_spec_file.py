"""SPEC files are read back with two independent readers and hold what the documents hold."""

import fcntl
import os
import shutil
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from silx.io.specfile import SpecFile as SilxSpecFile

from callbacks.errors import ConsumerError
from callbacks.naming import DataFolder
from callbacks.spec_file import SpecWriter, spec_consumer
from callbacks.spec_rebuild import rebuild_spec
from tests.unit.callbacks.scan_documents import (
    COUNTERS,
    MOTORS,
    T0,
    Scan,
    mesh,
    number_key,
    page,
    rest,
    write,
)
from tests.unit.callbacks.spec_readers import by_spec2nexus, read_spec, spec2nexus_file
from tests.unit.callbacks.spec_runs import has_run, spec_block
from tests.waiting import wait_until


@pytest.fixture
def writer(tmp_path):
    made = spec_consumer(str(tmp_path), "copper")
    yield made
    made.close()


def test_three_scans_are_read_back_by_silx_and_spec2nexus(writer):
    scans = [Scan(), Scan(uid="b", scan_id=2, motors=("energy",)), mesh(3)]
    path = write(writer, *scans)
    silx_file = SilxSpecFile(str(path))
    assert [scan.number for scan in silx_file] == [1, 2, 3]
    assert spec2nexus_file(path).getScanNumbers() == ["1", "2", "3"]
    for scan, read in zip(scans, silx_file, strict=True):
        other = by_spec2nexus(path, scan.scan_id)
        command = scan.start()["scan_command"]
        assert read.scan_header_dict["S"].split(maxsplit=1)[1] == command
        assert other.scanCmd == command
        assert read.labels == other.L
        assert read.data.shape == (len(read.labels), len(scan.values))
        assert len(other.data["Epoch"]) == len(scan.values)


def test_every_value_is_bit_equal_in_both_readers(writer):
    scan = Scan(
        readings={"deep": number_key("PV:deep"), "turns": number_key("PV:n", "", "integer")}
    )
    path = write(writer, scan)
    read, other = SilxSpecFile(str(path))[0], by_spec2nexus(path, 1)
    for index in range(len(scan.values)):
        event = scan.event(index)
        data = dict(event["data"])
        data["Seconds"] = data.pop("seconds")
        for key, value in data.items():
            assert read.data_column_by_name(key)[index] == value
            assert other.data[key][index] == value
        epoch = int(read.file_header_dict["E"])
        assert read.data_column_by_name("Epoch")[index] + epoch == event["time"]


def test_columns_are_motors_epoch_seconds_others_plot_counter(writer):
    path = write(writer, Scan())
    labels = SilxSpecFile(str(path))[0].labels
    assert labels[:3] == ["x", "Epoch", "Seconds"]
    assert labels[-1] == "mu"
    assert set(labels[3:-1]) == {"x_setpoint", *COUNTERS}
    assert "#L x  Epoch  Seconds  x_setpoint  I0  It  If  mu\n#" not in read_spec(path)
    assert f"#N {len(labels)}\n#L x  Epoch  Seconds  " in read_spec(path)


def test_positions_of_all_motors_come_from_the_baseline(writer):
    path = write(writer, Scan())
    read, other = SilxSpecFile(str(path))[0], by_spec2nexus(path, 1)
    assert dict(zip(read.motor_names, read.motor_positions, strict=True)) == {
        name: position for name, (_, position) in MOTORS.items()
    }
    assert dict(other.positioner) == {name: position for name, (_, position) in MOTORS.items()}


def test_a_scan_block_reads_as_the_specification_says(writer):
    text = read_spec(write(writer, Scan()))
    lines = text.splitlines()
    assert lines[0] == f"#F {writer.paths[-1].name}"
    assert lines[1] == f"#E {int(T0)}"
    assert lines[2].startswith("#D ")
    assert lines[3] == "#C blueline  User = Ada"
    assert lines[4] == ""
    assert lines[5] == "#S 1  ascan x 0 5 10 0.1"
    assert "#T 0.1  (Seconds)" in lines
    assert "#MD uid = aaaaaaaa-0000" in lines
    assert lines[-2].startswith("#C ")
    assert lines[-2].endswith(" ended: success, 11 points")
    assert lines[-1] == ""


def test_each_row_is_in_the_file_before_the_next_document(tmp_path):
    writer, scan, path = spec_consumer(str(tmp_path)), Scan(), None
    for name, doc in scan.documents():
        writer(name, doc)
        path = writer.paths[0]
        text = read_spec(path)
        if name == "event" and doc["descriptor"].endswith("primary"):
            assert text.endswith("\n")
            assert text.splitlines()[-1].startswith(repr(doc["data"]["x"]) + " ")
    assert path.name.startswith("blueline_")


def test_a_second_session_continues_the_file_of_the_day(tmp_path):
    write(spec_consumer(str(tmp_path)), Scan())
    path = write(spec_consumer(str(tmp_path)), Scan(uid="b", scan_id=2, time=T0 + 100))
    text = read_spec(path)
    assert text.count("#F ") == 1
    assert text.count("#E ") == 1
    read = SilxSpecFile(str(path))[1]
    assert read.data_column_by_name("Epoch")[0] == T0 + 101 - int(T0)


def test_two_data_sets_never_share_a_file(tmp_path):
    first = write(spec_consumer(str(tmp_path), "a/b"), Scan())
    second = write(spec_consumer(str(tmp_path), "a b"), Scan(uid="b"))
    assert first != second
    assert len(SilxSpecFile(str(second))) == 1


def test_a_scan_number_in_use_is_not_used_again(writer):
    path = write(writer, Scan(), Scan(uid="b", scan_id=1), Scan(uid="c", scan_id=2))
    assert [scan.number for scan in SilxSpecFile(str(path))] == [1, 2, 3]


def test_a_run_is_not_written_twice(writer, tmp_path):
    write(writer, Scan())
    with pytest.raises(ConsumerError, match="already"):
        write(spec_consumer(str(tmp_path), "copper"), Scan())


@pytest.mark.parametrize("torn", ["3.14159 1", "#S 2", "#L x  Ep", "\n", ""])
def test_a_file_torn_by_a_kill_is_healed_before_it_is_continued(tmp_path, torn):
    path = write(spec_consumer(str(tmp_path)), Scan())
    with path.open("a") as file:
        file.write("#S 5  x\n#D Fri Nov 21 10:00:00 2025\n#N 2\n#L a  b\n1 2\n" + torn)
    write(spec_consumer(str(tmp_path)), Scan(uid="b", scan_id=6))
    silx_file = SilxSpecFile(str(path))
    assert [scan.number for scan in silx_file] == [1, 5, 6]
    assert silx_file[1].data.T.tolist() == [[1.0, 2.0]]
    assert spec2nexus_file(path).getScanNumbers() == ["1", "5", "6"]


def test_missing_values_are_nan_and_no_row_is_lost(writer):
    scan = Scan()
    documents = [
        (name, scan.event(doc["seq_num"] - 1, x=None, If="text", It=-1.0))
        if name == "event" and "primary" in doc["uid"]
        else (name, doc)
        for name, doc in scan.documents()
    ]
    for name, doc in documents:
        writer(name, doc)
    path = writer.paths[-1]
    other = by_spec2nexus(path, 1)
    for column in ("x", "If", "mu"):
        assert np.isnan(other.data[column]).all()
    assert SilxSpecFile(str(path))[0].data.shape[1] == 11
    assert "#C mu is NaN at 11 points; silx and PyMca show 0 there\n" in read_spec(path)


def test_pages_give_the_same_block_as_events():
    scan = Scan()
    events = [scan.event(i) for i in range(11)]
    paged = [(n, d) for n, d in scan.documents() if not (n == "event" and "primary" in d["uid"])]
    paged.insert(4, ("event_page", page(events)))
    assert spec_block(paged) == spec_block(scan.documents())


def test_a_scan_without_points_is_readable(writer):
    path = write(writer, Scan(values=()), Scan(uid="b", scan_id=2))
    assert [len(s.labels) for s in SilxSpecFile(str(path))] == [8, 8]
    assert len(by_spec2nexus(path, 2).data["x"]) == 11


def test_a_run_without_any_stream_is_readable(writer):
    scan = Scan(exit_status="fail", reason="no\nbeam \x1b[31m")
    writer("start", scan.start())
    writer("stop", scan.stop())
    path = write(writer, Scan(uid="b", scan_id=2))
    assert len(SilxSpecFile(str(path))) == 2
    assert "ended: failed, 0 points: no\\nbeam \\x1b[31m\n" in read_spec(path)


def test_descriptors_may_come_in_any_order():
    scan = Scan()
    documents = list(scan.documents())
    documents[1:4] = [documents[3], documents[1], documents[2]]
    assert spec_block(documents) == spec_block(scan.documents())


def test_two_open_runs_do_not_mix(writer):
    first, second = list(Scan().documents()), list(Scan(uid="b", scan_id=2).documents())
    for a, b in zip(first, second, strict=True):
        writer(*a)
        writer(*b)
    text = read_spec(writer.paths[-1])
    assert text.endswith(spec_block(first) + spec_block(second, epoch=int(T0)))


def test_while_another_session_writes_scans_go_into_a_file_of_their_own(tmp_path, writer):
    told = []
    folder = DataFolder(tmp_path, "copper")
    other = SpecWriter(folder.spec_path, told.append, patience=0.05)
    first, second = Scan(), Scan(uid="b", scan_id=2)
    writer("start", first.start())
    path = write(other, second)
    rest(writer, first)
    assert path.stem == f"{writer.paths[0].stem}_002"
    assert [scan.number for scan in SilxSpecFile(str(path))] == [2]
    assert [scan.number for scan in SilxSpecFile(str(writer.paths[0]))] == [1]
    assert told == [f"somebody else is writing into {writer.paths[0]}: scan 2 goes into {path}"]
    assert write(other, Scan(uid="c", scan_id=3)) == writer.paths[0]
    assert len(told) == 1


def test_a_scan_that_ends_in_time_is_waited_for(tmp_path, writer):
    writer("start", Scan().start())
    other = SpecWriter(DataFolder(tmp_path, "copper").spec_path, patience=30)
    ends = threading.Timer(0.1, writer.close)
    ends.start()
    path = write(other, Scan(uid="b", scan_id=2))
    ends.join()
    assert path == writer.paths[0]


def test_two_sessions_at_once_lose_no_point(tmp_path):
    writers = [SpecWriter(DataFolder(tmp_path).spec_path, patience=0) for _ in range(2)]

    def session(writer, first):
        for number in range(first, first + 20, 2):
            write(writer, Scan(uid=f"run{number}", scan_id=number))

    threads = [
        threading.Thread(target=session, args=(writer, first))
        for first, writer in enumerate(writers, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    path = DataFolder(tmp_path).spec_path(Scan().start())
    assert all(has_run(path, f"run{number}", 11) for number in range(1, 21))
    read = [scan.number for file in tmp_path.iterdir() for scan in SilxSpecFile(str(file))]
    assert sorted(read) == list(range(1, 21))


def test_a_comment_does_not_pass_for_the_end_of_a_run(tmp_path):
    writer, scan = spec_consumer(str(tmp_path)), Scan(extra={"comments": "the beam ended: no"})
    for name, doc in list(scan.documents())[:4]:
        writer(name, doc)
    writer.close()
    assert not has_run(writer.paths[0], scan.uid, 0)


def test_a_file_that_is_replaced_while_it_is_waited_for_is_opened_again(tmp_path):
    path = write(spec_consumer(str(tmp_path)), Scan())
    writer = SpecWriter(DataFolder(tmp_path).spec_path, patience=30)
    waiting = threading.Thread(target=write, args=(writer, Scan(uid="b", scan_id=2)))
    with path.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting.start()
        wait_until("the writer has opened the file", lambda: times_open(path) == 2)
        shutil.copy(path, tmp_path / "copy")
        (tmp_path / "copy").replace(path)
    waiting.join(30)
    assert has_run(path, "b", 11)


def times_open(path):
    links = (os.path.join("/proc/self/fd", fd) for fd in os.listdir("/proc/self/fd"))
    return sum(os.path.realpath(link) == str(path) for link in links)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    writer = SpecWriter(DataFolder(tmp_path / "file" / "below").spec_path)
    with pytest.raises(ConsumerError, match="cannot be written"):
        writer("start", Scan().start())


# --- the file of the day at the start of a scan


def bytes_read():
    """Give the bytes that this process has read so far, from files and from everything else."""
    with open("/proc/self/io", encoding="ascii") as file:
        return int(file.readline().split()[1])


def large(path):
    """Append a scan of 4 MB that somebody else has written."""
    with path.open("a") as file:
        file.write("#S 5  x\n#N 2\n#L a  b\n" + "1 2\n" * 1_000_000 + "\n")


def test_a_file_that_nobody_has_touched_is_not_read_again(tmp_path, writer):
    path = write(writer, Scan())
    large(path)
    write(writer, Scan(uid="b", scan_id=2))
    before = bytes_read()
    write(writer, Scan(uid="c", scan_id=2))
    assert bytes_read() - before < 1_000_000
    assert writer.paths == [path] * 3
    assert [scan.number for scan in SilxSpecFile(str(path))] == [1, 5, 2, 6]


def test_a_file_that_others_have_written_is_read_again(tmp_path, writer):
    path = write(writer, Scan())
    write(spec_consumer(str(tmp_path), "copper"), Scan(uid="b", scan_id=2))
    write(writer, Scan(uid="c", scan_id=2))
    rebuild_spec(Scan(uid="d", scan_id=4).documents(), path)
    write(writer, Scan(uid="e", scan_id=4))
    assert [scan.number for scan in SilxSpecFile(str(path))] == [1, 2, 3, 4, 5]


def test_what_this_session_left_unfinished_is_healed_too(tmp_path, writer):
    path = write(writer, Scan())
    torn = Scan(uid="b", scan_id=2)
    for name, doc in list(torn.documents())[:8]:
        writer(name, doc)
    writer.close()
    write(writer, Scan(uid="c", scan_id=3))
    assert [scan.number for scan in SilxSpecFile(str(path))] == [1, 2, 3]
    assert SilxSpecFile(str(path))[1].data.shape[1] == 4


def test_a_run_that_is_refused_leaves_the_file_to_others(tmp_path, writer):
    path = write(writer, Scan())
    with pytest.raises(ConsumerError, match="already"):
        writer("start", Scan().start())
    other = SpecWriter(lambda _start: path, patience=0)
    assert write(other, Scan(uid="b", scan_id=2)) == path


def test_a_run_that_cannot_be_written_does_not_keep_the_next_from_its_file(writer):
    path = write(writer, Scan())
    with pytest.raises(AttributeError):
        writer("start", {**Scan(uid="b").start(), "hints": None})
    assert write(writer, Scan(uid="c", scan_id=2)) == path
    assert [scan.number for scan in SilxSpecFile(str(path))] == [1, 2]


@settings(max_examples=50, deadline=None)
@given(st.permutations(list(Scan(values=((0.0,), (1.0,))).documents())))
def test_documents_in_any_order_never_raise(tmp_path_factory, documents):
    writer = spec_consumer(str(tmp_path_factory.mktemp("any")))
    for name, doc in documents:
        writer(name, doc)
    writer.close()
