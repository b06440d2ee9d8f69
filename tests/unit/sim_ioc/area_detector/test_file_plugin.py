"""Writing files, whatever their format: modes, names, directories, errors; TIFF stands for all."""

import asyncio

import numpy as np
import pytest
import tifffile

from sim_ioc.errors import PutRefusedError
from tests.unit.sim_ioc.area_detector.logged_detector import frame, run


async def into(bench, path, **settings):
    """Enable the TIFF plugin, writing to a directory."""
    await bench.put("TIFF1", EnableCallbacks=1, BlockingCallbacks=1, FilePath=f"{path}")
    await bench.put("TIFF1", FileName="f", FileNumber=0, **settings)


def names(path):
    return sorted(entry.name for entry in path.iterdir())


def test_single_mode_writes_each_frame_to_a_file_of_its_own(tmp_path):
    async def scenario(bench):
        await into(bench, tmp_path, AutoSave=1)
        await bench.acquire(images=2)
        assert bench.value("TIFF1", "FullFileName_RBV") == f"{tmp_path}/f_000001.tiff"
        assert bench.value("TIFF1", "FileNumber_RBV") == 2

    run(scenario)
    assert names(tmp_path) == ["f_000000.tiff", "f_000001.tiff"]


def test_without_auto_save_frames_are_written_when_asked_for(tmp_path):
    async def scenario(bench):
        await into(bench, tmp_path)
        await bench.acquire(images=2)
        assert names(tmp_path) == []
        await bench.put("TIFF1", WriteFile=1)
        written = tifffile.imread(tmp_path / "f_000000.tiff")
        assert np.array_equal(written, bench.ports["TIFF1"].last.data)

    run(scenario)


def test_without_auto_increment_a_file_is_written_over(tmp_path):
    async def scenario(bench):
        await into(bench, tmp_path, AutoSave=1, AutoIncrement=0)
        await bench.acquire(images=2)

    run(scenario)
    assert names(tmp_path) == ["f_000000.tiff"]


def test_capture_keeps_frames_and_writes_them_at_the_end(tmp_path):
    async def scenario(bench):
        await into(bench, tmp_path, FileWriteMode="Capture", NumCapture=3, AutoSave=1)
        await bench.acquire()
        capture = asyncio.ensure_future(bench.put("TIFF1", Capture=1))
        await asyncio.sleep(0)
        await bench.acquire(images=2)
        assert (bench.value("TIFF1", "NumCaptured_RBV"), names(tmp_path)) == (2, [])
        await bench.acquire(images=5)
        await capture
        assert len(names(tmp_path)) == 3

    run(scenario)


def test_captured_frames_can_be_written_later(tmp_path):
    async def scenario(bench):
        await into(bench, tmp_path, FileWriteMode="Capture", NumCapture=2)
        await bench.acquire()
        capture = asyncio.ensure_future(bench.put("TIFF1", Capture=1))
        await asyncio.sleep(0)
        await bench.acquire(images=2)
        await capture
        assert names(tmp_path) == []
        await bench.put("TIFF1", WriteFile=1)
        assert len(names(tmp_path)) == 2

    run(scenario)


def test_capturing_is_over_when_the_put_that_began_it_completes(tmp_path):
    async def scenario(bench):
        await into(bench, tmp_path, FileWriteMode="Stream", NumCapture=0, LazyOpen=1)
        capture = asyncio.ensure_future(bench.put("TIFF1", Capture=1))
        await asyncio.sleep(0)
        await bench.acquire(images=2)
        assert not capture.done()
        await bench.put("TIFF1", Capture=0)
        await capture
        assert bench.value("TIFF1", "Capture_RBV") == 0
        assert bench.value("TIFF1", "NumCaptured_RBV") == 2

    run(scenario)
    assert len(names(tmp_path)) == 2


def test_only_frames_that_are_kept_are_counted(tmp_path):
    async def scenario(bench):
        await into(bench, tmp_path, FileWriteMode="Stream", NumCapture=2, LazyOpen=1)
        capture = asyncio.ensure_future(bench.put("TIFF1", Capture=1))
        await asyncio.sleep(0)
        await bench.acquire(images=5)
        await capture
        assert bench.value("TIFF1", "ArrayCounter_RBV") == 2

    run(scenario)


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"FileWriteMode": "Single"}, "mode Single"), ({"FileWriteMode": "Stream"}, "A frame must")],
    ids=["single mode", "no frame yet"],
)
def test_capture_that_cannot_begin_ends_at_once_and_says_why(tmp_path, settings, message):
    async def scenario(bench):
        await into(bench, tmp_path, **settings)
        await bench.put("TIFF1", Capture=1)
        assert (bench.value("TIFF1", "Capture_RBV"), bench.value("TIFF1", "WriteStatus")) == (0, 1)
        assert message in bench.value("TIFF1", "WriteMessage")

    run(scenario)


