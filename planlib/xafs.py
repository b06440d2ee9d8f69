"""X-ray absorption fine structure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Unpack

from planlib import checks
from planlib.calls import plan
from planlib.command import command_of_call
from planlib.context import default_counters, session_context
from planlib.errors import PlanError
from planlib.going import gone
from planlib.grammar import kept_options
from planlib.messages import Axis, Counter, MsgGenerator
from planlib.plain import plain
from planlib.reach.positions import require_reachable
from planlib.registry import repeatable
from planlib.stepping.options import ScanOptions, read_options
from planlib.stepping.scan import StepScan
from planlib.stepping.step_scan import step_scan
from planlib.trajectories.energy_region import Region
from planlib.trajectories.energy_regions import DEFAULT_REGIONS, xafs_trajectory

#: µ(E)·t in transmission (acquisition 10.2), shown and stored beside the counters.
TRANSMISSION = {
    "mu": {"expression": "log(I0/It)", "units": "", "label": "absorption µ·t"},
}


def _regions(told: Sequence[Mapping[str, Any]]) -> list[Region]:
    """Read regions back from a start document."""
    return [Region(**region) for region in told]


@repeatable(text=("element", "edge"), readers={"regions": _regions})
@plan("xafs(energy, regions, element='Cu')")
def xafs(
    energy: Axis,
    regions: Sequence[Region] = DEFAULT_REGIONS,
    *counters: Counter,
    element: str | None = None,
    edge: str = "K",
    e0: float | None = None,
    **options: Unpack[ScanOptions],
) -> MsgGenerator:
    """Scan the photon energy through an absorption edge, region by region (ES-60).

    Parameters
    ----------
    energy
        The energy axis, in eV.
    regions
        In rising order; the last ones usually in k. By default from 100 eV below the edge to
        500 eV above it (ES-61). Each ends with a breakpoint.
    counters
        What to count with; the session's active counters where none is named.
    element, edge
        Look the edge energy up, e.g. ``"Cu", "K"``.
    e0
        The edge energy in eV, in place of the one looked up.
    options
        See `planlib.stepping.ScanOptions`; ``md={"derived": ...}`` replaces the transmission
        log(I0/It), which is there where counters of these names are.

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
    fields = read_options("xafs", options)
    origin = _origin(element, edge, e0)
    _require_origin(regions, origin)
    trajectory = xafs_trajectory(regions, origin)
    require_reachable((axis,), trajectory.positions)
    chosen = counters or (yield from default_counters())
    found = checks.require_counters(chosen, [axis])
    is_usual = tuple(regions) == DEFAULT_REGIONS
    typed = [axis] if is_usual and not counters else [axis, regions, *counters]
    named = {"element": element, "edge": edge, "e0": e0, **options}
    metadata = {
        "plan_name": "xafs",
        "plan_args": {
            "energy": axis.name,
            "regions": [asdict(region) for region in regions],
            "counters": [counter.name for counter in found],
            "element": element,
            "edge": edge,
            "e0": origin,
            **plain(kept_options(options)),
        },
        "scan_command": command_of_call("xafs", xafs, typed, named),
    }
    if element is not None:
        metadata |= {"element": element, "edge": edge}
    if origin is not None:
        metadata["edge_energy"] = origin
    fields["metadata"] = metadata | _transmission(axis, found) | fields["metadata"]
    return (yield from step_scan(StepScan((axis,), trajectory, found, **fields)))


@plan("move_to_edge(energy, 'Cu')")
def move_to_edge(
    energy: Axis, element: str, edge: str = "K", *, above: float = 0.0
) -> MsgGenerator:
    """Go to an absorption edge, or so many eV above it (acquisition 4.5).

    Parameters
    ----------
    energy
        The energy axis, in eV.
    element, edge
        E.g. ``"Cu", "K"``.
    above
        Distance from the edge in eV.

    Raises
    ------
    PlanError
        There is no such edge; so does an axis that cannot go there.

    Examples
    --------
    >>> RE(move_to_edge(energy, "Cu", above=50))  # doctest: +SKIP
    """
    axis = checks.require_axis(energy)
    target = edge_energy(element, edge) + checks.require_number("the distance in eV", above)
    session = yield from session_context()
    yield from gone([axis], [target], session)
    return target


def _origin(element: str | None, edge: str, e0: float | None) -> float | None:
    if e0 is not None:
        return checks.require_number("the energy of the edge, e0,", e0)
    return None if element is None else edge_energy(element, edge)


def _require_origin(regions: Sequence[Region], origin: float | None) -> None:
    needs_it = isinstance(regions, Sequence) and any(
        isinstance(region, Region) and region.relative for region in regions
    )
    if origin is None and needs_it:
        message = (
            "xafs counts energies from an edge here: name it by element='Cu' or by e0=8979.0, in eV"
        )
        raise PlanError(message)


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
