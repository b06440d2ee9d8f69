"""Whether the documents of a stock scan and of ours say the same.

Names of fields differ by convention, ours come with a baseline and with the elapsed time of the
count; all that a stock scan tells must be told by ours, with the same values where the hardware
has no noise.
"""

import math
from typing import Any

Documents = list[tuple[str, dict[str, Any]]]
#: What is told of each field, and must be the same.
DESCRIBED = ("dtype", "shape", "source")
#: What is told of each run.
STARTED = ("num_points", "num_intervals")


def differences(theirs: Documents, ours: Documents, number: int, points: int) -> list[str]:
    """Give a sentence for each difference."""
    names = renamed(number)
    found = [
        f"{key} {_start(theirs).get(key)} and {_start(ours).get(key)}"
        for key in STARTED
        if _start(theirs).get(key) != _start(ours).get(key)
    ]
    found += _described(theirs, ours, names)
    events = _events(theirs), _events(ours)
    if [len(each) for each in events] != [points, points]:
        found.append(f"{len(events[0])} and {len(events[1])} events")
    for stock, our in zip(*events, strict=False):
        found += _event(stock, our, names)
    if theirs[-1][1]["exit_status"] != ours[-1][1]["exit_status"]:
        found.append("other exit status")
    return found


def renamed(number: int) -> dict[str, str]:
    """Give our names of the fields of a stock scan."""
    channels = {f"scaler_channels_chan{n}": f"c{n}" for n in range(2, 2 + number)}
    return {"axis": "y", "axis_user_setpoint": "y_setpoint", **channels}


def _start(documents: Documents) -> dict[str, Any]:
    return documents[0][1]


def _primary(documents: Documents) -> dict[str, Any]:
    return next(d for name, d in documents if name == "descriptor" and d["name"] == "primary")


def _events(documents: Documents) -> list[dict[str, Any]]:
    primary = _primary(documents)["uid"]
    return [doc for name, doc in documents if name == "event" and doc["descriptor"] == primary]


def _described(theirs: Documents, ours: Documents, names: dict[str, str]) -> list[str]:
    stock, our = (_primary(each)["data_keys"] for each in (theirs, ours))
    if set(stock) != set(names):
        return [f"fields {sorted(stock)}"]
    return [
        f"{field}.{what}: {stock[field][what]} and {our[ours_name][what]}"
        for field, ours_name in names.items()
        for what in DESCRIBED
        if stock[field][what] != our[ours_name][what]
    ]


def _event(stock: dict[str, Any], our: dict[str, Any], names: dict[str, str]) -> list[str]:
    found = [] if stock["seq_num"] == our["seq_num"] else [f"event {our['seq_num']} out of order"]
    for field, ours_name in names.items():
        a, b = stock["data"][field], our["data"][ours_name]
        is_motor = field.startswith("axis")
        same = a == b if is_motor else math.isfinite(a) and math.isfinite(b)
        if not (same and type(a) is type(b) and our["timestamps"][ours_name] > 0):
            found.append(f"event {stock['seq_num']}, {field}: {a!r} and {b!r}")
    return found
