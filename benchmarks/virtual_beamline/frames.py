"""Frames of the virtual detector per second: made, and made and written to HDF5."""

import statistics
import tempfile
from pathlib import Path

from benchmarks.harness import Case, Round, Runner
from benchmarks.virtual_beamline.servers import OURS, Server
from blueline.epics import loopback_environment, use_loopback

SIDE, FRAMES, GOAL = 2048, 40, 10.0
_CAMERA, _FILE = "O:cam:cam1:", "O:cam:HDF1:"
_DEADLINE = 60.0
#: Of one frame; and the file in which the client says how many per second the last file took.
_MEGABITS, _SPEED = 16e-6 * SIDE**2, "speed"


def acquisition(folder: str) -> dict[str, Round]:
    """Take frames that nobody wants, or have them written."""
    import epics

    def put(name: str, value: object) -> None:
        if epics.caput(name, value, wait=True, timeout=_DEADLINE) != 1:
            raise RuntimeError(f"{name} did not take {value} in time")

    put(f"{_CAMERA}ImageMode", "Multiple")
    put(f"{_CAMERA}NumImages", FRAMES)
    put(f"{_CAMERA}AcquireTime", 0.001)
    put(f"{_CAMERA}AcquirePeriod", 0.001)
    put(f"{_CAMERA}ArrayCallbacks", 1)
    put(f"{_CAMERA}WaitForPlugins", 1)

    def produce() -> int:
        put(f"{_FILE}EnableCallbacks", 0)
        put(f"{_CAMERA}Acquire", 1)
        return FRAMES

    def write() -> int:
        put(f"{_FILE}EnableCallbacks", 1)
        put(f"{_FILE}BlockingCallbacks", 1)
        put(f"{_FILE}LazyOpen", 1)
        put(f"{_FILE}FilePath", folder)
        put(f"{_FILE}FileName", "frames")
        put(f"{_FILE}FileTemplate", "%s%s.h5")
        put(f"{_FILE}FileWriteMode", "Stream")
        put(f"{_FILE}NumCapture", FRAMES)
        epics.caput(f"{_FILE}Capture", 1)
        put(f"{_CAMERA}Acquire", 1)
        put(f"{_FILE}Capture", 0)
        written = epics.caget(f"{_FILE}NumCaptured_RBV")
        if written != FRAMES:
            raise RuntimeError(f"{written} of {FRAMES} frames are in the file")
        Path(folder, _SPEED).write_text(str(epics.caget(f"{_FILE}IOSpeed")))
        return FRAMES

    return {"produce": produce, "write": write}


def report(rounds: int) -> str:
    """Measure and give the lines."""
    with Server(OURS, "camera", SIDE) as server, tempfile.TemporaryDirectory() as folder:
        use_loopback([server.port])
        case = Case("client", f"{__name__}:acquisition", {"folder": f"{folder}/"})
        client = Runner(case, loopback_environment([server.port]))
        try:
            client.wait_until_ready()
            made, both = (_rates(client, name, rounds) for name in ("produce", "write"))
            megabytes = Path(folder, "frames.h5").stat().st_size / 1e6
            megabits = float(Path(folder, _SPEED).read_text())
        finally:
            client.close()
    return (
        f"frames of {SIDE} x {SIDE} x 16 bits, {FRAMES} to a file of {megabytes:.0f} MB: "
        f"made {statistics.median(made):.1f}/s, written {megabits / _MEGABITS:.1f}/s, "
        f"made and written {statistics.median(both):.1f}/s (goal >{GOAL:g}/s)"
    )


def _rates(client: Runner, name: str, rounds: int) -> list[float]:
    rates = []
    for _ in range(rounds + 1):
        client.begin(name)
        rates.append(1e3 / client.finish()["wall"])
    return rates[1:]
