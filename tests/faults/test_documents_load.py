"""Many documents, many runs: nothing grows, nothing is dropped in silence (L1, L2, L3, L5)."""

import itertools
import os
import subprocess
import sys
import time

import pytest

from benchmarks.documents import BIGGER, GOAL, events, journaled, replayed
from benchmarks.growth import resident
from callbacks import DataFolder, InThread, Journal, Recorder, Replay, SpecWriter
from callbacks.replay import journals
from tests.faults.soft_scans import SoftBeamline
from tests.waiting import PATIENCE

#: Documents per second that come in a burst, and how many.
BURST, NUMBER = 5000, 10_000
#: What a machine that others use as well leaves of the speed of an idle one.
BUSY = 4


@pytest.mark.parametrize("number", [30_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def test_a_long_run_goes_at_a_constant_rate_and_takes_no_memory(tmp_path, number):
    for passage in (journaled(tmp_path, number), replayed(tmp_path, number)):
        assert passage.after - passage.before < BIGGER
        assert passage.rate > GOAL / BUSY
        assert min(passage.rates) > passage.rate / BUSY
    (path,) = journals(tmp_path)
    assert path.stat().st_size < 1000 * number
    assert sum(1 for _ in Replay(path)) == number + 3


@pytest.mark.parametrize("points", [2_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def test_a_scan_of_very_many_points_goes_at_a_constant_rate_and_takes_no_memory(tmp_path, points):
    """L1: through the engine, into the journal and a file."""
    folder = DataFolder(tmp_path)
    spec = InThread("spec", SpecWriter(folder.spec_path), print)
    beamline = SoftBeamline(tmp_path, spec, keeps_moves=False)
    parts = [(time.thread_time(), resident())]

    def look(_name, doc):
        if doc["seq_num"] % (points // 10) == 0:
            parts.append((time.thread_time(), resident()))

    beamline.engine.subscribe(look, "event")
    beamline.scan(points)
    assert beamline.recorder.drain(PATIENCE)
    beamline.close()
    (path,) = journals(tmp_path)
    assert sum(name == "event" for name, _ in Replay(path)) == points
    took = [after - before for (before, _), (after, _) in itertools.pairwise(parts[1:])]
    assert max(took) < BUSY * min(took)
    assert parts[-1][1] - parts[2][1] < BIGGER


def test_a_burst_is_journaled_as_it_comes_and_reaches_every_consumer(tmp_path):
    notices, got = [], []
    folder = DataFolder(tmp_path)
    counts = InThread("counts", lambda name, _: got.append(name), notices.append)
    spec = InThread("spec", SpecWriter(folder.spec_path), notices.append)
    recorder = Recorder(Journal(folder.journal_path), [counts, spec])
    documents = list(events(NUMBER))
    began = time.thread_time()  # others may use the processor meanwhile
    for document in documents:
        recorder(*document)
    assert time.thread_time() - began < NUMBER / BURST
    assert recorder.drain(30)
    recorder.close(PATIENCE)
    assert notices == []
    assert len(got) == len(documents)
    assert sum(1 for _ in Replay(*journals(tmp_path))) == len(got)


@pytest.mark.parametrize("runs", [60, pytest.param(10_000, marks=pytest.mark.soak)])
def test_many_runs_in_one_session_leave_nothing_behind(tmp_path, runs):
    folder = DataFolder(tmp_path)
    spec = InThread("spec", SpecWriter(folder.spec_path), print)
    beamline = SoftBeamline(tmp_path, spec, keeps_moves=False)
    handles, memory = set(), []
    for number in range(runs):
        beamline.engine.md["scan_id"] = number
        beamline.scan(3)
        if number >= runs // 3:
            assert beamline.recorder.drain(PATIENCE)
            handles.add(len(os.listdir("/proc/self/fd")))
        if number % (runs // 6) == runs // 6 - 1:
            memory.append(resident())
    beamline.close()
    assert max(handles) - min(handles) <= 2  # the disk may hold on to a file for a moment
    assert memory[-1] - memory[1] < BIGGER
    assert len(journals(tmp_path)) == runs


def test_a_reader_in_another_process_needs_no_memory_for_a_long_run(tmp_path):
    journaled(tmp_path, 30_000)
    script = (
        "import resource, sys\n"
        "from callbacks.replay import Replay, journals\n"
        "replay = Replay(journals(sys.argv[1])[0])\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "assert sum(1 for _ in replay) == 30_003\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    grown = subprocess.run(command, capture_output=True, check=True, timeout=50).stdout
    assert int(grown) < 10_000  # kB; the file has 25 MB
