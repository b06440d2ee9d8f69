"""The server's side of the writer, with a real child that is stopped."""

import asyncio
import os
import signal
import time

import h5py
import numpy as np
import pytest

from sim_ioc.area_detector.hdf5_layout import Compression, Layout, Stamp
from sim_ioc.area_detector.writer_process import WriterProcess
from sim_ioc.errors import FrameFileError

LAYOUT = Layout((2, 2), "<u2", (1, 2, 2), (), Compression())
FRAME, STAMP = np.ones((2, 2), np.uint16), Stamp(1, 0.0, 0, 0)


def run(scenario):
    """Run a coroutine function on a writer."""

    async def main():
        writer = WriterProcess()
        try:
            await scenario(writer)
        finally:
            writer.end()

    asyncio.run(main())


def test_answers_belong_to_their_orders_after_one_came_too_late(tmp_path):
    async def scenario(writer):
        await writer.open(str(tmp_path / "a.h5"), LAYOUT)
        stopped = writer.pid
        os.kill(stopped, signal.SIGSTOP)
        patience, writer.patience = writer.patience, 0.1
        with pytest.raises(FrameFileError, match=r"more than 0\.1 s"):
            await writer.write(FRAME, STAMP)
        writer.patience = patience
        with pytest.raises(FrameFileError, match="has ended"):
            await writer.close()
        await writer.open(str(tmp_path / "b.h5"), LAYOUT)
        assert writer.pid != stopped
        told = [await writer.write(FRAME, STAMP) for _ in range(3)]
        assert [*told, await writer.close()] == [1, 2, 3, 3]

    run(scenario)
    with h5py.File(tmp_path / "b.h5") as file:
        assert len(file["entry/data/data"]) == 3


def test_writer_that_is_stuck_is_not_waited_for_at_the_end(tmp_path):
    async def scenario(writer):
        await writer.open(str(tmp_path / "a.h5"), LAYOUT)
        await writer.write(FRAME, STAMP)
        child = writer.pid
        os.kill(child, signal.SIGSTOP)
        began = time.monotonic()
        writer.end()
        took = time.monotonic() - began
        os.kill(child, signal.SIGCONT)
        assert took < 0.9
        await gone(child)

    run(scenario)
    with h5py.File(tmp_path / "a.h5") as file:
        assert len(file["entry/data/data"]) == 1


async def gone(child):
    """Wait until a process is no more."""
    async with asyncio.timeout(10):
        while True:
            try:
                os.kill(child, 0)
            except ProcessLookupError:
                return
            await asyncio.sleep(0.02)
