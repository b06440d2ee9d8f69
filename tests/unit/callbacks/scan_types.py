"""Real scans of every kind, done by bluesky's engine on simulated axes and counters."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import bluesky.plans as bp
import numpy as np
from bluesky.preprocessors import baseline_wrapper
from ophyd import Signal
from ophyd.sim import SynAxis, SynGauss
from ophyd.status import Status
from ophyd.utils import LimitError

import planlib
from planlib import py4syn, spec
from planlib.trajectories import Region
from reduction.counting import CountPolicy


class Axis(SynAxis):
    """An axis that says where it is, as ours do."""

    def check_value(self, position: float) -> None:
        if not math.isfinite(position):
            raise LimitError(f"{self.name} cannot go to {position}")

    def locate(self) -> dict[str, float]:
        return {"setpoint": self.setpoint.get(), "readback": self.readback.get()}


class Energy(Axis):
    egu = "eV"

    def describe(self) -> Any:
        described = super().describe()
        for key in described.values():
            key["units"] = "eV"
        return described


class Counter(SynGauss):
    """A counter with a count time."""

    count_time = 1.0

    def prepare(self, value: CountPolicy) -> Status:
        status = Status()
        status.set_finished()
        return status


class Spectrum(Signal):
    """A counter with a spectrum at each point."""

    def describe(self) -> Any:
        return {self.name: {"source": "SIM", "dtype": "array", "shape": [16]}}

    def read(self) -> Any:
        return {self.name: {"value": np.arange(16) / 3, "timestamp": 1.0}}

    def trigger(self) -> Status:
        status = Status()
        status.set_finished()
        return status


class Devices:
    """Five axes, an energy, two counters and a spectrum."""

    def __init__(self) -> None:
        self.x, self.y, self.z, self.tx, self.ty = (
            Axis(name=name, labels={"motors"}) for name in ("x", "y", "z", "tx", "ty")
        )
        self.energy = Energy(name="energy", labels={"motors"})
        self.i0, self.it = (
            Counter(name, self.x, "x", center=0, Imax=1000, sigma=1) for name in ("I0", "It")
        )
        self.mca = Spectrum(name="mca")

    @property
    def baseline(self) -> list[Any]:
        return [self.x, self.y, self.z, self.tx, self.ty, self.energy]


Plan = Callable[[Devices], Any]

#: Each by the first word of its command; none has more than a dozen points.
SCANS: dict[str, Plan] = {
    "ascan": lambda d: spec.ascan(d.x, 0, 1, 4, 0.1, d.i0, d.it),
    "a2scan": lambda d: spec.a2scan(d.x, 0, 1, d.y, 0, 2, 4, 0.1, d.i0),
    "a3scan": lambda d: spec.a3scan(d.x, 0, 1, d.y, 0, 2, d.z, 0, 3, 4, 0.1, d.i0),
    "a4scan": lambda d: spec.a4scan(d.x, 0, 1, d.y, 0, 2, d.z, 0, 3, d.tx, 0, 4, 4, 0.1, d.i0),
    "a5scan": lambda d: spec.a5scan(
        d.x, 0, 1, d.y, 0, 2, d.z, 0, 3, d.tx, 0, 4, d.ty, 0, 5, 4, 0.1, d.i0
    ),
    "anscan": lambda d: spec.anscan([(d.x, 0, 1), (d.y, 0, 2)], 4, 0.1, d.i0),
    "dscan": lambda d: spec.dscan(d.x, -1, 1, 4, 0.1, d.i0),
    "lup": lambda d: spec.lup(d.x, -1, 1, 4, 0.1, d.i0),
    "d2scan": lambda d: spec.d2scan(d.x, -1, 1, d.y, -1, 2, 4, 0.1, d.i0),
    "d3scan": lambda d: spec.d3scan(d.x, -1, 1, d.y, -1, 2, d.z, -1, 3, 4, 0.1, d.i0),
    "d4scan": lambda d: spec.d4scan(d.x, -1, 1, d.y, -1, 2, d.z, -1, 3, d.tx, -1, 4, 4, 0.1, d.i0),
    "d5scan": lambda d: spec.d5scan(
        d.x, -1, 1, d.y, -1, 2, d.z, -1, 3, d.tx, -1, 4, d.ty, -1, 5, 4, 0.1, d.i0
    ),
    "dnscan": lambda d: spec.dnscan([(d.x, -1, 1), (d.y, -2, 2)], 4, 0.1, d.i0),
    "mesh": lambda d: spec.mesh(d.x, 0, 2, 3, d.y, 0, 1, 2, 0.1, d.i0),
    "amesh": lambda d: spec.amesh(d.x, 0, 2, 3, d.y, 0, 1, 2, 0.1, d.i0),
    "dmesh": lambda d: spec.dmesh(d.x, -1, 2, 3, d.y, -1, 1, 2, 0.1, d.i0),
    "a3mesh": lambda d: spec.a3mesh(d.x, 0, 2, 2, d.y, 0, 1, 1, d.z, 0, 1, 1, 0.1, d.i0),
    "anmesh": lambda d: spec.anmesh([(d.x, 0, 2, 3), (d.y, 0, 1, 2)], 0.1, d.i0),
    "lookupscan": lambda d: spec.lookupscan([(d.x, [0, 1, 4]), (d.y, [2, 2, 3])], 0.1, d.i0),
    "pointscan": lambda d: spec.pointscan(d.x, [0, 1, 4], 0.1, d.i0),
    "loopscan": lambda d: spec.loopscan(4, 0.1, d.i0),
    "timescan": lambda d: spec.timescan(0.1, d.i0, npoints=4),
    "sct": lambda d: spec.sct(0.1, d.i0),
    "scan": lambda d: py4syn.scan(d.x, 0, 1, d.y, 0, 2, 4, 0.1, counters=[d.i0]),
    "xafs": lambda d: planlib.xafs(
        d.energy, [Region(8970, 8980, step=2, time=0.1)], d.i0, d.it, element="Cu", e0=8979.0
    ),
    "stepscan": lambda d: planlib.stepscan([(d.x, [0, 1, 4])], [d.i0], dwelltime=0.1),
    "spectra": lambda d: spec.ascan(d.x, 0, 1, 4, 0.1, d.i0, d.mca),
    "bluesky count": lambda d: bp.count([d.i0], 3),
    "bluesky grid": lambda d: bp.grid_scan([d.i0], d.x, 0, 1, 3, d.y, 0, 1, 2),
    "bluesky list": lambda d: bp.list_scan([d.i0], d.x, [0, 1, 4]),
}


def with_baseline(name: str, devices: Devices) -> Any:
    """Give a scan as sessions do it."""
    return baseline_wrapper(SCANS[name](devices), devices.baseline)


def points_of(documents: list[tuple[str, Any]]) -> Iterator[Any]:
    """Yield the events of the stream ``primary``."""
    streams = {doc["uid"]: doc["name"] for name, doc in documents if name == "descriptor"}
    for name, doc in documents:
        if name == "event" and streams[doc["descriptor"]] == "primary":
            yield doc
