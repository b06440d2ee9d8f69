"""The mca record as pyepics and ophyd see it, unmodified: spectra of the sample in the beam."""

import numpy as np
import pytest

from sim_ioc import IocProcess
from tests.system.ioc_clients import run_client

SCRIPT = r"""
import epics
import numpy as np
from bluesky import RunEngine
from bluesky.plans import count
from epics.devices.mca import MCA, ROI
from ophyd.mca import EpicsMCA, EpicsMCARecord

mca = MCA("BL:", mca=1)
assert until(lambda: all(pv.connected for pv in mca._pvs.values() if pv is not None))
mca.PRTM = 2.0
began = time.time()
epics.caput("BL:mca1EraseStart", 1, wait=True, timeout=20)
told["seconds"] = time.time() - began
spectrum = np.asarray(mca._pvs["VAL"].get())
energies = mca.get_energy()
told["peak"] = float(energies[int(spectrum.argmax())])
told["channels"] = [len(spectrum), mca.NUSE]
told["times"] = [mca.ERTM, mca.ELTM, epics.caget("BL:mca1.DTIM"), epics.caget("BL:mca1.ACT")]
told["calibration"] = mca.get_calib()
told["unit"] = mca.EGU

# pyepics' add_roi reads what it has only just put: on a busy machine it loses regions
for number, region in enumerate((("Fe Ka", 625, 655), ("Cu Ka", 780, 830))):
    roi = ROI("BL:mca1", roi=number)
    for name, value in zip(("NM", "LO", "HI"), region):
        roi.put(name, value, wait=True)
assert until(lambda: len(mca.get_rois(nrois=3)) == 2)
rois = mca.get_rois(nrois=3)
told["rois"] = [[roi.NM, roi.LO, roi.HI, float(roi.total)] for roi in rois]
told["sums"] = [int(spectrum[625:656].sum()), int(spectrum[780:831].sum())]
told["net"] = epics.caget("BL:mca1.R1N")

order = []
watched = []
for name in ("VAL", "ERTM", "ACQG", "STIM"):
    watched.append(epics.PV(f"BL:mca1.{name}", auto_monitor=True))
    watched[-1].add_callback(lambda name=name, **_: order.append(name))
assert all(pv.wait_for_connection(timeout=5) for pv in watched)
until(lambda: len(set(order)) == 4)
order.clear()
epics.caput("BL:mca1.ERST", 1, wait=True, timeout=20)
until(lambda: order and order[-1] == "ACQG" and "VAL" in order)
told["order"] = order

record = EpicsMCARecord("BL:mca1", name="mca")
record.wait_for_connection(timeout=20)
record.stage()
told["mode"] = record.mode.get(as_string=True)
told["roi"] = [record.rois.roi1.label.get(), record.rois.roi1.count.get()]
told["background"] = len(record.background.get())
record.unstage()

detector = EpicsMCA("BL:mca1", name="det")
detector.wait_for_connection(timeout=20)
detector.stage_sigs["preset_real_time"] = 1.0
events = []
engine = RunEngine()
engine(count([detector], num=2), lambda name, doc: name == "event" and events.append(doc))
told["events"] = [
    [len(doc["data"]["det_spectrum"]), int(np.sum(doc["data"]["det_spectrum"])),
     doc["data"]["det_elapsed_real_time"]] for doc in events
]
told["why"] = [epics.caget("BL:mca1Why3.P"), epics.caget("BL:mca1Why4")]

epics.caput("BL:mca1.PRTM", 0)
epics.caput("BL:mca1Start", 1)
until(lambda: epics.caget("BL:mca1.ACQG") == 1)
detector.stop()
told["stopped"] = until(lambda: epics.caget("BL:mca1.ACQG") == 0)

epics.caput("BL:mca1.PRTM", 2.0, wait=True)
epics.caput("BL:shutter:open", 0, wait=True, timeout=10)
epics.caput("BL:mca1EraseStart", 1, wait=True, timeout=20)
told["dark"] = epics.caget("BL:mca1.ACT")
"""


@pytest.fixture(name="told", scope="module")
def _told():
    with IocProcess(seed=4, time_factor=4) as ioc:
        return run_client(SCRIPT, ioc)


def test_start_completes_when_the_time_is_over(told):
    # the first one waits for the tables of the sample besides
    assert 2.0 / 4 <= told["seconds"] < 6.0


def test_strongest_line_is_copper_k_alpha(told):
    # 8.048 keV: X-ray Data Booklet, table 1-2
    assert told["unit"] == "keV"
    assert told["peak"] == pytest.approx(8.048, abs=0.02)
    assert told["channels"] == [2048, 2048]


def test_live_time_is_what_dead_time_leaves(told):
    real, live, dead, counts = told["times"]
    assert real == pytest.approx(2.0)
    assert live == pytest.approx(real - counts * 2e-6, rel=1e-3)
    assert dead == pytest.approx(100 * (1 - live / real))


def test_regions_are_named_and_summed(told):
    names = [name for name, *_ in told["rois"]]
    assert names == ["Fe Ka", "Cu Ka"]
    assert [total for *_, total in told["rois"]] == told["sums"]
    assert 0 < told["net"] < told["sums"][1]


def test_spectrum_is_posted_before_the_end_is_told(told):
    order = told["order"]
    assert order[-1] == "ACQG"
    last = {name: index for index, name in enumerate(order)}
    assert last["VAL"] < last["ERTM"] < last["ACQG"]


def test_ophyd_stages_the_record(told):
    assert told["mode"] == "PHA"
    assert told["roi"][0] == "Cu Ka"
    assert told["background"] == 2048


def test_bluesky_counts_spectra(told):
    assert [event[0] for event in told["events"]] == [2048, 2048]
    assert [event[2] for event in told["events"]] == pytest.approx([1.0, 1.0])
    totals = [event[1] for event in told["events"]]
    assert min(totals) > 1000
    assert abs(np.diff(totals)[0]) < 8 * np.sqrt(max(totals))


def test_reason_of_the_end_is_told(told):
    assert told["why"] == [1.0, 0]


def test_ophyd_stops_an_endless_acquisition(told):
    assert told["stopped"] is True


def test_closed_shutter_leaves_only_darkness(told):
    assert told["dark"] < 20
