"""The demonstration, run once as a user runs it, and everything it leaves."""

import contextlib
import json
import math
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from blueline.epics import loopback_environment
from callbacks.naming import DataFolder
from callbacks.replay import Replay, journals, start_of
from tests.system.commands import BLUELINE
from tests.system.documents import python_blocks

pytestmark = pytest.mark.timeout(240)

LOOPBACK = "127.0.0.1"
#: What the demo types at the edge.
COPPER = (
    "xafs energy (Region(8950,8970,step=2),Region(8970,9000,step=0.5,time=0.5),"
    "Region(9000,9600,k_step=0.05,time=0.5,final_time=2,weight=2)) element='Cu'"
)
#: Columns that have another name in SPEC files, by convention.
SPEC_NAMES = {"seconds": "Seconds"}


@dataclass
class Demo:
    """What was seen while the demonstration ran, and after."""

    folder: Path
    output: str = ""
    status: int = -1
    seconds: float = 0.0
    seen: dict[int, list[str]] = field(default_factory=dict)
    listening: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    independent: dict[str, str] = field(default_factory=dict)

    def journals(self) -> list[Path]:
        return journals(self.folder)

    def scan(self, command: str) -> Path:
        """Give the journal of the first scan whose command begins so."""
        return next(
            path
            for path in self.journals()
            if str((start_of(path) or {}).get("scan_command")).startswith(command)
        )


def watch(demo: Demo, root: psutil.Process) -> None:
    """Note all processes of the demonstration and their sockets."""
    try:
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for process in family:
        try:
            demo.seen[process.pid] = process.cmdline()
            connections = process.net_connections("inet")
        except psutil.Error:
            continue
        for connection in connections:
            note(demo, connection)


def note(demo: Demo, connection) -> None:
    stream = connection.type.name == "SOCK_STREAM"
    if connection.status == "LISTEN":
        demo.listening.add(connection.laddr.ip)
    remote = connection.raddr.ip if connection.raddr else LOOPBACK
    # libca binds the sockets of its searches to no address; they send to EPICS_CA_ADDR_LIST alone
    local = connection.laddr.ip if stream else LOOPBACK
    demo.foreign |= {ip for ip in (local, remote) if ip != LOOPBACK}


