"""Whatever clients put, it is taken or refused, and frames still come."""

import pytest

from sim_ioc.errors import PutRefusedError
from tests.unit.sim_ioc.area_detector.logged_detector import run

ODD = (0, -1, 2**31 - 1, -(2**31), 1e-300, "", "x" * 255)
#: These begin something that lasts, and have tests of their own.
LASTING = {"Acquire", "Capture", "WriteFile", "ProcessPlugin"}
PORTS = ("cam1", "image1", "ROI1", "Stats1", "Proc1", "HDF1", "TIFF1")


@pytest.mark.parametrize("port", PORTS)
def test_odd_values_are_taken_or_refused_and_frames_still_come(port, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a file plugin without a path writes where the server stands

    async def scenario(bench):
        others = [name for name in PORTS[1:] if not name.startswith("HDF")]
        for value in ODD:
            for name, field in bench.ports[port].fields.items():
                if field.writable and name not in LASTING and name != "EnableCallbacks":
                    try:
                        await bench.put(port, **{name: value})
                    except PutRefusedError:
                        continue
            for other in others:
                await bench.put(other, EnableCallbacks=1, BlockingCallbacks=1)
            await bench.put("cam1", AcquireTime=0.01, AcquirePeriod=0, NumExposures=1)
            await bench.acquire(ArrayCallbacks=1, TriggerMode="Internal", ArrayCounter=5)
            assert bench.value("cam1", "ArrayCounter_RBV") == 6
            assert bench.value("cam1", "StatusMessage_RBV") == "Waiting for acquisition"

    run(scenario)
