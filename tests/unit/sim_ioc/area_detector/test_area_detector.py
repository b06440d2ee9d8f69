"""The detector as a whole: its ports, and what serving them loads."""

import subprocess
import sys

import numpy as np
import pytest

from sim_ioc.area_detector.detector_settings import AreaDetectorSettings
from tests.unit.sim_ioc.area_detector.logged_detector import SETTINGS, Bench, run
from tests.unit.sim_ioc.virtual_time import simulate


def test_ports_have_the_names_of_every_installation():
    async def names():
        return [record.name for record in Bench().detector.records]

    ports = ("cam1", "image1", "ROI1", "Stats1", "Proc1", "Trans1", "HDF1", "TIFF1")
    assert simulate(names()) == [f"cam:{port}:" for port in ports]


def test_server_never_loads_hdf5():
    script = (
        "import sys, sim_ioc.area_detector.area_detector\n"
        "assert not {'h5py', 'hdf5plugin'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], timeout=60, check=False).returncode == 0


def test_detectors_of_one_seed_have_noise_of_their_own():
    async def scenario(bench):
        await bench.put("image1", EnableCallbacks=1, BlockingCallbacks=1)
        await bench.acquire()

    one, two = (run(scenario, SETTINGS.model_copy(update={"name": n})) for n in ("a", "b"))
    assert not np.array_equal(one.value("image1", "ArrayData"), two.value("image1", "ArrayData"))


@pytest.mark.parametrize(("image", "part"), [("direct", 1e-4), ("saxs", 1.0), ("powder", 1.0)])
def test_direct_beam_is_attenuated_unless_told_otherwise(image, part):
    assert AreaDetectorSettings(image=image).detected == part
    assert AreaDetectorSettings(image=image, transmission=0.5).detected == 0.5


def test_frame_shows_where_the_beam_is():
    async def scenario(bench):
        await bench.put("Stats1", EnableCallbacks=1, BlockingCallbacks=1, ComputeCentroid=1)
        await bench.acquire()
        return bench

    bench = run(scenario)
    place = [bench.value("Stats1", f"Centroid{axis}_RBV") for axis in "XY"]
    assert place == pytest.approx([23.5, 15.5], abs=0.1)
