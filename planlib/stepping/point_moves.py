"""How a step scan comes to its next point: what it waits for before, and where its axes go."""

import time

from bluesky.utils import Msg

from planlib.deadlines import LONGEST_MOVE, extended
from planlib.messages import MsgGenerator
from planlib.stepping.coupled import coupled, merged
from planlib.stepping.scan import StepScan


class Delays:
    """What a scan waits for before its points.

    Attributes
    ----------
    are_any
        Whether it waits at all.
    due
        Monotonic time at which the next point may begin; None where it may at once.
    """

    def __init__(self, scan: StepScan) -> None:
        self._pace, self._delays = scan.pace, scan.trajectory.delays
        self.are_any = bool(self._pace.sleep or self._pace.period) or self._delays is not None
        self.due: float | None = None

    def before(self, row: int, due: float | None) -> MsgGenerator:
        """Wait until the period is over, then for the point's own time (SC-05, PS-75)."""
        pace, delays = self._pace, self._delays
        if pace.period:
            now = time.monotonic()
            if due is not None and due > now:
                yield Msg("sleep", None, due - now)
            self.due = max(now, due or now) + pace.period
        seconds = pace.sleep + (0.0 if delays is None else float(delays[row]))
        if seconds:
            yield Msg("sleep", None, seconds)


class Moves:
    """The moves of the axes of a scan; an axis that stays where it is is not sent there again.

    Attributes
    ----------
    targets
        Where the axes have been sent, one per axis; None where nobody knows.
    """

    def __init__(self, scan: StepScan) -> None:
        self._axes, self._settle = scan.axes, scan.pace.settle
        self._positions = scan.trajectory.positions
        self._is_coupled = coupled(scan.axes)
        self.targets: list[float | None] = [None] * len(scan.axes)

    def forget(self) -> None:
        """Send the axes wherever they may be, at the next point."""
        self.targets = [None] * len(self.targets)

    def to(self, row: int, group: str) -> MsgGenerator:
        """Send the axes to a point and wait for them."""
        positions = self._positions[row].tolist()
        targets = self.targets
        longest = 0.0  # nothing is sent
        if self._is_coupled:
            longest = yield from self._together(positions, group)
        else:
            for column, axis in enumerate(self._axes):
                position = positions[column]
                if targets[column] != position:
                    status = yield Msg("set", axis, position, group=group)
                    longest = extended(longest or LONGEST_MOVE, status)
                    targets[column] = position
        if longest:
            yield Msg("wait", None, group=group, timeout=longest)
            if self._settle:
                yield Msg("sleep", None, self._settle)

    def _together(self, positions: list[float], group: str) -> MsgGenerator:
        """Send the axes, coordinates of one positioner in one go; give the seconds to wait."""
        pairs = zip(self._axes, positions, self.targets, strict=True)
        wanted = [(axis, position) for axis, position, now in pairs if position != now]
        longest = 0.0
        for axis, target in merged(wanted):
            status = yield Msg("set", axis, target, group=group)
            longest = extended(longest or LONGEST_MOVE, status)
        self.targets[:] = positions
        return longest
