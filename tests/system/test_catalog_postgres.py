"""A catalog in a PostgreSQL cluster of its own."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import psutil
import pytest

from callbacks import DataFolder
from callbacks.catalog import open_catalog
from callbacks.catalog_consumer import CatalogConsumer
from callbacks.errors import CatalogError
from tests.system.catalog_runs import LARGE, ODD, bits, grid, line, odd_scan
from tests.unit.callbacks.scan_documents import record

pytestmark = [
    pytest.mark.needs_system,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("default::DeprecationWarning"),
]

PASSWORD = secrets.token_hex(8)


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def _programs():
    """The folder of PostgreSQL's programs, the newest; its Debian package puts none on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    assert found, "PostgreSQL is not installed: apt-get install postgresql"
    return found[-1].parent


class Cluster:
    """A cluster that is there for one module; root cannot own one, so the package's user does."""

    def __init__(self, folder):
        self._folder, self._programs, self.port = folder, _programs(), _free_port()
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        if self._as:
            owner = pwd.getpwnam("postgres")
            for path in (folder, folder / "password"):
                os.chown(path, owner.pw_uid, owner.pw_gid)

    def run(self, program, *words):
        command = [*self._as, str(self._programs / program), *words]
        subprocess.run(
            command,
            check=True,
            timeout=60,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
        )

    def start(self):
        data = f"{self._folder}/data"
        said = ("-A", "scram-sha-256", "-U", "ada", f"--pwfile={self._folder}/password")
        self.run("initdb", "-D", data, *said, "-E", "UTF8", "-N")
        options = f"-p {self.port} -h 127.0.0.1 -k {self._folder} -c fsync=off"
        self.run("pg_ctl", "-D", data, "-w", "-l", f"{self._folder}/log", "-o", options, "start")

    def stop(self):
        self.run("pg_ctl", "-D", f"{self._folder}/data", "-m", "immediate", "-w", "stop")

    @property
    def uri(self):
        return f"postgresql://ada:{PASSWORD}@127.0.0.1:{self.port}/postgres"


@pytest.fixture(scope="module")
def cluster():
    # not in pytest's folder, which other users cannot enter
    folder = Path(tempfile.mkdtemp(prefix="blueline-postgres-"))
    made = Cluster(folder)
    made.start()
    yield made
    made.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("postgres")
    record(folder, odd_scan(1), line(2, sample="Fe foil"), grid(3))
    return folder


@pytest.fixture(scope="module")
def runs(cluster, root):
    with open_catalog(root, cluster.uri) as opened_runs:
        yield opened_runs


def test_runs_are_found_as_in_an_embedded_catalog(runs):
    assert [run.scan_id for run in runs][:3] == [1, 2, 3]
    assert [run.scan_id for run in runs.search(motor="y")] == [3]
    assert [run.scan_id for run in runs.search(sample="Fe foil")] == [2]
    assert runs["0dd00"].scan_id == 1


def test_every_bit_of_a_number_is_kept(runs):
    data = runs[1].to_xarray()
    assert bits(data["odd"].values.tolist()) == bits(map(float, ODD))
    assert data["large"].values.tolist() == list(LARGE)


def test_databroker_reads_a_table(runs):
    assert len(runs.v1[2].table()) == 11


def test_the_password_is_on_no_command_line(runs):
    lines = (each.info["cmdline"] or [] for each in psutil.process_iter(["cmdline"]))
    assert len(runs) >= 3
    assert not any(PASSWORD in " ".join(line) for line in lines)


def test_a_run_is_in_the_catalog_when_it_has_ended(runs, cluster, root):
    scan = line(7)
    record(root, scan)
    consumer = CatalogConsumer(DataFolder(root), cluster.uri)
    for name, doc in scan.documents():
        consumer(name, doc)
    consumer.close()
    assert len(runs[7].table()) == 11


def test_a_run_waits_for_a_database_that_does_not_answer_and_that_is_told(tmp_path):
    scan = line(1)
    record(tmp_path, scan)
    consumer = CatalogConsumer(DataFolder(tmp_path), "postgresql://ada:b@127.0.0.1:1/runs")
    for name, doc in scan.documents():
        consumer(name, doc)
    with pytest.raises(CatalogError, match=r"not in the catalog yet \(.*\): 1 run, added"):
        consumer.close()