def ask(demo: Demo, name: str, port: int) -> None:
    """Read one PV with a client that has nothing to do with us."""
    environment = os.environ | loopback_environment([port])
    command = [str(Path(sys.executable).parent / "caproto-get"), "--no-repeater", name]
    answer = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=20, check=False
    )
    if answer.returncode == 0 and answer.stdout.strip():
        demo.independent[name] = answer.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    found = Demo(tmp_path_factory.mktemp("demo") / "blueline-demo")
    began = time.monotonic()
    command = [*BLUELINE, "demo", "--data", str(found.folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as child:
        root = psutil.Process(child.pid)
        for line in child.stdout:
            found.output += line
            port = re.search(r"on 127\.0\.0\.1:(\d+)", line)
            if port:
                ask(found, "BL:sample:x.RBV", int(port[1]))
                ask(found, "BL:scaler1.TP", int(port[1]))
            watch(found, root)
        found.status = child.wait(30)
    found.seconds = time.monotonic() - began
    return found


def test_demo_succeeds_within_a_minute(demo):
    assert demo.status == 0, demo.output
    assert demo.seconds < 60


def test_demo_leaves_journal_spec_nexus_and_picture_of_each_scan(demo):
    for path in demo.journals():
        start = start_of(path)
        folder = DataFolder(demo.folder, "demo")
        for name in (folder.spec_path, folder.nexus_path, folder.plot_path):
            assert name(start).stat().st_size > 0


def test_demo_leaves_no_process(demo):
    assert demo.seen
    left = [pid for pid, words in demo.seen.items() if alive(pid, words)]
    assert left == []


def alive(pid: int, words: list[str]) -> bool:
    try:
        return psutil.Process(pid).cmdline() == words
    except psutil.NoSuchProcess:
        return False


def test_demo_talks_to_this_machine_only(demo):
    assert demo.listening <= {LOOPBACK}
    assert demo.foreign == set()


def test_demo_starts_no_repeater_process(demo):
    running = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    words = [word for line in running for word in line if not word.startswith("--")]
    assert not [word for word in words if "repeater" in word.lower()]


def test_an_independent_client_reads_the_motor_and_the_scaler_meanwhile(demo):
    assert set(demo.independent) == {"BL:sample:x.RBV", "BL:scaler1.TP"}


def test_demo_prints_what_it_found_with_units_and_errors(demo):
    assert re.search(r"x: centre 1\.\d+ ± 0\.\d+ mm, FWHM \d+\.\d+ ± \d+\.\d+ mm", demo.output)
    assert re.search(r"Cu K edge at 89\d\d\.\d+ ± \d+\.\d+ eV", demo.output)


def test_demo_finds_the_edge_within_one_electronvolt(demo):
    energy = float(re.search(r"Cu K edge at (\d+\.\d+)", demo.output)[1])
    assert abs(energy - 8979) < 1


def test_demo_says_where_its_files_are(demo):
    for path in DataFolder(demo.folder, "demo").root.glob("*.nxs"):
        assert str(path) in demo.output


def test_the_axes_stand_where_the_monochromator_equation_says_at_9000_ev(demo):
    events = [doc["data"] for name, doc in Replay(demo.scan("xafs")) if name == "event"]
    nearest = min(
        (data for data in events if "energy" in data), key=lambda data: abs(data["energy"] - 9000)
    )
    assert nearest["energy"] == pytest.approx(9000, abs=0.01)
    assert nearest["bragg"] == pytest.approx(12.690, abs=5e-4)
    assert nearest["gap"] == pytest.approx(12.813, abs=5e-4)
    assert nearest["translation"] == pytest.approx(56.902, abs=5e-4)


def test_demo_aligns_the_sample_measures_279_energies_and_maps_the_sample(demo):
    measured = [(start_of(p)["scan_command"], len(columns_of(p))) for p in demo.journals()]
    assert measured == [
        ("ascan x -1.5 4 40 0.2", 41),
        (COPPER, 279),
        ("mesh x -1 3.6 23 y -2.2 1.4 12 0.1", 312),
    ]


def test_the_time_factor_is_in_every_start_document(demo):
    assert {start_of(path)["time_factor"] for path in demo.journals()} == {50.0}


def columns_of(path: Path) -> list[dict[str, float]]:
    streams = {}
    events = []
    for name, doc in Replay(path):
        if name == "descriptor":
            streams[doc["uid"]] = doc["name"]
        elif name == "event" and streams[doc["descriptor"]] == "primary":
            events.append(doc["data"])
    return events


def spec_file(demo: Demo) -> Path:
    (path,) = demo.folder.glob("*.spec")
    return path


def test_silx_reads_the_spec_file_as_the_journal_has_it(demo):
    from silx.io.specfile import SpecFile

    with contextlib.closing(SpecFile(str(spec_file(demo)))) as scans:
        assert len(scans) == 3
        for path, scan in zip(demo.journals(), scans, strict=True):
            assert scan.scan_header_dict["S"].split(maxsplit=1)[1] == start_of(path)["scan_command"]
            events = columns_of(path)
            assert scan.data.shape[1] == len(events)
            columns = dict(zip(scan.labels, scan.data.tolist(), strict=True))
            for key in events[0]:
                assert columns[SPEC_NAMES.get(key, key)] == [event[key] for event in events]


# the parser leaves the file open
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_spec2nexus_reads_the_spec_file_as_the_journal_has_it(demo):
    from spec2nexus.spec import SpecDataFile

    parsed = SpecDataFile(str(spec_file(demo)))
    assert len(parsed.getScanNumbers()) == 3
    for path, number in zip(demo.journals(), parsed.getScanNumbers(), strict=True):
        scan = parsed.getScan(number)
        assert scan.scanCmd == start_of(path)["scan_command"]
        events = columns_of(path)
        for key in events[0]:
            assert scan.data[SPEC_NAMES.get(key, key)] == [event[key] for event in events]


def test_the_nexus_file_shows_mu_against_energy_in_silx(demo):
    import silx.io
    from silx.io.nxdata import get_default

    start = start_of(demo.scan("xafs"))
    with silx.io.open(str(DataFolder(demo.folder, "demo").nexus_path(start))) as file:
        shown = get_default(file)
        assert shown.is_valid
        assert shown.signal_dataset_name == "mu"
        assert shown.axes_dataset_names == ["energy"]
        expected = [math.log(event["I0"] / event["It"]) for event in columns_of(demo.scan("xafs"))]
        assert shown.signal[()].tolist() == pytest.approx(expected, rel=1e-12)


def test_every_scalar_of_the_nexus_files_equals_the_journal(demo):
    import silx.io

    for path in demo.journals():
        start = start_of(path)
        events = columns_of(path)
        with silx.io.open(str(DataFolder(demo.folder, "demo").nexus_path(start))) as file:
            measurement = file[f"{start['scan_id']}.1/measurement"]
            for name in set(events[0]) & set(measurement):
                assert measurement[name][()].tolist() == [event[name] for event in events]
            assert set(events[0]) <= set(measurement)


def test_the_dataset_file_links_every_scan(demo):
    import silx.io

    with silx.io.open(str(DataFolder(demo.folder, "demo").nexus_dataset_path)) as file:
        assert set(file) == {f"{start_of(path)['scan_id']}.1" for path in demo.journals()}


def test_the_runs_are_read_back_with_databroker(demo):
    # in a process of its own: Tiled warns about things of its own
    script = (
        "import json, sys\n"
        "from callbacks.catalog import open_catalog\n"
        "with open_catalog(sys.argv[1]) as runs:\n"
        "    table = runs.v1[-1].table()\n"
        "    print(json.dumps([len(runs), len(table), 'I0' in table.columns]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(demo.folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    last = columns_of(demo.journals()[-1])
    assert json.loads(done.stdout.splitlines()[-1]) == [len(demo.journals()), len(last), True]


def test_the_how_to_on_reading_runs_back_works_as_written(demo):
    script = "\n".join(python_blocks("docs/how-to/read-runs-back.md"))
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=demo.folder.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "I0" in done.stdout
