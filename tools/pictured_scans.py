"""The scans of which the documentation shows pictures, on the virtual beamline."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

#: Points of a walk over the sample.
_PLACES = 120


class Names:
    """What can be typed at the prompt, as attributes."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever is bound
        """Give what a name means."""
        try:
            return self._names[name]
        except KeyError:
            raise AttributeError(name) from None


def shows(*y: str, **more: object) -> dict[str, Any]:
    """Give the metadata of a scan that says what its plot shows."""
    return {"plot": {"y": list(y), **more}}


def peak(names: Names) -> Sequence[Any]:
    """Scan the sample across the beam."""
    return [names.ascan(names.x, -1.5, 4, 40, 0.5, md=shows("If"))]


def left_and_right(names: Names) -> Sequence[Any]:
    """Show the absorption on the left, and what it is made of on the right."""
    return [names.ascan(names.x, -1.5, 4, 40, 0.5, md=shows("log(I0/It)", right=["It"]))]


def _in_beam(names: Names) -> Any:  # noqa: ANN401 - a plan
    return names.bps.mv(names.x, 1.3, names.y, -0.4)


def several_plots(names: Names) -> Sequence[Any]:
    """Count things of very different sizes and units."""
    counters = (names.scaler, names.ring_current, names.oven)
    return [names.bps.mv(names.x, 1.3), names.ascan(names.y, -2.2, 1.4, 30, 0.5, *counters)]


def filtered(names: Names) -> Sequence[Any]:
    """Look at the derivative of what a blade leaves of the beam."""
    md = shows("It", filters=["mean:3", "derivative", "negative"])
    opens = [names.bps.mv(names.vgap, 2, names.vcenter, 0) for _ in range(2)]
    return [opens[0], names.ascan(names.vslit.low, -1, 1, 40, 0.5, md=md), opens[1]]


def edge(names: Names) -> Sequence[Any]:
    """Scan the absorption edge of copper."""
    region = names.Region
    regions = (region(8950, 8970, step=2, time=0.5), region(8970, 9040, step=1, time=0.5))
    scan = names.xafs(names.energy, regions, element="Cu", md=shows("log(I0/It)"))
    return [_in_beam(names), scan, names.bps.mv(names.energy, 9000)]


def overlay(names: Names) -> Sequence[Any]:
    """Scan the same axis at other heights."""
    scan = [names.ascan(names.x, -1.5, 4, 20, 0.5, md=shows("If", overlay=3)) for _ in range(4)]
    moves = [names.bps.mv(names.y, at) for at in (-1.0, -0.7, -0.5, -0.2)]
    return [plan for pair in zip(moves, scan, strict=True) for plan in pair]


def stopped_map(names: Names) -> Sequence[Any]:
    """Map the sample, and stop before the end."""
    mapped = names.mesh(names.x, -1, 3.6, 15, names.y, -2.2, 1.4, 9, 0.1, md=shows("If"))
    return [_stopped(mapped, names.session.control, points=120)]


def _stopped(plan: Iterator[Any], control: Any, points: int) -> Iterator[Any]:  # noqa: ANN401
    """Run a plan, and ask it to stop as a person would after some points."""
    answer = None
    try:
        while True:
            message = plan.send(answer)  # pyright: ignore[reportAttributeAccessIssue]
            points -= message.command == "save"
            if not points:
                control.stop_after_point("seen enough")
            answer = yield message
    except StopIteration as ended:
        return ended.value


def several_maps(names: Names) -> Sequence[Any]:
    """Show the same map of two counters and an expression of them."""
    md = shows("log(I0/It)", "If")
    return [names.mesh(names.x, -1, 3.6, 11, names.y, -2.2, 1.4, 7, 0.1, md=md)]


def scatter(names: Names) -> Sequence[Any]:
    """Go round the sample from the inside out."""
    turn = np.sqrt(np.arange(float(_PLACES))) * 1.9
    x, y = 1.3 + 0.105 * turn * np.cos(turn), -0.4 + 0.08 * turn * np.sin(turn)
    places = [(names.x, x.tolist()), (names.y, y.tolist())]
    return [names.lookupscan(places, 0.1, md=shows("log(I0/It)"))]


def given_points(names: Names) -> Sequence[Any]:
    """Go to places of one axis in no order."""
    places = np.random.default_rng(1).uniform(-1.5, 4, 40)
    return [names.pointscan(names.x, places.tolist(), 0.5, md=shows("If"))]


def image(names: Names) -> Sequence[Any]:
    """Scan a slit in front of the camera."""
    md = shows("spot")
    return [names.ascan(names.hgap, 0.2, 2, 12, 0.1, names.camera, md=md)]


def spectrum(names: Names) -> Sequence[Any]:
    """Count with a multichannel analyser, the sample in the beam."""
    return [_in_beam(names), names.loopscan(8, 20, names.mca, md=shows("CuKa"))]


def time_series(names: Names) -> Sequence[Any]:
    """Watch for a while, with nothing moving."""
    return [names.loopscan(60, 0.1, names.scaler, names.ring_current)]


#: What the file is called, and its scans.
SCANS: Mapping[str, Callable[[Names], Sequence[Any]]] = {
    "peak": peak,
    "left-and-right": left_and_right,
    "several-plots": several_plots,
    "filtered": filtered,
    "edge": edge,
    "overlay": overlay,
    "map": stopped_map,
    "maps": several_maps,
    "scatter": scatter,
    "given-points": given_points,
    "image": image,
    "spectrum": spectrum,
    "time-series": time_series,
}
