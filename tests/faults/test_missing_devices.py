"""H5: devices that do not exist, or not yet, leave the others of a session usable."""

import contextlib
import io
from dataclasses import dataclass, field
from pathlib import Path

import bluesky.plan_stubs as bps
import pytest
from ophyd import EpicsSignalRO, Signal

from blueline.beamline import virtual_beamline
from blueline.opening import open_session
from callbacks.replay import Replay, journals
from devices import Motor, NotConnectedError
from planlib import ascan
from planlib.suspenders import Guard
from sim_ioc.process import IocProcess
from tests.another_client import read_pv
from tests.faults.conftest import PREFIX
from tests.waiting import wait_until

#: A beamline without monochromator, filters, oven, camera and analyser.
SMALL = """
prefix: "X:"
time_factor: 10
seed: 1
parts:
  - {kind: ring, name: ring}
  - {kind: shutter, name: shutter}
  - {kind: slit, name: slit}
  - {kind: sample, name: sample}
  - {kind: chamber, name: I0, place: incident}
  - {kind: chamber, name: It, place: transmitted}
  - {kind: chamber, name: If, place: fluorescence}
  - {kind: scaler, name: scaler1, channels: [I0, It, If]}
"""
LATE = """
prefix: "X:"
instant: true
parts:
  - {kind: motor, name: late, low: -5, high: 5}
"""
#: What the virtual beamline has, and this one lacks.
ABSENT = ["energy", "bragg", "gap", "translation", "filters", "oven"]
#: Seconds until libca searches again for what nobody had.
SEARCH = 30.0


def with_a_wrong_name(prefix, data):
    beamline = virtual_beamline(prefix, data)
    for name in ("typo", "late"):
        beamline.devices[name] = Motor(f"{prefix}{name}", name=name)
    beamline.baseline += ["typo", "late"]
    return beamline


@dataclass
class Opened:
    """A session, and what it has shown."""

    session: object
    folder: Path
    screen: io.StringIO = field(default_factory=io.StringIO)

    def runs(self):
        return journals(self.folder)

    def last_run(self):
        return list(Replay(self.runs()[-1]))


@contextlib.contextmanager
def reachable():
    """Hold a channel: libca may need ten seconds to find an IOC at the port of one that ended."""
    kept = EpicsSignalRO(f"{PREFIX}sim:seed", name="kept")
    kept.wait_for_connection(timeout=SEARCH)
    yield
    kept.destroy()


@pytest.fixture(scope="module")
def opened(ca_ports, unseen, tmp_path_factory):
    folder = tmp_path_factory.mktemp("session")
    (folder / "small.yml").write_text(SMALL)
    screen = io.StringIO()
    with (
        IocProcess(config=folder / "small.yml", port=ca_ports.faulty) as ioc,
        reachable(),
        open_session(
            data=folder / "data",
            port=ioc.port,
            prefix=PREFIX,
            screen=screen,
            make=with_a_wrong_name,
        ) as session,
    ):
        yield Opened(session, folder / "data", screen)


@pytest.fixture
def session(opened):
    return opened.session


def test_what_does_not_answer_is_told_with_its_channels_when_the_session_opens(opened):
    lines = opened.screen.getvalue().splitlines()
    assert lines[0].endswith("devices do not answer; health() looks again:")
    told = {line.split()[0]: line for line in lines[1:]}
    assert {*ABSENT, "typo"} <= set(told)
    assert "18 of 18 channels do not answer: X:typo.RBV, X:typo.VAL" in told["typo"]


def test_the_others_are_usable(session):
    missing = session.health.missing()
    usable = set(session.devices) - set(missing)
    assert {"x", "y", "theta", "hgap", "hslit", "shutter", "scaler", "mg", "ring_current"} <= usable


def test_a_scan_with_the_others_succeeds_without_the_dead_in_its_baseline(opened, session):
    session.RE(ascan(session.devices["x"], -1, 1, 4, 0.1))
    documents = opened.last_run()
    events = [doc for name, doc in documents if name == "event"]
    baseline = next(doc for _, doc in documents if doc.get("name") == "baseline")
    assert len(events) == 5 + 2
    assert {"y", "shutter", "ring_current"} <= set(baseline["data_keys"])
    assert not {"gap", "oven", "typo"} & set(baseline["data_keys"])
    assert "the baseline is read without energy, bragg, gap" in opened.screen.getvalue()


def test_a_scan_of_a_dead_axis_is_refused_in_a_sentence(opened, session):
    before = len(opened.runs())
    with pytest.raises(NotConnectedError, match=r"typo.* not connected") as refused:
        session.RE(ascan(session.devices["typo"], 0, 1, 4, 0.1))
    assert "\n" not in str(refused.value)
    assert len(opened.runs()) == before


def test_a_scan_with_a_dead_counter_is_refused_before_anything_moves(opened, session):
    x, before = session.devices["x"], len(opened.runs())
    stands = x.position
    sentence = r"mca is not connected: (\d+) of \1 channels do not answer: X:mca1EraseStart"
    with pytest.raises(NotConnectedError, match=sentence):
        session.RE(ascan(x, stands + 1, stands + 2, 4, 0.1, session.devices["mca"]))
    assert read_pv(f"{PREFIX}sample:x.VAL") == stands
    assert len(opened.runs()) == before


def test_a_scan_with_a_dead_counter_is_refused_while_a_guard_has_it_wait(opened, session):
    x, guard = session.devices["x"], Guard(Signal(name="beam", value=0.0), low=50.0)
    session.RE.install_suspender(guard)
    try:
        with pytest.raises(NotConnectedError, match=r"mca is not connected"):
            session.RE(ascan(x, 0, 1, 4, 0.1, session.devices["scaler"], session.devices["mca"]))
    finally:
        session.RE.remove_suspender(guard)


def test_a_derived_axis_over_a_dead_one_is_refused(session):
    with pytest.raises(NotConnectedError, match=r"energy is not connected: .* X:mono:bragg"):
        session.RE(bps.mv(session.devices["energy"], 9000))


def test_a_device_that_comes_later_is_usable_and_in_the_baseline(opened, ca_ports, tmp_path):
    session, late = opened.session, opened.session.devices["late"]
    (tmp_path / "late.yml").write_text(LATE)
    with IocProcess(config=tmp_path / "late.yml", port=ca_ports.second):
        wait_until("it is found", lambda: "late" not in session.health.missing(), SEARCH)
        session.RE(bps.mv(late, 2.5))
        assert late.position == 2.5
        session.RE(ascan(late, 2.5, 3, 1, 0.1))
        baseline = next(doc for _, doc in opened.last_run() if doc.get("name") == "baseline")
        assert "late" in baseline["data_keys"]
    wait_until("it is lost", lambda: "late" in session.health.missing())
    assert "late" in repr(session.health)
