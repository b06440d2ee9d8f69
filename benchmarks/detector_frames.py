"""How fast the virtual detector makes its frames: noise, and new pictures.

Run it as `python benchmarks/detector_frames.py [SIDE]`; a frame is SIDE × SIDE pixels, 2048 unless
told. One thread. Beside each figure of noise stands numpy's own Poisson generator.
"""

import sys
import time
from collections.abc import Callable

import numpy as np

from sim_ioc.physics.frames.expected import expected_frame, unit_frame
from sim_ioc.physics.frames.geometry import Geometry
from sim_ioc.physics.frames.noise import NoisePool, Readout
from sim_ioc.physics.frames.scene import Kind
from sim_ioc.physics.rates import OnSample

TIMES = 10


def beam(move: int = 0) -> OnSample:
    """Return a beam whose energy and place are others for every `move`."""
    return OnSample(9000.0 + move, 1e11, 0.0, 0.0, 0.0, 0.1, 0.1, offset_y=0.05 * move)


def milliseconds(action: Callable[[int], object]) -> float:
    """Return the median time of several calls, after one to warm up."""
    action(-1)
    spans = []
    for index in range(TIMES):
        start = time.perf_counter()
        action(index)
        spans.append(time.perf_counter() - start)
    return 1e3 * float(np.median(spans))


def report(name: str, span: float, beside: float | None = None) -> None:
    compared = "" if beside is None else f"   (numpy's Poisson: {1e3 / beside:6.1f})"
    print(f"{name:40} {span:7.1f} ms  {1e3 / span:7.1f} frames/s{compared}")


def noise(side: int) -> None:
    shape = (side, side)
    random = np.random.default_rng(1)
    out = np.empty(shape, np.uint16)
    start = time.perf_counter()
    pool = NoisePool(shape, 1)
    print(f"{'noise: making the pool':40} {1e3 * (time.perf_counter() - start):7.1f} ms")
    for mean in (0.01, 1.0, 100.0):
        expected = np.full(shape, mean, np.float32)
        span = milliseconds(lambda _, frame=expected: pool.draw(frame, out=out))
        report(
            f"noise: mean {mean}", span, milliseconds(lambda _, m=mean: random.poisson(m, shape))
        )
    mixed = random.uniform(0, 20, shape).astype(np.float32)
    beside = milliseconds(lambda _: random.poisson(mixed))
    report("noise: means 0 to 20, mixed", milliseconds(lambda _: pool.draw(mixed, out=out)), beside)
    read = NoisePool(shape, 1, Readout(noise=2.0, pedestal=20))
    report("noise: mixed, with reading noise", milliseconds(lambda _: read.draw(mixed, out=out)))


def pictures(side: int) -> None:
    middle = ((side - 1) / 2, (side - 1) / 2)
    pool = NoisePool((side, side), 1)
    out = np.empty((side, side), np.uint16)
    distances: dict[Kind, float] = {"direct": 100.0, "saxs": 3000.0, "powder": 200.0}
    for kind, distance in distances.items():
        place = Geometry((side, side), 0.075, distance, middle)
        fresh = milliseconds(lambda i, k=kind, g=place: unit_frame(k, beam(i + 2), g))
        kept = milliseconds(lambda _, k=kind, g=place: expected_frame(k, beam(), g))
        whole = milliseconds(
            lambda _, k=kind, g=place: pool.draw(unit_frame(k, beam(), g), scale=1e10, out=out)
        )
        report(f"{kind}: new picture, beam changed", fresh)
        report(f"{kind}: expected frame, beam as it was", kept)
        report(f"{kind}: noisy frame, beam as it was", whole)


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 2048
    noise(size)
    pictures(size)
