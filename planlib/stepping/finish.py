"""Where the axes of a scan are before it, and where they go after it."""

from bluesky import preprocessors as bpp
from bluesky.protocols import Locatable
from bluesky.utils import Msg

from planlib.messages import Axis, MsgGenerator
from planlib.stepping.scan import StepScan

#: Waited for together.
RETURN = "return"


def located(scan: StepScan) -> MsgGenerator:
    """Give the set positions of the axes (acquisition 11.13), in their order."""
    origins: list[float] = []
    for axis in scan.axes if scan.relative or scan.after == "return" else ():
        origin = yield from set_position(axis)
        origins.append(origin)
    return origins


def set_position(axis: Axis) -> MsgGenerator:
    """Give where an axis is set to; where it is, if it does not tell."""
    if isinstance(axis, Locatable):
        location = yield Msg("locate", axis)
        return float(location["setpoint"])
    return float(axis.position)  # pyright: ignore[reportAttributeAccessIssue]


def put_back(plan: MsgGenerator, scan: StepScan, origins: list[float]) -> MsgGenerator:
    """Run a scan, then send its axes where they belong, whatever happens."""
    if not origins:
        return (yield from plan)
    return (yield from bpp.finalize_wrapper(plan, _go(scan, origins)))


def _go(scan: StepScan, positions: list[float]) -> MsgGenerator:
    for axis, position in zip(scan.axes, positions, strict=True):
        yield Msg("set", axis, position, group=RETURN)
    yield Msg("wait", None, group=RETURN)
