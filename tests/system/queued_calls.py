"""One call of each plan of the queue that the virtual beamline can run, of a few short points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """Arguments as JSON has them, and how many runs they make."""

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    runs: int = 1

    def item(self, name: str) -> dict[str, Any]:
        """Give the item that clients send."""
        called = {"name": name, "args": list(self.args), "kwargs": dict(self.kwargs)}
        return {"item_type": "plan", **called}


_SECONDS = 0.01
_PEAK = ("hcenter", -2, 2, 20, _SECONDS)
_LINE, _MESH = ("x", 0, 1), ("x", 0, 1, 1, "y", 0, 1, 1)
_MORE = ("y", 0, 1, "theta", 0, 1, "hcenter", 0, 0.1, "vcenter", 0, 0.1)
_DETECTORS = ["scaler"]
_COUNT = {"name": "sct", "args": [_SECONDS]}
_SPIRAL = (1, 1, 0.5, 2)
_ADAPTIVE = (_DETECTORS, "It", "x", -1, 1, 0.5, 1, 1000, False)


def _together(axes: int) -> Call:
    """Give a scan of so many axes together."""
    return Call((*_LINE, *_MORE[: 3 * (axes - 1)], 2, _SECONDS))


#: In the order in which they run: those that ask for the last scan come after one with a peak.
CALLS: dict[str, Call] = {
    "ascan": Call(_PEAK),
    **{name: Call(runs=0) for name in ("cen", "com", "fwhm", "peak")},
    **{f"goto_{place}": Call(runs=0) for place in ("min", "com", "cen", "peak")},
    "repeat": Call((-1,), {"intervals": 2, "stop": 0}),
    "restore_motor_positions": Call((-1,), runs=0),
    "align": Call(_PEAK),
    "find_max": Call(_PEAK),
    "lineup": Call(_PEAK),
    "tune_centroid": Call((_DETECTORS, "It", "x", -2, 2, 0.5), {"num": 5}),
    "dscan": Call((*_LINE, 2, _SECONDS)),
    "lup": Call((*_LINE, 2, _SECONDS)),
    **{f"{way}{axes}scan": _together(axes) for way in "ad" for axes in (2, 3, 4, 5)},
    "anscan": Call(([list(_LINE), ["y", 0, 1]], 2, _SECONDS)),
    "dnscan": Call(([list(_LINE), ["y", 0, 1]], 2, _SECONDS)),
    "mesh": Call((*_MESH, _SECONDS)),
    "amesh": Call((*_MESH, _SECONDS)),
    "dmesh": Call((*_MESH, _SECONDS)),
    "a3mesh": Call((*_MESH, "theta", 0, 1, 1, _SECONDS)),
    "anmesh": Call(([["x", 0, 1, 1], ["y", 0, 1, 1]], _SECONDS)),
    "pointscan": Call(("x", [0, 1, 3], _SECONDS)),
    "lookupscan": Call(([["x", [0, 1]], ["y", [0, 1]]], _SECONDS)),
    "loopscan": Call((2, _SECONDS)),
    "timescan": Call((_SECONDS,), {"npoints": 2}),
    "runscan": Call(("x", 0, 1, 2, "time", _SECONDS)),
    "stepscan": Call(([["x", [0, 1]]], ["scaler"]), {"dwelltime": _SECONDS}),
    "adaptive": Call(("x", -1, 1, 0.5, 1, 1000, "It", _SECONDS)),
    "xafs": Call(("energy", [{"start": 8950, "stop": 8960, "step": 5, "time": _SECONDS}])),
    "py4syn_scan": Call(("x", 0, 1, "y", [0, 1, 2], 2, _SECONDS)),
    "py4syn_mesh": Call(("x", 0, 1, 2, "y", 0, 1, 2, _SECONDS), {"snake": True}),
    "py4syn_timescan": Call((_SECONDS,), {"delay": 0, "repeat": 2}),
    "sequence": Call((_COUNT, {"name": "loopscan", "args": [2, _SECONDS]}), runs=2),
    "at_each": Call(("y", [0, 0.5], _COUNT), runs=2),
    "sct": Call((_SECONDS,)),
    "count_until": Call((1,), {"counts": {"It": 1}}),
    "ct": Call((_SECONDS,), runs=0),
    "rate": Call(("scaler", "It"), {"count_time": _SECONDS, "samples": 2}, runs=0),
    "attenuate": Call(
        ("y", [3, 2], "scaler"),
        {"local": "It", "total": "I0", "safe": {"local": 1e9, "total": 1e9}, "samples": 1},
        runs=0,
    ),
    "drive": Call(("x", 0.5), {"tolerance": 0.001}, runs=0),
    "jog": Call(("hgap", 0.001, 0.1), runs=0),  # to its limit, where moves take no time
    "wait_until": Call(("x", 0), {"precision": 50, "deadline": 5}, runs=0),  # wherever it is
    "move_to_edge": Call(("energy", "Cu"), runs=0),
    "mv": Call(("shutter", "open", "x", 0), runs=0),
    "mvr": Call(("x", 0.5, "y", 0.5), runs=0),
    "sleep": Call((_SECONDS,), runs=0),
    "count": Call((_DETECTORS, 2)),
    "scan": Call((_DETECTORS, *_LINE, 3)),
    "rel_scan": Call((_DETECTORS, *_LINE, 3)),
    "list_scan": Call((_DETECTORS, "x", [0, 1], "y", [0, 1])),
    "rel_list_scan": Call((_DETECTORS, "x", [0, 1])),
    "list_grid_scan": Call((_DETECTORS, "x", [0, 1], "y", [0, 1])),
    "rel_list_grid_scan": Call((_DETECTORS, "x", [0, 1], "y", [0, 1])),
    "grid_scan": Call((_DETECTORS, "x", 0, 1, 2, "y", 0, 1, 2), {"snake_axes": True}),
    "rel_grid_scan": Call((_DETECTORS, "x", 0, 1, 2, "y", 0, 1, 2)),
    "log_scan": Call((_DETECTORS, "x", -1, 0, 2)),
    "rel_log_scan": Call((_DETECTORS, "x", -1, 0, 2)),
    "adaptive_scan": Call(_ADAPTIVE),
    "rel_adaptive_scan": Call(_ADAPTIVE),
    "spiral": Call((_DETECTORS, "x", "y", 0, 0, *_SPIRAL)),
    "rel_spiral": Call((_DETECTORS, "x", "y", *_SPIRAL)),
    "spiral_fermat": Call((_DETECTORS, "x", "y", 0, 0, *_SPIRAL)),
    "rel_spiral_fermat": Call((_DETECTORS, "x", "y", *_SPIRAL)),
    "spiral_square": Call((_DETECTORS, "x", "y", 0, 0, 1, 1, 2, 2)),
    "rel_spiral_square": Call((_DETECTORS, "x", "y", 1, 1, 2, 2)),
    "x2x_scan": Call((_DETECTORS, "theta", "x", -0.1, 0.1, 2)),
}
#: Plans that the virtual beamline cannot run, and why; `SLOW_CALLS` are for one that can.
NOT_RUN: Mapping[str, str] = {
    "fly": "the virtual beamline has no device that flies",
    "jogging": "where nothing takes time, an axis that moves on is at its limit at once",
}
#: Their calls where there is a flyer, and axes take time.
SLOW_CALLS: dict[str, Call] = {
    "fly": Call((["flyer"],)),
    "jogging": Call(({"name": "sleep", "args": [0.1]}, "x", 0.5), runs=0),
}
#: One of each kind, for a quick look.
KINDS = (
    "ascan",
    "repeat",
    "dscan",
    "lup",
    "mesh",
    "py4syn_scan",
    "xafs",
    "count",
    "mv",
    "sequence",
)
