"""Runs come into a catalog when they end, whatever happens to its server meanwhile."""

import os
import signal
import time

import psutil
import pytest

from callbacks import DataFolder
from callbacks.catalog import open_catalog
from callbacks.catalog_consumer import CatalogConsumer
from tests.system.catalog_runs import line
from tests.unit.callbacks.scan_documents import record

pytestmark = [
    pytest.mark.soak,
    pytest.mark.timeout(300),
    # Tiled's own
    pytest.mark.filterwarnings("default::DeprecationWarning"),
    pytest.mark.filterwarnings("default::FutureWarning"),
]

#: Seconds that anything is waited for, on a machine that others use as well.
PATIENCE = 120.0


def ended(consumer, root, number):
    """Let a run end; give the seconds that the consumer took for it."""
    scan = line(number)
    record(root, scan)
    began = time.monotonic()
    for name, doc in scan.documents():
        consumer(name, doc)
    return time.monotonic() - began


def wait_for(condition):
    ends = time.monotonic() + PATIENCE
    while not (found := condition()) and time.monotonic() < ends:
        time.sleep(0.05)
    return found


def server_of(root):
    """Give the process that serves the catalog of a folder, once it answers."""
    place = str(root / "catalog" / "server.lock")
    if not (root / "catalog" / "server.json").exists():
        return None
    children = psutil.Process().children()
    return next((c for c in children if place in {f.path for f in c.open_files()}), None)


def test_runs_are_added_again_after_a_server_has_died_and_consuming_never_waits(tmp_path):
    consumer = CatalogConsumer(DataFolder(tmp_path))
    took = [ended(consumer, tmp_path, 1)]
    with open_catalog(tmp_path) as runs:
        assert wait_for(lambda: [run.scan_id for run in runs] == [1])
    server = wait_for(lambda: server_of(tmp_path))
    os.kill(server.pid, signal.SIGKILL)
    took.append(ended(consumer, tmp_path, 2))
    consumer.close(PATIENCE)
    assert max(took) < 1.0
    with open_catalog(tmp_path) as runs:
        assert [run.scan_id for run in runs] == [1, 2]
