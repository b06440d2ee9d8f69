"""X-ray absorption fine structure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from planlib import checks
from planlib.context import default_counters
from planlib.errors import PlanError
from planlib.messages import Axis, Counter, MsgGenerator
from planlib.stepping.scan import StepScan
from planlib.stepping.step_scan import step_scan
from planlib.trajectories.energy_region import Region
from planlib.trajectories.energy_regions import xafs_trajectory

#: µ(E)·t in transmission (acquisition 10.2), shown and stored beside the counters.
TRANSMISSION = {
    "mu": {"expression": "log(I0/It)", "units": "", "label": "absorption µ·t"},
}


def xafs(
    energy: Axis,
    regions: Sequence[Region],
    *counters: Counter,
    element: str | None = None,
    edge: str = "K",
    e0: float | None = None,
    md: Mapping[str, Any] | None = None,
) -> MsgGenerator:
    """Scan the photon energy through an absorption edge, region by region (ES-60).

    Parameters
    ----------
    energy
        The energy axis, in eV.
    regions
        In rising order; the last ones usually in k.
    counters
        What to count with; the session's active counters where none is named.
    element, edge
        Look the edge energy up, e.g. ``"Cu", "K"``.
    e0
        The edge energy in eV, in place of the one looked up.
    md
        More metadata for the start document; ``derived`` replaces the transmission log(I0/It),
        which is there where counters of these names are.

    Examples
    --------
    >>> regions = [
    ...     Region(8950, 8970, step=2, time=1.0),
    ...     Region(8970, 9000, step=0.5, time=0.5),
    ...     Region(9000, 9600, k_step=0.05, time=0.5, final_time=2.0, weight=2),
    ... ]
    >>> RE(xafs(energy, regions, element="Cu"))  # doctest: +SKIP
    """
    axis = checks.require_axis(energy)
    origin = edge_energy(element, edge) if e0 is None and element is not None else e0
    trajectory = xafs_trajectory(regions, origin)
    chosen = counters or (yield from default_counters())
    found = checks.require_counters(chosen, [axis])
    words = [axis.name, *([element, edge] if element else []), f"{len(trajectory)} points"]
    metadata = {
        "plan_name": "xafs",
        "plan_args": {
            "energy": axis.name,
            "regions": [asdict(region) for region in regions],
            "counters": [counter.name for counter in found],
            "element": element,
            "edge": edge,
            "e0": origin,
        },
        "scan_command": " ".join(["xafs", *words]),
    }
    metadata |= _transmission(axis, found) | dict(md or {})
    if element is not None:
        metadata |= {"element": element, "edge": edge}
    if origin is not None:
        metadata["edge_energy"] = origin
    return (yield from step_scan(StepScan((axis,), trajectory, found, metadata=metadata)))


def _transmission(axis: Axis, counters: Sequence[Counter]) -> dict[str, Any]:
    """Derive and plot the absorption where I0 and It are counted."""
    counted = {
        field
        for counter in counters
        for field in getattr(counter, "hints", {}).get("fields", [counter.name])
    }
    if not {"I0", "It"} <= counted:
        return {}
    return {"derived": TRANSMISSION, "plot": {"x": axis.name, "y": ["mu"]}}


def edge_energy(element: str, edge: str = "K") -> float:
    """Look up the energy of an absorption edge in eV (xraydb, after Elam, Ravel and Sieber 2002).

    Raises
    ------
    PlanError
        There is no such element or edge.
    """
    import xraydb  # noqa: PLC0415 - takes 0.5 s

    if not isinstance(element, str) or not isinstance(edge, str):
        message = f'an edge is named as in "Cu", "K", not {element!r}, {edge!r}'
        raise PlanError(message)
    try:
        found = xraydb.xray_edge(element, edge)
    except ValueError as error:
        message = f"{element!r} is no element"
        raise PlanError(message) from error
    if found is None:
        message = f"{element} has no {edge} edge; it has {', '.join(xraydb.xray_edges(element))}"
        raise PlanError(message)
    return float(found.energy)
