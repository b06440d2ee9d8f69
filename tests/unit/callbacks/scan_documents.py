"""Documents of small scans, as the session's plans emit them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from callbacks import DataFolder, Journal

Document = tuple[str, dict[str, Any]]

T0 = 1763719200.25  # a moment in November 2025; the fraction is exact in binary
MOTORS = {
    "bragg": ("deg", 12.690123456789012),
    "gap": ("mm", 12.813),
    "translation": ("mm", 56.902),
    "x": ("mm", 0.1),
    "y": ("mm", -0.30000000000000004),
    "theta": ("deg", 0.0),
    "hgap": ("mm", 1.0),
    "vgap": ("mm", 0.5),
    "energy": ("eV", 9000.000000000001),
}
COUNTERS = ("I0", "It", "If")


def number_key(source: str, units: str = "", dtype: str = "number") -> dict[str, Any]:
    return {"source": source, "dtype": dtype, "shape": [], "units": units, "precision": 5}


def motor_keys(name: str) -> dict[str, Any]:
    units = MOTORS[name][0]
    return {
        name: number_key(f"PV:{name}.RBV", units),
        f"{name}_setpoint": number_key(f"PV:{name}", units),
    }


@dataclass
class Scan:
    """A scan of `motors` with three counters; `values` gives the position of each point."""

    uid: str = "aaaaaaaa-0000"
    scan_id: int = 1
    motors: tuple[str, ...] = ("x",)
    values: tuple[tuple[float, ...], ...] = tuple((0.5 * i + 0.1,) for i in range(11))
    time: float = T0
    baseline: bool = True
    extra: dict[str, Any] = field(default_factory=dict)
    readings: dict[str, Any] = field(default_factory=dict)  # more data keys of the detector
    exit_status: str = "success"
    reason: str = ""

    def start(self) -> dict[str, Any]:
        points = len(self.values)
        doc = {
            "uid": self.uid,
            "time": self.time,
            "scan_id": self.scan_id,
            "scan_command": f"ascan {self.motors[0] if self.motors else ''} 0 5 {points - 1} 0.1",
            "plan_name": "ascan",
            "plan_type": "generator",
            "motors": list(self.motors),
            "detectors": ["scaler"],
            "num_points": points,
            "num_intervals": points - 1,
            "shape": [points],
            "count_time": 0.1,
            "data_set": "blueline",
            "user": "Ada",
            "sample": "Cu foil",
            "hints": {"dimensions": [[[name], "primary"] for name in self.motors]},
            "derived": {"mu": {"expression": "log(I0/It)", "units": "", "label": "absorption µ·t"}},
            "plot": {"x": self.motors[0] if self.motors else "time", "y": ["mu"]},
        }
        return {**doc, **self.extra}

    def descriptor(self, stream: str = "primary") -> dict[str, Any]:
        names = self.motors if stream == "primary" else tuple(MOTORS)
        objects = {name: motor_keys(name) for name in names}
        if stream == "primary":
            keys = {name: number_key(f"PV:scaler.{name}", "counts") for name in COUNTERS}
            keys["seconds"] = number_key("PV:scaler.T", "s")
            objects["scaler"] = {**keys, **self.readings}
        else:
            objects["ring_current"] = {"ring_current": number_key("PV:ring", "mA")}
        keys = {
            key: {**described, "object_name": name}
            for name, described_keys in objects.items()
            for key, described in described_keys.items()
        }
        return {
            "uid": f"{self.uid}-{stream}",
            "run_start": self.uid,
            "name": stream,
            "time": self.time + 0.5,
            "data_keys": keys,
            "object_keys": {name: list(described) for name, described in objects.items()},
            "configuration": {
                name: {"data": {}, "timestamps": {}, "data_keys": {}} for name in objects
            },
            "hints": {
                name: {"fields": list(COUNTERS) if name == "scaler" else [name]} for name in objects
            },
        }

    def baseline_event(self, number: int) -> dict[str, Any]:
        data: dict[str, Any] = {"ring_current": 200.0 - 0.1 * number}
        for name, (_, position) in MOTORS.items():
            data[name] = position + 0.001 * (number - 1)
            data[f"{name}_setpoint"] = position
        return self._event("baseline", number, data, self.time + 0.6 + 100 * (number - 1))

    def event(self, index: int, **changes: Any) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for name, value in zip(self.motors, self.values[index], strict=True):
            data[name] = value + 1e-13
            data[f"{name}_setpoint"] = value
        peak = math.exp(-(((index - 5) / 2.7) ** 2))
        data |= {
            "I0": 1e6 + index / 3,
            "It": 1e6 * math.exp(-peak),
            "If": 1234.5 * peak,
            "seconds": 0.1,
        }
        data |= {key: _value(described, index) for key, described in self.readings.items()}
        return self._event("primary", index + 1, {**data, **changes}, self.time + 1 + 0.37 * index)

    def _event(self, stream: str, number: int, data: dict[str, Any], time: float) -> dict[str, Any]:
        return {
            "uid": f"{self.uid}-{stream}-{number}",
            "descriptor": f"{self.uid}-{stream}",
            "seq_num": number,
            "time": time,
            "data": data,
            "filled": {},
            "timestamps": dict.fromkeys(data, time - 0.01),
        }

    def stop(self) -> dict[str, Any]:
        return {
            "uid": f"{self.uid}-stop",
            "run_start": self.uid,
            "time": self.time + 200.5,
            "exit_status": self.exit_status,
            "reason": self.reason,
            "num_events": {"primary": len(self.values), "baseline": 2},
        }

    def documents(self) -> Iterator[Document]:
        yield "start", self.start()
        if self.baseline:
            yield "descriptor", self.descriptor("baseline")
            yield "event", self.baseline_event(1)
        yield "descriptor", self.descriptor()
        for index in range(len(self.values)):
            yield "event", self.event(index)
        if self.baseline:
            yield "event", self.baseline_event(2)
        yield "stop", self.stop()


def _value(described: dict[str, Any], index: int) -> Any:
    if described["dtype"] == "string":
        return f"text {index}"
    if described["dtype"] == "array":
        return [index + channel / 7 for channel in range(described["shape"][0])]
    return index / 7


def interrupted(scan: Scan, numbers: tuple[int, ...] = (1, 2, 3, 3, 4)) -> Iterator[Document]:
    """Give the documents of a scan that was paused: the first points, with these numbers."""
    yield "start", scan.start()
    yield "descriptor", scan.descriptor()
    for index, number in enumerate(numbers):
        yield "event", {**scan.event(index), "seq_num": number}
    yield "stop", scan.stop()


def mesh(scan_id: int = 3, n_x: int = 4, n_y: int = 3, **settings: Any) -> Scan:
    """A regular map: y is the slow axis, x the fast one."""
    values = tuple((0.25 * i, 0.5 * j - 1) for j in range(n_y) for i in range(n_x))
    extra = {
        "scan_command": f"mesh x 0 0.75 {n_x - 1} y -1 0 {n_y - 1} 0.1",
        "plan_name": "mesh",
        "shape": [n_y, n_x],
        "extents": [[-1.0, 0.5 * (n_y - 1) - 1], [0.0, 0.25 * (n_x - 1)]],
        "hints": {
            "dimensions": [[["y"], "primary"], [["x"], "primary"]],
            "gridding": "rectilinear",
        },
        "snaking": [False, False],
        "motors": ["y", "x"],
    }
    return Scan(
        uid=f"mesh{scan_id}",
        scan_id=scan_id,
        motors=("x", "y"),
        values=values,
        extra={**extra, **settings},
    )


def page(events: list[dict[str, Any]]) -> dict[str, Any]:
    """Pack events into one event page."""
    keys = events[0]["data"]
    return {
        "descriptor": events[0]["descriptor"],
        "uid": [event["uid"] for event in events],
        "seq_num": [event["seq_num"] for event in events],
        "time": [event["time"] for event in events],
        "data": {key: [event["data"][key] for event in events] for key in keys},
        "timestamps": {key: [event["timestamps"][key] for event in events] for key in keys},
        "filled": {},
    }


def write(writer, *scans):
    """Have a writer take all documents of scans; give the file of the last."""
    for scan in scans:
        for name, doc in scan.documents():
            writer(name, doc)
    return writer.paths[-1]


def rest(writer, scan):
    """Write what comes after the start document."""
    for name, doc in list(scan.documents())[1:]:
        writer(name, doc)


def feed(journal, scan, number=None):
    """Write the first documents of a scan, all by default."""
    documents = list(scan.documents())[:number]
    for name, doc in documents:
        journal(name, doc)
    return documents


def record(root, *scans, stop=True):
    """Write journals as sessions do; without `stop` as a killed one leaves them."""
    journal = Journal(DataFolder(root).journal_path)
    for scan in scans:
        for name, doc in scan.documents():
            if stop or name != "stop":
                journal(name, doc)
    journal.close()
