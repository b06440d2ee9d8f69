"""What the process that writes HDF5 files makes of orders and of errors."""

import json
import os
import socket
import threading

import h5py
import pytest

from sim_ioc.area_detector.hdf5_writer import Writer, reason, serve

LAYOUT = {
    "shape": [2, 2],
    "dtype": "<u2",
    "chunk": [1, 2, 2],
    "extra": [],
    "compression": {"method": "None"},
}
STAMP = {"unique_id": 1, "timestamp": 0.0, "epics_seconds": 0, "epics_nanoseconds": 0}


@pytest.fixture(name="memory")
def _memory(tmp_path):
    file = os.open(tmp_path / "memory", os.O_RDWR | os.O_CREAT)
    os.truncate(file, 8)
    yield file
    os.close(file)


def answers(writer, *orders):
    """Return what a writer answers to orders before the other end closes."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        thread = threading.Thread(target=serve, args=(theirs, writer))
        thread.start()
        with ours.makefile("rwb") as stream:
            told = []
            for order in orders:
                stream.write(json.dumps(order).encode() + b"\n")
                stream.flush()
                told.append(json.loads(stream.readline()))
        ours.shutdown(socket.SHUT_RDWR)
        thread.join(10)
    return told


def test_orders_are_answered_with_what_a_reader_sees(tmp_path, memory):
    path = str(tmp_path / "a.h5")
    opened = {"do": "open", "path": path, "layout": LAYOUT}
    wrote = {"do": "write", "pixels": 4, "stamp": STAMP}
    told = answers(Writer(memory), opened, wrote, wrote, {"do": "close"})
    assert told == [{"frames": number} for number in (0, 1, 2, 2)]
    with h5py.File(path) as file:
        assert file["entry/data/data"].shape == (2, 2, 2)


def test_order_without_a_file_is_answered_with_an_error(memory):
    (told,) = answers(Writer(memory), {"do": "flush"})
    assert told["error"].startswith("No file is open")


def test_reason_is_what_the_system_said():
    error = OSError("Unable to flush (errno = 28, error message = 'No space left on device', buf)")
    assert reason(error) == "No space left on device"
    assert reason(ValueError("JPEG is not")) == "JPEG is not"
