"""The subentry of an absorption spectrum, of the contributed definition NXxas; pure.

An application definition is named only where everything that it requires is there (pynxtools'
validator says what that is). It stands in a subentry, so that the groups of the entry itself keep
the names of acquisition 3.14.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from callbacks.nexus_errors import ERRORS
from callbacks.nexus_items import Constant, Group, Item, Series
from callbacks.nexus_readings import Readings

_EDGES = frozenset({"K", "L1", "L2", "L3", "M1", "M2", "M3", "M4", "M5"})
_SIGNAL = "mu"


def absorption(readings: Readings) -> Iterator[Item]:
    """Yield the subentry ``xas`` of a scan of energy over a named edge; nothing for others."""
    start = readings.start
    element, edge = told_edge(start)
    energy = readings.scanned[0] if readings.scanned else ""
    is_in_electronvolts = readings.attributes.get(energy, {}).get("units") in ("eV", "keV")
    sample = start.get("sample")
    name = sample.get("name") if isinstance(sample, Mapping) else sample
    if not (element and edge in _EDGES and is_in_electronvolts and _SIGNAL in readings.paths):
        return
    group = f"{readings.entry}/xas"
    yield Group(group, "NXsubentry")
    yield Constant(f"{group}/definition", "NXxas")
    yield Constant(f"{group}/is_experimental", value=True)
    yield Group(f"{group}/element", "NXelement")
    yield Constant(f"{group}/element/name", element)
    yield Group(f"{group}/edge", "NXabsorption_edge")
    yield Constant(f"{group}/edge/name", edge)
    yield Group(f"{group}/sample", "NXsample")
    yield Constant(f"{group}/sample/name", str(name or "unknown"))
    # not links: fields of this definition have no label
    units = readings.attributes[energy]["units"]
    yield Series(f"{group}/energy", energy, attributes={"units": units})
    yield Series(f"{group}/intensity", _SIGNAL)
    if f"{_SIGNAL}{ERRORS}" in readings.paths:
        yield Series(f"{group}/intensity_errors", f"{_SIGNAL}{ERRORS}")


def told_edge(start: Mapping[str, Any]) -> tuple[str, str]:
    """Give element and edge that a run was told of, empty where it was not."""
    told = start.get("plan_args") or {}
    found = {**(told if isinstance(told, Mapping) else {}), **start}
    element, edge = found.get("element"), found.get("edge", "K")
    return (element, str(edge)) if isinstance(element, str) else ("", "")
