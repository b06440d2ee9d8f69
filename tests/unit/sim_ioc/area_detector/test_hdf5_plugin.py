"""The HDF5 plugin with its real child process: what it announces is in the file."""

import asyncio
import contextlib
import os
import resource
import signal
import time

import h5py
import numpy as np
import pytest

from sim_ioc.area_detector.detector_settings import AreaDetectorSettings
from sim_ioc.errors import PutRefusedError
from tests.unit.sim_ioc.area_detector.logged_detector import Bench

IDS = "entry/instrument/NDAttributes/NDArrayUniqueId"
SETTINGS = AreaDetectorSettings(rows=32, columns=48, exposure=0.0)


def run(scenario, path, **settings):
    """Run a coroutine function on a bench in real time, with frames streamed to `path`."""

    async def main():
        bench = Bench(SETTINGS, instant=True)
        try:
            await bench.put("HDF1", EnableCallbacks=1, BlockingCallbacks=1, FilePath=f"{path}")
            given = {"FileWriteMode": "Stream", "LazyOpen": 1, "NumCapture": 0} | settings
            await bench.put("HDF1", FileName="f", FileNumber=0, **given)
            await scenario(bench)
        finally:
            bench.detector.close()
        return bench

    return asyncio.run(main())


@contextlib.asynccontextmanager
async def capturing(bench):
    capture = asyncio.ensure_future(bench.put("HDF1", Capture=1))
    await asyncio.sleep(0)
    yield
    await bench.put("HDF1", Capture=0)
    await capture


async def three_frames(bench):
    async with capturing(bench):
        await bench.acquire(images=3)
        assert bench.value("HDF1", "NumCaptured_RBV") == 3


def test_frames_of_a_stream_are_in_one_file(tmp_path):
    bench = run(three_frames, tmp_path)
    with h5py.File(tmp_path / "f_000000.h5") as file:
        assert file[IDS][:].tolist() == [1, 2, 3]
        assert np.array_equal(file["entry/data/data"][-1], bench.ports["HDF1"].last.data)


def test_each_capture_makes_a_file_of_its_own(tmp_path):
    async def scenario(bench):
        await three_frames(bench)
        await three_frames(bench)

    run(scenario, tmp_path)
    with h5py.File(tmp_path / "f_000001.h5") as file:
        assert file[IDS][:].tolist() == [4, 5, 6]


def test_stream_ends_by_itself_at_the_number_asked_for(tmp_path):
    async def scenario(bench):
        capture = asyncio.ensure_future(bench.put("HDF1", Capture=1))
        await asyncio.sleep(0.05)
        await bench.acquire(images=5)
        await capture
        assert bench.value("HDF1", "NumCaptured_RBV") == 2

    run(scenario, tmp_path, NumCapture=2)
    with h5py.File(tmp_path / "f_000000.h5") as file:
        assert len(file["entry/data/data"]) == 2


def test_single_and_capture_modes_write_whole_files(tmp_path):
    async def scenario(bench):
        await bench.put("HDF1", FileWriteMode="Single", AutoSave=1)
        await bench.acquire(images=2)
        await bench.put("HDF1", FileWriteMode="Capture", NumCapture=3)
        capture = asyncio.ensure_future(bench.put("HDF1", Capture=1))
        await asyncio.sleep(0.05)
        await bench.acquire(images=3)
        await capture

    run(scenario, tmp_path)
    lengths = []
    for number in range(3):
        with h5py.File(tmp_path / f"f_{number:06d}.h5") as file:
            lengths.append(len(file["entry/data/data"]))
    assert lengths == [1, 1, 3]


def test_reader_may_follow_only_while_the_file_is_open(tmp_path):
    async def scenario(bench):
        async with capturing(bench):
            await bench.acquire()
            assert bench.value("HDF1", "SWMRActive_RBV") == 1
            with h5py.File(tmp_path / "f_000000.h5", libver="latest", swmr=True) as file:
                assert len(file["entry/data/data"]) == 1
        assert bench.value("HDF1", "SWMRActive_RBV") == 0

    run(scenario, tmp_path, SWMRMode="On")


def test_flush_announces_what_was_not_yet(tmp_path):
    async def scenario(bench):
        async with capturing(bench):
            await bench.acquire(images=3)
            assert bench.value("HDF1", "NumCaptured_RBV") == 0
            await bench.put("HDF1", FlushNow=1)
            assert bench.value("HDF1", "NumCaptured_RBV") == 3

    run(scenario, tmp_path, NumFramesFlush=10)


def test_extra_dimensions_shape_the_file(tmp_path):
    sizes = {"NumExtraDims": 1, "ExtraDimSizeN": 2, "ExtraDimSizeX": 3}
    run(three_frames, tmp_path, **sizes)
    with h5py.File(tmp_path / "f_000000.h5") as file:
        assert file["entry/data/data"].shape == (3, 2, 32, 48)


def test_chunks_that_were_made_are_told(tmp_path):
    bench = run(three_frames, tmp_path)
    told = [bench.value("HDF1", f"Num{part}Chunks_RBV") for part in ("Frames", "Row", "Col")]
    assert told == [1, 32, 48]


