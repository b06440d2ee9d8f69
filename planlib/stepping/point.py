"""One point of a step scan: its messages in their documented order (acquisition 2.6).

Messages are yielded directly rather than through bluesky's stubs, each of which formats a stack
trace when it is called (baseline 3a). The documents are those of stock plans, and so are the
messages, but that devices which have nothing to trigger are not triggered.
"""

from typing import Any

from bluesky.protocols import Triggerable
from bluesky.utils import Msg

from planlib.messages import MsgGenerator
from planlib.stepping.count_times import prepare
from planlib.stepping.hooks import Moment, call_hooks
from planlib.stepping.scan import StepScan

#: Groups that are waited for together.
MOVE, COUNT = "move", "count"


class Points:
    """Visits the points of a scan; what hooks are given to look at.

    Attributes
    ----------
    scan
        What is done.
    index
        Number of the point, from 0.
    targets
        Where the axes have been sent, one per axis.
    """

    def __init__(self, scan: StepScan) -> None:
        self.scan = scan
        self.index = 0
        self.targets: list[float | None] = [None] * len(scan.axes)
        self._read = [*scan.counters, *scan.axes]
        self._triggered = [device for device in self._read if _is_triggered(device)]
        self._count_time: float | None = None
        self._hooks = {moment: scan.hooks.at(moment) for moment in Moment}

    def prepare(self) -> MsgGenerator:
        """Tell the counters the count time that all points share."""
        if self.scan.trajectory.count_times is None and self.scan.count_time is not None:
            yield from self._count_for(self.scan.count_time)

    def move(self, row: int) -> MsgGenerator:
        """Send the axes to a point and wait for them."""
        positions = self.scan.trajectory.positions[row].tolist()
        targets = self.targets
        moved = False
        for column, axis in enumerate(self.scan.axes):
            position = positions[column]
            if targets[column] != position:
                yield Msg("set", axis, position, group=MOVE)
                targets[column] = position
                moved = True
        if moved:
            yield Msg("wait", None, group=MOVE)
            if self.scan.pace.settle:
                yield Msg("sleep", None, self.scan.pace.settle)

    def visit(self, row: int) -> MsgGenerator:
        """Do all that belongs to one point."""
        yield from self.call(Moment.PREPARE_POINT)
        yield from self.call(Moment.PRE_POINT)
        yield Msg("checkpoint")
        yield from self._pause_before(row)
        yield from self.move(row)
        times = self.scan.trajectory.count_times
        if times is not None:
            yield from self._count_for(float(times[row]))
        yield from self.call(Moment.PRE_OPERATION)
        yield from self._count()
        yield from self.call(Moment.POST_POINT)
        yield from self.call(Moment.STOP_POINT)

    def call(self, moment: Moment) -> MsgGenerator:
        """Call the hooks of a moment."""
        hooks = self._hooks[moment]
        if hooks:
            yield from call_hooks(hooks, self)

    def _pause_before(self, row: int) -> MsgGenerator:
        seconds = self.scan.pace.sleep
        if self.scan.trajectory.delays is not None:
            seconds += float(self.scan.trajectory.delays[row])
        if seconds:
            yield Msg("sleep", None, seconds)

    def _count_for(self, count_time: float) -> MsgGenerator:
        if count_time != self._count_time:
            self._count_time = count_time
            yield from prepare(self.scan.counters, count_time)

    def _count(self) -> MsgGenerator:
        yield from self.call(Moment.START_POINT)
        for counter in self._triggered:
            yield Msg("trigger", counter, group=COUNT)
        yield from self.call(Moment.OPERATION)
        if self._triggered:
            yield Msg("wait", None, group=COUNT)
        yield Msg("create", None, name="primary")
        for device in self._read:
            yield Msg("read", device)
        yield from self.call(Moment.POST_OPERATION)
        yield Msg("save")


def _is_triggered(device: Any) -> bool:  # noqa: ANN401 - any device
    """Leave out ophyd's devices that have nothing to trigger, as motors do."""
    trigger = getattr(type(device), "trigger", None)
    if getattr(trigger, "__module__", None) == "ophyd.device":  # nobody has overridden it
        return bool(device.trigger_signals)
    return isinstance(device, Triggerable)
