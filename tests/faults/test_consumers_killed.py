"""P7: the process of a writer is killed; the run goes on, and its file is made again."""

import itertools
import os
import signal
import threading

import h5py
import numpy as np
import pytest
from bluesky.plans import count
from ophyd.sim import SynSignal

from blueline.engine import Engine
from callbacks import DataFolder, InProcess, InThread, Journal, Recorder, recover
from callbacks.replay import Replay, journals, start_of, stop_of
from planlib.context import NoSession
from tests.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.timeout(60)

POINTS, KILLED_AFTER = 12, 4
#: Attributes that tell when a file was written, not what was measured.
OF_THE_WRITING = {"file_time", "file_update_time", "file_name"}


def writer(folder, notices):
    where = {"root": str(folder.root), "data_set": folder.data_set}
    factory = "callbacks.nexus_file:nexus_consumer"
    return InProcess("the NeXus writer", factory, where, notices.append)


def content(path):
    """Give everything in a file, by its name."""
    found = {}

    def note(name, item):
        attributes = {k: str(v) for k, v in item.attrs.items() if k not in OF_THE_WRITING}
        value = np.asarray(item[()]).tolist() if isinstance(item, h5py.Dataset) else None
        found[name] = (repr(value), attributes)

    with h5py.File(path, "r") as file:
        file.visititems(note)
    return found


def measured(path):
    """Give what the detector has measured."""
    with h5py.File(path, "r") as file:
        (entry,) = (name for name in file if name.endswith(".1"))
        return file[f"{entry}/measurement/detector"][()].tolist()


class Killer:
    """A consumer that kills the process of another at a point of the first run."""

    def __init__(self, victim):
        self.got, self.has_killed = [], threading.Event()
        self._victim = victim

    def __call__(self, name, doc):
        self.got.append(name)
        if self.got.count("event") == KILLED_AFTER and not self.has_killed.is_set():
            assert self._victim.drain(PATIENCE)
            os.kill(self._victim._part.process.pid, signal.SIGKILL)
            self.has_killed.set()


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """Scan twice; the writer is killed in the midst of the first."""
    folder = DataFolder(tmp_path_factory.mktemp("killed") / "data")
    notices = []
    nexus = writer(folder, notices)
    killer = Killer(nexus)
    numbers, values = itertools.count(1), itertools.count()

    def measure():
        value = next(values)
        assert value <= 2 * KILLED_AFTER or killer.has_killed.wait(PATIENCE)
        return 1.5 * value

    other = InThread("the other", killer, notices.append)
    recorder = Recorder(Journal(folder.journal_path), [other, nexus])
    engine = Engine(NoSession(), scan_id_source=lambda _md: next(numbers))
    engine.subscribe(recorder)
    detector = SynSignal(func=measure, name="detector")
    for _ in range(2):
        engine(count([detector], POINTS), data_set=folder.data_set)
        assert other.drain(PATIENCE)
        wait_until("the kill is told", lambda: notices)
    recorder.close(PATIENCE)
    engine.close()
    return folder, notices, killer.got, journals(folder.root)


def test_both_runs_end_and_others_have_everything(killed):
    _, _, others, paths = killed
    assert [stop_of(path)["exit_status"] for path in paths] == ["success", "success"]
    assert others == [name for path in paths for name, _ in Replay(path)]


def test_it_is_told_once(killed):
    _, notices, _, _ = killed
    assert notices == [
        "the NeXus writer was put aside: its process ended with status -9; "
        "the next run starts it again; the journal has everything"
    ]


def test_the_next_run_has_its_file_again(killed):
    folder, _, _, paths = killed
    path = folder.nexus_path(start_of(paths[1]))
    assert measured(path) == [1.5 * n for n in range(POINTS + 1, 2 * POINTS + 1)]


def test_the_file_is_made_again_equal_to_the_normal_one(killed, tmp_path):
    folder, _, _, paths = killed
    recover(folder.root)
    normal = DataFolder(tmp_path / "normal")
    notices = []
    consumer = writer(normal, notices)
    for line in paths[0].read_bytes().splitlines(keepends=True):
        consumer.offer(line)
    consumer.close(3 * PATIENCE)
    assert notices == []
    start = start_of(paths[0])
    again, usual = folder.nexus_path(start), normal.nexus_path(start)
    assert content(again) == content(usual)
    assert measured(again) == [1.5 * n for n in range(1, POINTS + 1)]


def test_recovering_twice_changes_nothing(killed):
    folder, _, _, _ = killed
    recover(folder.root)
    assert recover(folder.root) == []