def test_temporary_suffix_goes_when_the_file_is_complete(tmp_path):
    async def scenario(bench):
        await into(bench, tmp_path, AutoSave=1, TempSuffix=".part")
        await bench.acquire()

    run(scenario)
    assert names(tmp_path) == ["f_000000.tiff"]


def test_missing_directory_is_told_of_and_the_next_frame_is_tried(tmp_path):
    place = tmp_path / "later"

    async def scenario(bench):
        await into(bench, place, AutoSave=1)
        assert bench.value("TIFF1", "FilePathExists_RBV") == 0
        await bench.acquire()
        assert bench.value("TIFF1", "WriteStatus") == 1
        assert "No such file or directory" in bench.value("TIFF1", "WriteMessage")
        place.mkdir()
        await bench.acquire()
        assert (bench.value("TIFF1", "WriteStatus"), bench.value("TIFF1", "WriteMessage")) == (
            0,
            "",
        )

    run(scenario)
    assert names(place) == ["f_000001.tiff"]


def test_missing_directories_are_made_if_asked_for(tmp_path):
    async def scenario(bench):
        await into(bench, tmp_path / "a" / "b", CreateDirectory=-5)
        await bench.put("TIFF1", FilePath=f"{tmp_path}/a/b")
        assert bench.value("TIFF1", "FilePathExists_RBV") == 1
        assert bench.value("TIFF1", "FilePath_RBV") == f"{tmp_path}/a/b/"

    run(scenario)


def test_file_where_a_directory_should_be_made_is_told_of(tmp_path):
    (tmp_path / "a").write_text("")

    async def scenario(bench):
        await bench.put("TIFF1", CreateDirectory=-5, FilePath=f"{tmp_path}/a/b")
        assert bench.value("TIFF1", "FilePathExists_RBV") == 0
        assert "could not be made" in bench.value("TIFF1", "WriteMessage")

    run(scenario)


def test_captured_frames_can_be_forgotten(tmp_path):
    async def scenario(bench):
        await into(bench, tmp_path, FileWriteMode="Capture", NumCapture=2, AutoSave=1)
        port = bench.ports["TIFF1"]
        await port.handle(frame(np.zeros((2, 2), np.uint8)))
        capture = asyncio.ensure_future(bench.put("TIFF1", Capture=1))
        await asyncio.sleep(0)
        await port.handle(frame(np.zeros((2, 2), np.uint8), 2))
        await bench.put("TIFF1", Capture=0, FreeCapture=1)
        await capture
        assert bench.value("TIFF1", "NumCaptured_RBV") == 0

    run(scenario)


@pytest.mark.parametrize(
    "put", [{"FileTemplate": "%n"}, {"NumCapture": -1}, {"ReadFile": 1}, {"FilePath": "x" * 300}]
)
def test_puts_that_cannot_be_are_refused(put):
    async def scenario(bench):
        with pytest.raises(PutRefusedError):
            await bench.put("TIFF1", **put)

    run(scenario)


def test_name_longer_than_clients_can_be_told_is_not_written(tmp_path):
    async def scenario(bench):
        await into(bench, tmp_path, AutoSave=1, FileTemplate="%s%s" + "c" * 240 + "_%3.99d")
        await bench.put("TIFF1", FileName="b" * 200)
        await bench.acquire()
        assert bench.value("TIFF1", "WriteStatus") == 1
        assert "and 511 are allowed" in bench.value("TIFF1", "WriteMessage")
        assert len(bench.value("TIFF1", "FullFileName_RBV")) < 512

    run(scenario)
    assert names(tmp_path) == []


def test_stream_of_files_takes_a_new_name_after_one_that_could_not_be_written(tmp_path):
    (tmp_path / "f_000000.tiff").mkdir()

    async def scenario(bench):
        await into(bench, tmp_path, FileWriteMode="Stream", NumCapture=0)
        await bench.acquire()
        capture = asyncio.ensure_future(bench.put("TIFF1", Capture=1))
        await asyncio.sleep(0)
        await bench.acquire(images=2)
        await bench.put("TIFF1", Capture=0)
        await capture

    run(scenario)
    assert names(tmp_path) == ["f_000000.tiff", "f_000001.tiff"]
