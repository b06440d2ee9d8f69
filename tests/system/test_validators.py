"""Other people's programs find nothing wrong with our files, whatever scan they are of."""

import io
import shutil
from pathlib import Path

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import h5py
import pytest
from bluesky.utils import RunEngineInterrupted

from blueline import open_session
from callbacks import DataFolder, Replay, recover
from callbacks.replay import journals, start_of
from callbacks.xdi_file import xdi_consumer
from planlib import Region, ascan, mesh, xafs
from planlib.spec import loopscan
from planlib.xafs import TRANSMISSION
from tools.validate.validators import VALIDATORS, judge, validators_python

# the first test makes the environment of the validators where there is none
pytestmark = [pytest.mark.needs_system, pytest.mark.timeout(1800)]

SCANS = ("line", "map", "time", "count", "absorption", "spectra", "streams", "stopped", "failed")
#: Files that must be found wanting, or the validators look at nothing.
BROKEN = ("spec", "nxs", "xdi")
CRYSTAL = {"name": "Si(111)", "d_spacing": 3.13555}


class BrokenPlanError(Exception):
    """Raised by a plan of these tests."""


def cut_short(plan, points, end):
    """Do something else when so many points are taken."""
    taken = 0

    def after_point(msg):
        nonlocal taken
        taken += msg.command == "save"
        return (None, end()) if msg.command == "save" and taken == points else (None, None)

    return bpp.plan_mutator(plan, after_point)


def fail():
    yield from bps.null()
    message = "the plan broke"
    raise BrokenPlanError(message)


def measure(session):
    """Take one scan of each kind, in the order of `SCANS`."""
    run, devices = session.RE, session.devices
    x, y, scaler, energy = (devices[name] for name in ("x", "y", "scaler", "energy"))
    whole = {"sample": {"name": "Cu foil", "thickness": 5.0}, "derived": TRANSMISSION}
    run(ascan(x, 0, 1, 10, 0.01, scaler, md=whole | {"comments": ["a new foil"]}))
    run(mesh(x, 0, 1, 4, y, 0, 2, 3, 0.01, scaler, md=whole))
    run(loopscan(4, 0.01, scaler))
    run(bp.count([scaler]))
    edge = [Region(8970, 8990, step=4, time=0.01)]
    run(xafs(energy, edge, element="Cu", md={"mono": CRYSTAL, "sample": "Cu foil"}))
    run(ascan(x, 0, 1, 3, 0.01, scaler, devices["mca"], devices["camera"]))
    followed = bpp.monitor_during_wrapper(bp.scan([scaler], x, 0, 1, 5), [devices["ring_current"]])
    run(followed)
    with pytest.raises(RunEngineInterrupted):
        run(cut_short(ascan(x, 0, 1, 10, 0.01, scaler), 5, bps.pause))
    run.abort("enough")
    with pytest.raises(BrokenPlanError):
        run(cut_short(mesh(x, 0, 1, 4, y, 0, 2, 3, 0.01, scaler), 7, fail))


@pytest.fixture(scope="module")
def data(instant_ioc, ca_ports, tmp_path_factory):
    """A session's folder with one scan of each kind, and the XDI file of each."""
    folder = tmp_path_factory.mktemp("session")
    with open_session(
        data=folder, port=ca_ports.instant, prefix=instant_ioc.prefix, screen=io.StringIO()
    ) as session:
        for device in session.beamline.make_later().values():
            device.wait_for_connection(timeout=10)
        measure(session)
    add_xdi(folder)
    return folder


def add_xdi(folder):
    """Write XDI files where nobody has."""
    if any(folder.glob("*.xdi")):
        return
    writer = xdi_consumer(str(folder))
    for journal in journals(folder):
        for document in Replay(journal):
            writer(*document)
    writer.close()


@pytest.fixture(scope="module")
def recovered(data, tmp_path_factory):
    """Files of runs that were killed at any point, as `recover` builds them."""
    folder = tmp_path_factory.mktemp("recovered")
    (folder / "journal").mkdir()
    for journal in journals(data):
        lines = journal.read_bytes().splitlines(keepends=True)
        torn = b"".join(lines[: len(lines) * 3 // 4]) + lines[-1][:20]
        (folder / "journal" / journal.name).write_bytes(torn)
    shutil.copytree(data / "frames", folder / "frames")
    recover(folder)
    add_xdi(folder)
    return folder


@pytest.fixture(scope="module")
def broken(data, tmp_path_factory):
    """Files with a mistake each."""
    folder = tmp_path_factory.mktemp("broken")
    scans = {start_of(path)["plan_name"]: start_of(path) for path in journals(data)}
    named = DataFolder(data)
    spec = next(data.glob("*.spec")).read_text()
    (folder / "broken.spec").write_text(spec.replace("\n#N ", "\n#N 9", 1))
    shutil.copy(named.nexus_path(scans["xafs"]), folder / "broken.nxs")
    with h5py.File(folder / "broken.nxs", "r+") as file:
        (entry,) = file.values()
        entry["plot_I0"].attrs["signal"] = "nothing"
        entry["instrument"].attrs["NX_class"] = "NXnonsense"
        del entry["xas/energy"]
    xdi = named.xdi_path(scans["xafs"]).read_text()
    (folder / "broken.xdi").write_text(f"{xdi}1.0 2.0\n")
    return folder


@pytest.fixture(scope="module")
def python():
    return validators_python()


def suffixes(folder: Path) -> set[str]:
    return {path.suffix for path in folder.iterdir()}


def test_every_validator_accepts_the_files_of_every_kind_of_scan(python, data):
    assert len(journals(data)) == len(SCANS)
    verdicts = judge(python, data)
    assert {each.validator for each in verdicts} == {each.name for each in VALIDATORS}
    assert [str(each) for each in verdicts if not each.is_valid] == []
    assert len({each.path for each in verdicts if each.path.suffix == ".nxs"}) == len(SCANS) + 1


def test_every_validator_accepts_recovered_files(python, recovered):
    assert suffixes(recovered) >= {".spec", ".nxs", ".xdi"}
    verdicts = judge(python, recovered)
    assert {each.validator for each in verdicts} == {each.name for each in VALIDATORS}
    assert [str(each) for each in verdicts if not each.is_valid] == []


def test_every_validator_refuses_a_broken_file(python, broken):
    verdicts = judge(python, broken)
    assert [str(each) for each in verdicts if each.is_valid] == []
    assert {each.path.suffix[1:] for each in verdicts} == set(BROKEN)
