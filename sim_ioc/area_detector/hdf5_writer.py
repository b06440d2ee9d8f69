"""The process that writes HDF5 files: frames come through shared memory, orders over a socket.

A full disk inside HDF5 can end its process, and a slow one keeps it waiting; neither is to happen
to the server. Run as ``python -m sim_ioc.area_detector.hdf5_writer SOCKET MEMORY``, two numbers of
open files. It ends, and closes its file, when the socket does.
"""

import contextlib
import json
import mmap
import os
import re
import signal
import socket
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim_ioc.area_detector.hdf5_file import Hdf5File
from sim_ioc.area_detector.hdf5_layout import Layout, Stamp

#: Exit status when HDF5 could not even close a file.
_BROKEN = 3
#: What h5py raises when it cannot write.
_FAILURES = (OSError, ValueError, TypeError, RuntimeError, KeyError, MemoryError)

#: Where HDF5 hides what the system said.
_REASON = re.compile(r"error message = '([^']+)'")

Order = Mapping[str, Any]


class Writer:
    """Do what the server orders; answer with how many frames a reader sees."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._map: mmap.mmap | None = None
        self._file: Hdf5File | None = None
        self._layout: Layout | None = None

    def obey(self, order: Order) -> int:
        """Do one thing: open, write, flush, close."""
        what = order["do"]
        if what == "open":
            return self._open(order)
        if self._file is None or self._layout is None:
            raise OSError("No file is open: what went wrong before is not undone")
        if what == "write":
            frame = np.frombuffer(self._shared(), self._layout.dtype, order["pixels"])
            return self._file.write(frame.reshape(self._layout.shape), Stamp(**order["stamp"]))
        if what == "flush":
            return self._file.flush()
        return self.close()

    def _open(self, order: Order) -> int:
        self.close()
        self._layout = Layout.from_json(order["layout"])
        self._file = Hdf5File(order["path"], self._layout)
        return 0

    def _shared(self) -> mmap.mmap:
        size = os.fstat(self._memory).st_size
        if self._map is None or len(self._map) != size:
            self._map = mmap.mmap(self._memory, size, prot=mmap.PROT_READ)
        return self._map

    def close(self) -> int:
        """Close the file, if there is one; return how many frames it has."""
        file, self._file = self._file, None
        return 0 if file is None else file.close()

    def give_up(self) -> None:
        """Close a file that could not be written; if HDF5 cannot, end before it does worse."""
        try:
            self.close()
        except _FAILURES:
            os._exit(_BROKEN)


def reason(error: Exception) -> str:
    """Return why something failed: what the system said, if HDF5 tells."""
    found = _REASON.search(str(error))
    return found[1] if found else str(error)


def serve(channel: socket.socket, writer: Writer) -> None:
    """Obey until the other end closes."""
    with channel.makefile("rwb") as stream:
        for line in stream:
            failed = False
            try:
                answer: dict[str, Any] = {"frames": writer.obey(json.loads(line))}
            except _FAILURES as error:
                answer, failed = {"error": reason(error)}, True
            stream.write(json.dumps(answer).encode() + b"\n")
            stream.flush()
            if failed:
                writer.give_up()


def main(channel: int, memory: int) -> None:
    """Serve until the server has gone; interrupts of a terminal are for the server only."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    writer = Writer(memory)
    with contextlib.suppress(ConnectionError), socket.socket(fileno=channel) as connection:
        serve(connection, writer)
    writer.give_up()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
