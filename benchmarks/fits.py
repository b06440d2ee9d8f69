"""What fits cost: milliseconds of CPU time for one curve, and what the first one loads."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np

#: Seconds that each case is repeated for.
_REPEATED = 0.3
_POINTS = (41, 1000, 20_000)

#: In a process of its own: CPU seconds of the first fit, with all that it loads.
_FIRST = """
import time, numpy
x = numpy.linspace(-5, 5, 41)
from {module} import {name}
began = time.process_time()
{name}(x, numpy.exp(-x * x))
print(time.process_time() - began)
"""


def milliseconds(work: Callable[[], object]) -> float:
    """Give the CPU time of one call, the mean of many."""
    work()
    began, calls = time.process_time(), 0
    while time.process_time() - began < _REPEATED:
        work()
        calls += 1
    return 1e3 * (time.process_time() - began) / calls


def rows() -> Iterator[str]:
    """Say what each kind of work costs, of a peak in noise and of noise alone."""
    from reduction.denoise import tv_denoise
    from reduction.fits import fit_peak
    from reduction.model_fits import fit
    from reduction.peaks import analyse
    from reduction.running import RunningPeak

    def follow(x: np.ndarray, y: np.ndarray) -> None:
        running = RunningPeak()
        for point in zip(x.tolist(), y.tolist(), strict=True):
            running.add(*point)

    work: dict[str, Callable[[np.ndarray, np.ndarray], object]] = {
        "analyse": analyse,
        "fit_peak": fit_peak,
        'fit "gaussian + linear"': lambda x, y: fit(x, y, "gaussian + linear"),
        'fit "pseudovoigt + linear"': lambda x, y: fit(x, y, "pseudovoigt + linear"),
        "tv_denoise": lambda _, y: tv_denoise(y, 0.2),
        "RunningPeak, all points": follow,
    }
    for points in _POINTS:
        x = np.linspace(-5, 5, points)
        noise = np.random.default_rng(1).normal(0, 0.05, points)
        for name, done in work.items():
            took = [
                milliseconds(lambda y=y, done=done, x=x: done(x, y))
                for y in (np.exp(-0.5 * x * x) + noise, noise)
            ]
            yield f"| {name} | {points} | {took[0]:.2f} | {took[1]:.2f} |"


def first(module: str, name: str) -> float:
    """Give the CPU seconds of the first call in a fresh process, its imports included."""
    code = _FIRST.format(module=module, name=name)
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(asked.stdout)


def run() -> str:
    """Measure and give the tables."""
    loads = [
        f"first {name}: {1e3 * first(module, name):.0f} ms of CPU"
        for module, name in (("reduction.fits", "fit_peak"), ("reduction.model_fits", "fit"))
    ]
    head = ["| work | points | ms, peak | ms, noise |", "|---|---|---|---|"]
    return "\n".join(["Fits, CPU time", "", *loads, "", *head, *rows()])
