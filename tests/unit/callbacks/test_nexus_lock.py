"""One writer per file: a second one is told, and a killed one is in nobody's way."""

import os
import signal
import subprocess
import sys

import pytest

from callbacks.errors import ConsumerError
from callbacks.nexus_file import nexus_consumer, rebuild_nexus
from callbacks.nexus_lock import WriterLock, only_writer
from tests.unit.callbacks.scan_documents import Scan

HOLDER = """
import sys
from pathlib import Path
from callbacks.nexus_lock import WriterLock
lock = WriterLock(Path(sys.argv[1]))
print("locked", flush=True)
sys.stdin.read()
"""


def test_a_second_writer_is_told_who_writes(tmp_path):
    path = tmp_path / "scan.nxs"
    with (
        only_writer(path),
        pytest.raises(ConsumerError, match=f"being written by process {os.getpid()}"),
    ):
        WriterLock(path)
    assert os.listdir(tmp_path) == []


def test_the_lock_of_a_killed_writer_is_free(tmp_path):
    path = tmp_path / "scan.nxs"
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with child:
        child.stdout.readline()
        with pytest.raises(ConsumerError, match=f"process {child.pid}"):
            WriterLock(path)
        child.send_signal(signal.SIGKILL)
    with only_writer(path, wait=5):
        pass
    assert os.listdir(tmp_path) == []


def test_a_file_that_is_being_written_is_not_rebuilt(tmp_path):
    documents = list(Scan().documents())
    writer = nexus_consumer(str(tmp_path), "copper")
    for document in documents[:8]:
        writer(*document)
    with pytest.raises(ConsumerError, match="being written"):
        rebuild_nexus(documents, writer.paths[0])
    for document in documents[8:]:
        writer(*document)
    assert sorted(os.listdir(tmp_path)) == ["copper.nxs", "copper_0001.nxs"]


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ConsumerError, match="cannot be locked for writing"):
        WriterLock(tmp_path / "file" / "scan.nxs")
