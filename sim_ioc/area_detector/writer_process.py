"""The server's side of the process that writes HDF5 files."""

import asyncio
import json
import mmap
import os
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict
from typing import Any

import numpy as np

from sim_ioc.area_detector.hdf5_layout import Layout, Stamp
from sim_ioc.channel_access.fields import Array
from sim_ioc.errors import FrameFileError

#: Seconds for one order: a busy machine starts the process in three, a slow disk takes ten.
_PATIENCE = 60.0
#: Seconds for which the server waits for a child that is to end; a busy disk takes longer.
_LAST_BREATH = 0.5


class WriterProcess:
    """Have frames written by a child, which is started when it is needed, and again if it died.

    The child ends with this process, however that one ends: it sees its socket close. One that
    takes more than `patience` seconds for an order is killed, as its answer would come too late.
    """

    def __init__(self) -> None:
        #: Seconds that one order may take.
        self.patience = _PATIENCE
        self._child: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._memory = _shared_memory()
        self._map: mmap.mmap | None = None
        self._answers = b""

    @property
    def pid(self) -> int | None:
        """Return the process id of the child; None while there is none."""
        return None if self._child is None else self._child.pid

    def start(self) -> None:
        """Start the child unless it runs; that takes a moment, in which nobody waits for it."""
        if self._child is not None and self._child.poll() is None:
            return
        self.end()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        files = (theirs.fileno(), self._memory)
        with theirs:
            self._child = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-m", "sim_ioc.area_detector.hdf5_writer", *map(str, files)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=files,
                start_new_session=True,
            )
        self._channel, self._answers = ours, b""

    def end(self) -> None:
        """Let the child close its file and end; one that takes its time is not waited for."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        child, self._child = self._child, None
        if child is not None:
            try:
                child.wait(_LAST_BREATH)
            except subprocess.TimeoutExpired:
                _collect_later(child)

    def _kill(self) -> None:
        """End the child at once: whatever it holds is lost, and so is its answer."""
        if self._child is not None:
            self._child.kill()
        self.end()

    async def open(self, path: str, layout: Layout) -> None:
        """Make a file."""
        try:
            self.start()
            self._make_room(int(np.prod(layout.shape)) * np.dtype(layout.dtype).itemsize)
        except OSError as error:
            raise FrameFileError(f"The process that writes has no room: {error}.") from error
        await self._ask({"do": "open", "path": path, "layout": asdict(layout)})

    async def write(self, frame: Array, stamp: Stamp) -> int:
        """Write a frame; return how many frames a reader sees."""
        if self._map is None:
            raise FrameFileError("No file is open.")
        shared = np.frombuffer(self._map, frame.dtype, frame.size)
        shared.reshape(frame.shape)[...] = frame
        del shared
        return await self._ask({"do": "write", "pixels": frame.size, "stamp": asdict(stamp)})

    async def flush(self) -> int:
        """Let readers see what was written; return how many frames that is."""
        return await self._ask({"do": "flush"})

    async def close(self) -> int:
        """Finish the file; return how many frames it has."""
        return await self._ask({"do": "close"})

    def _make_room(self, size: int) -> None:
        """Make the shared memory large enough for a frame."""
        if self._map is None or len(self._map) < size:
            os.ftruncate(self._memory, size)
            self._map = mmap.mmap(self._memory, size)

    async def _ask(self, order: dict[str, Any]) -> int:
        """Give an order, and return what the child answers."""
        if self._channel is None:
            raise FrameFileError("The process that writes HDF5 files has ended.")
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self.patience):
                await loop.sock_sendall(self._channel, json.dumps(order).encode() + b"\n")
                answer = json.loads(await self._line(loop, self._channel))
        except TimeoutError:
            self._kill()
            raise FrameFileError(
                f"Writing took more than {self.patience:g} s: the file holds what was flushed, "
                "and the next one gets a new process."
            ) from None
        except asyncio.CancelledError:
            self.end()
            raise
        except OSError as error:
            raise FrameFileError(self._obituary()) from error
        if "error" in answer:
            raise FrameFileError(str(answer["error"]))
        return int(answer["frames"])

    async def _line(self, loop: asyncio.AbstractEventLoop, channel: socket.socket) -> bytes:
        while b"\n" not in self._answers:
            piece = await loop.sock_recv(channel, 65536)
            if not piece:
                raise ConnectionResetError("the other end is closed")
            self._answers += piece
        line, _, self._answers = self._answers.partition(b"\n")
        return line

    def _obituary(self) -> str:
        """Say how the child ended, and forget it."""
        child = self._child
        self.end()
        status = "?" if child is None else child.returncode
        return (
            f"The process that writes HDF5 files ended with status {status}: the file holds what "
            "was flushed, and the next one gets a new process."
        )


def _collect_later(child: subprocess.Popen[bytes]) -> None:
    """Collect a child that ends when its disk lets it, or after this process."""
    threading.Thread(target=child.wait, daemon=True, name="collect a writer").start()


def _shared_memory() -> int:
    """Return an open file of memory that a child can share."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("frames")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