def test_frame_of_another_size_is_left_out(tmp_path):
    async def scenario(bench):
        async with capturing(bench):
            await bench.acquire(images=2)
            await bench.put("cam1", SizeX=10)
            await bench.acquire()
            assert "not like the first" in bench.value("HDF1", "WriteMessage")
            assert bench.value("HDF1", "NumCaptured_RBV") == 2

    run(scenario, tmp_path)


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"FilePath": "/nowhere/at/all"}, "No such file"), ({"Compression": "JPEG"}, "JPEG does not")],
    ids=["no directory", "no such compression"],
)
def test_file_that_cannot_be_made_is_told_of(tmp_path, settings, message):
    async def scenario(bench):
        await bench.put("HDF1", LazyOpen=0, **settings)
        await bench.acquire()
        await bench.put("HDF1", Capture=1)
        assert (bench.value("HDF1", "Capture_RBV"), bench.value("HDF1", "WriteStatus")) == (0, 1)
        assert message in bench.value("HDF1", "WriteMessage")

    run(scenario, tmp_path)


@pytest.mark.parametrize("compression", ["None", "zlib"])
@pytest.mark.parametrize("flush", [1, 4], ids=["each flushed", "every fourth flushed"])
def test_file_that_cannot_grow_holds_what_was_announced_and_the_next_one_is_written(
    tmp_path, compression, flush
):
    async def scenario(bench):
        async with capturing(bench):
            await bench.acquire(images=4)
            pid = bench.detector.hdf5.writer.pid
            most = (tmp_path / "f_000000.h5").stat().st_size + 1000
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
            await bench.acquire(images=20)
            announced = bench.value("HDF1", "NumCaptured_RBV")
            assert bench.value("HDF1", "WriteStatus") == 1
            assert "File too large" in bench.value("HDF1", "WriteMessage")
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (-1, -1))
        assert announced == bench.value("HDF1", "NumCaptured_RBV") >= 4
        with h5py.File(tmp_path / "f_000000.h5", libver="latest", swmr=True) as file:
            assert len(file["entry/data/data"]) == len(file[IDS]) == announced
            assert file[IDS][:].tolist() == list(range(1, announced + 1))
        await bench.put("HDF1", NumFramesFlush=1)
        await three_frames(bench)
        assert bench.value("HDF1", "WriteStatus") == 0

    run(scenario, tmp_path, SWMRMode="On", Compression=compression, NumFramesFlush=flush)


@pytest.mark.parametrize("mode", ["Single", "Capture"])
def test_stream_is_written_after_a_whole_file_that_could_not_be(tmp_path, mode):
    async def scenario(bench):
        await bench.put("HDF1", FileWriteMode="Single", AutoSave=1)
        await bench.acquire()
        pid = bench.detector.hdf5.writer.pid
        most = (tmp_path / "f_000000.h5").stat().st_size - 1000
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        await bench.put("HDF1", FileWriteMode=mode, NumCapture=1)
        capture = asyncio.ensure_future(bench.put("HDF1", Capture=1))
        await asyncio.sleep(0)
        await bench.acquire()
        await capture
        assert "File too large" in bench.value("HDF1", "WriteMessage")
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (-1, -1))
        await bench.put("HDF1", FileWriteMode="Stream", NumCapture=0)
        await three_frames(bench)

    run(scenario, tmp_path)
    with h5py.File(tmp_path / "f_000002.h5") as file:
        assert len(file["entry/data/data"]) == 3


def test_child_that_is_killed_is_told_of_and_replaced(tmp_path):
    async def scenario(bench):
        async with capturing(bench):
            await bench.acquire(images=2)
            os.kill(bench.detector.hdf5.writer.pid, signal.SIGKILL)
            await bench.acquire()
            assert bench.value("HDF1", "WriteStatus") == 1
            assert "ended with status -9" in bench.value("HDF1", "WriteMessage")
        await three_frames(bench)
        assert bench.value("HDF1", "WriteStatus") == 0

    run(scenario, tmp_path, SWMRMode="On")


def test_child_closes_its_file_and_ends_when_the_server_does(tmp_path):
    async def scenario(bench):
        capture = asyncio.ensure_future(bench.put("HDF1", Capture=1))
        await asyncio.sleep(0.05)
        await bench.acquire(images=2)
        child = bench.detector.hdf5.writer
        pid = child.pid
        began = time.monotonic()
        child.end()
        assert time.monotonic() - began < 2
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        capture.cancel()

    run(scenario, tmp_path)
    with h5py.File(tmp_path / "f_000000.h5") as file:
        assert len(file["entry/data/data"]) == 2


def test_dimensions_beyond_those_there_are_are_refused(tmp_path):
    async def scenario(bench):
        with pytest.raises(PutRefusedError, match="NumExtraDims takes 0 to"):
            await bench.put("HDF1", NumExtraDims=11)

    run(scenario, tmp_path)
