"""A run is written again into the SPEC file, whoever else writes there."""

import fcntl
import os
import shutil
import threading
import tracemalloc

import pytest
from silx.io.specfile import SpecFile as SilxSpecFile

from callbacks.errors import ConsumerError
from callbacks.naming import DataFolder
from callbacks.spec_file import SpecWriter, spec_consumer
from callbacks.spec_rebuild import KnownPlaces, is_whole, rebuild_spec
from tests.unit.callbacks.scan_documents import Scan, rest, write
from tests.unit.callbacks.spec_runs import has_run
from tests.waiting import wait_until


@pytest.fixture
def writer(tmp_path):
    made = spec_consumer(str(tmp_path), "copper")
    yield made
    made.close()


def times_open(path):
    links = (os.path.join("/proc/self/fd", fd) for fd in os.listdir("/proc/self/fd"))
    return sum(os.path.realpath(link) == str(path) for link in links)


def test_a_file_that_is_made_while_it_is_rebuilt_loses_no_point(tmp_path):
    """A session makes the file while the documents of another run are still being read."""
    lost, scan = Scan(uid="lost"), Scan(uid="b", scan_id=2)
    writer = SpecWriter(DataFolder(tmp_path).spec_path, patience=0)

    def documents():
        for number, each in enumerate(lost.documents()):
            if number == 5:
                for name, doc in list(scan.documents())[:8]:
                    writer(name, doc)
            yield each

    path = DataFolder(tmp_path).spec_path(lost.start())
    rebuild_spec(documents(), path)
    rest_of_it = list(scan.documents())[8:]
    for name, doc in rest_of_it:
        writer(name, doc)
    assert has_run(path, "lost", 11)
    assert has_run(path, "b", 11)


def test_a_rebuild_waits_for_the_file_that_the_name_means(tmp_path):
    """While it waits the file is replaced by one that somebody else writes into."""
    path = write(spec_consumer(str(tmp_path)), Scan())
    scan, other, refused = Scan(uid="b", scan_id=2), tmp_path / "other", []

    def rebuild():
        try:
            rebuild_spec(scan.documents(), path)
        except ConsumerError as error:
            refused.append(str(error))

    waiting = threading.Thread(target=rebuild)
    shutil.copy(path, other)
    with other.open() as written, path.open() as held:
        fcntl.flock(written, fcntl.LOCK_EX)
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting.start()
        wait_until("the rebuild has opened the file", lambda: times_open(path) == 2)
        other.replace(path)
        fcntl.flock(held, fcntl.LOCK_UN)
        waiting.join(30)
    assert refused == [f"a scan is being written into {path}; try again when it has ended"]
    assert not has_run(path, "b", 11)


def test_an_empty_file_gets_its_header_when_it_is_rebuilt(tmp_path, writer):
    path = write(writer, Scan())
    empty = tmp_path / "other" / path.name
    empty.parent.mkdir()
    empty.touch()
    rebuild_spec(Scan().documents(), empty)
    assert empty.read_bytes() == path.read_bytes()


def test_a_folder_that_cannot_be_made_is_one_sentence_for_a_rebuild(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConsumerError, match="cannot be written"):
        rebuild_spec(Scan().documents(), tmp_path / "file" / "a.spec")


def test_a_rebuild_needs_no_more_memory_for_more_points(tmp_path):
    def peak(points):
        scan = Scan(values=((0.5,),) * points)
        tracemalloc.start()
        try:
            rebuild_spec(scan.documents(), tmp_path / f"{points}.spec")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few = peak(100)
    assert peak(3000) < few + 100_000


def test_a_run_is_whole_with_the_points_of_its_own_stream(tmp_path):
    """SPEC rows are those of the first dimension's stream, whatever ``primary`` has."""
    scan = Scan(extra={"hints": {"dimensions": [[["x"], "flyer"]]}})
    documents = [
        (name, {**doc, "name": "flyer"} if doc.get("name") == "primary" else doc)
        for name, doc in scan.documents()
    ]
    path = tmp_path / "a.spec"
    rebuild_spec(documents[:8], path)
    assert not is_whole(path, scan.start(), {"flyer": 11})
    rebuild_spec(documents, path)
    assert is_whole(path, scan.start(), {"flyer": 11, "baseline": 2})
    assert is_whole(path, scan.start(), {"flyer": 9})
    assert not is_whole(path, scan.start(), {"flyer": 12})
    assert not is_whole(path, {"uid": "other"}, {})


def test_a_run_is_rebuilt_in_the_file_that_has_it(tmp_path, writer):
    folder, scan = DataFolder(tmp_path, "copper"), Scan(uid="b", scan_id=2)
    other = SpecWriter(folder.spec_path, patience=0)
    writer("start", Scan().start())
    for name, doc in list(scan.documents())[:8]:
        other(name, doc)
    other.close()
    rest(writer, Scan())
    path = folder.spec_path(scan.start())
    assert not has_run(path, "b", 11)
    assert rebuild_spec(scan.documents(), path) == other.paths[0]
    assert has_run(path, "b", 11)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_is_not_rebuilt_while_a_run_is_written_into_it(writer):
    path = write(writer, Scan())
    writer("start", Scan(uid="b", scan_id=2).start())
    with pytest.raises(ConsumerError, match="try again"):
        rebuild_spec(Scan().documents(), path)


@pytest.mark.parametrize("kept", range(1, 17))
def test_an_interrupted_run_is_rebuilt_in_its_place(tmp_path, kept):
    scan, folder = Scan(), DataFolder(tmp_path)
    writer = SpecWriter(folder.spec_path)
    for name, doc in list(scan.documents())[:kept]:
        writer(name, doc)
    writer.close()
    path = write(SpecWriter(folder.spec_path), Scan(uid="b", scan_id=2))
    assert not has_run(path, scan.uid, 11)
    rebuild_spec(scan.documents(), path)
    once = path.read_bytes()
    assert has_run(path, scan.uid, 11)
    rebuild_spec(scan.documents(), path)
    assert path.read_bytes() == once
    assert sorted(s.number for s in SilxSpecFile(str(path))) == [1, 2]
    assert os.listdir(tmp_path) == [path.name]


def test_a_lost_file_is_rebuilt_equal_to_the_written_one(tmp_path, writer):
    path = write(writer, Scan())
    rebuilt = tmp_path / "other" / path.name
    rebuild_spec(Scan().documents(), rebuilt)
    assert rebuilt.read_bytes() == path.read_bytes()


def test_a_file_of_many_runs_is_read_once_until_it_changes(tmp_path, writer):
    scans = [Scan(uid=uid, scan_id=number) for number, uid in enumerate("abc", 1)]
    path = write(writer, *scans)
    known, points = KnownPlaces(), {"primary": 11, "baseline": 2}
    first = known.of(path)
    assert all(is_whole(path, scan.start(), points, known) for scan in scans)
    assert known.of(path) is first
    write(writer, Scan(uid="d", scan_id=4))
    assert known.of(path).keys() == {"a", "b", "c", "d"}
    path.unlink()
    assert known.of(path) == {}
    assert not is_whole(path, scans[0].start(), points, known)
