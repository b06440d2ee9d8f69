"""Position compare: a pulse at each of many positions when an axis passes them.

What was put counts from the next arming on; positions are user coordinates of that moment.

Times of pulses are computed from the course of the axis, never looked for: they are exact whatever
the time factor, and none is lost or out of order where moves take no time at all.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim_ioc.channel_access.fields import Field, Value
from sim_ioc.channel_access.group import Group
from sim_ioc.errors import PutRefusedError
from sim_ioc.motion.axis import Axis
from sim_ioc.motion.position_compare_fields import MODES, compare_fields
from sim_ioc.motion.position_compare_settings import PositionCompareSettings
from sim_ioc.site import Site

#: Is told the position of a pulse (user coordinates) and its simulated time.
Listener = Callable[[float, float], None]

_DISABLE, _STEPS, _ARRAY = (MODES.index(mode) for mode in ("Disable", "Position compare", "Array"))
#: What the words of Direction mean in user coordinates.
_WAYS = (0, 1, -1)
#: Simulated seconds around a pulse, to see which way the axis goes.
_MOMENT = 1e-4
#: More positions than that are a mistake, and would need memory without end.
_MOST_POSITIONS = 1_000_000
#: Real seconds between two updates of what clients see, and of the shortest sleep.
_UPDATE, _SHORTEST_SLEEP = 0.1, 1e-3


class ComparedMotor(Protocol):
    """Be the motor record whose axis is watched."""

    axis: Axis
    values: dict[str, Value]

    def axis_position(self, user: float) -> float:
        """Return the position on `axis` of a user position."""
        ...


class PositionCompare(Group):
    """Serve the position compare of one motor; listeners hear each pulse once, in order."""

    def __init__(self, settings: PositionCompareSettings, site: Site, motor: ComparedMotor) -> None:
        fields = compare_fields(settings.pulses)
        super().__init__(site.pv(settings.name) + ":", fields)
        self.values |= {"Positions": np.zeros(0), **self._no_pulses()}
        self._motor = motor
        self._clock = site.clock
        self._listeners: list[Listener] = []
        self._wanted = np.zeros(0)
        self._times: NDArray[np.float64] | None = None
        self._where = np.zeros(0)
        self._since = self._armed_at = self._changed_at = 0.0
        self._is_changing = False
        self._pulses: list[tuple[float, float]] = []
        self._task: asyncio.Task[None] | None = None
        self._course_changed = asyncio.Event()
        self.records = [self]
        self.handlers = {
            name.removesuffix("_RBV"): partial(self._put_copied, name.removesuffix("_RBV"))
            for name in fields
            if name.endswith("_RBV")
        }
        self.handlers |= {"PositionCompareMode": self._put_mode, "Armed": self._put_armed}
        motor.axis.watch(self._axis_about_to_change)

    def unit(self, field: Field) -> str:
        """Return the unit of a field, that of the motor where it is a position."""
        return field.unit.format(EGU=self._motor.values.get("EGU", ""))

    # --- listeners

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of every pulse from now on; return what ends that."""
        self._listeners.append(listener)
        return partial(self._listeners.remove, listener)

    def catch_up(self) -> None:
        """Give the pulses that were due until now: who accounts for time asks for them first."""
        if self.values["Armed"] and not self._is_changing:
            self._give_due()

    def _give_due(self) -> None:
        times, where = self._course(), self._where
        due = int(np.searchsorted(times, self._clock.now(), side="right"))
        self._times, self._where = times[due:], where[due:]
        for moment, position in zip(times[:due].tolist(), where[:due].tolist(), strict=True):
            self._pulses.append((position, moment - self._armed_at))
            for listener in tuple(self._listeners):
                listener(position, moment)

    # --- puts

    async def _put_copied(self, name: str, value: Value) -> None:
        await self.post(**{name: value, f"{name}_RBV": value})

    async def _put_mode(self, mode: int) -> None:
        if mode not in {_DISABLE, _STEPS, _ARRAY}:
            raise PutRefusedError(
                f"PositionCompareMode takes Disable, {MODES[_STEPS]} or Array, not {MODES[mode]}."
            )
        previous = int(self.number("PositionCompareMode"))
        self.values["PositionCompareMode"] = mode
        try:
            await self._put_armed(int(mode != _DISABLE))
        except PutRefusedError:
            self.values["PositionCompareMode"] = previous
            raise
        await self.post(PositionCompareMode=mode, PositionCompareMode_RBV=mode)

    async def _put_armed(self, armed: int) -> None:
        if armed:
            self._wanted = self._positions()
            await self._arm()
        else:
            self.catch_up()
            await self.post(Armed=0)
            self._course_changed.set()
            await self._show()

    async def _arm(self) -> None:
        self._pulses.clear()
        self._since = self._armed_at = self._clock.now()
        self._times = None
        await self.post(**self._no_pulses(), Armed=1)
        self._follow()

    @staticmethod
    def _no_pulses() -> dict[str, Value]:
        return {
            "PulseCount": 0,
            "PulsePositions": np.zeros(0),
            "PulseTimes": np.zeros(0),
            "Rate": 0.0,
        }

    def _positions(self) -> NDArray[np.float64]:
        """Return the positions that give pulses, in user coordinates."""
        mode = self.values["PositionCompareMode"]
        if mode == _DISABLE:
            raise PutRefusedError("Armed takes Yes only in a mode: put PositionCompareMode first.")
        if mode == _ARRAY:
            positions = np.asarray(self.values["Positions"], float)
            if not positions.size:
                raise PutRefusedError("There is nothing to compare with: put Positions first.")
            return positions
        low, high, step = (
            self.number(f"PositionCompare{name}")
            for name in ("MinPosition", "MaxPosition", "StepSize")
        )
        if high < low or step <= 0 or (high - low) / step > _MOST_POSITIONS:
            raise PutRefusedError(
                f"From {low:g} to {high:g} by {step:g} are no positions: put a higher maximum and "
                "a step above 0."
            )
        return low + step * np.arange(int((high - low) / step + 1e-9) + 1, dtype=np.float64)

    # --- the course of the axis

    def _axis_about_to_change(self) -> None:
        """Give what the course that ends has had; the next one is known in the loop's next pass."""
        if not self.values["Armed"]:
            return
        if self._is_changing:  # a course that began and ends within one pass
            self._times = None
        self._give_due()
        self._since, self._changed_at, self._is_changing = -np.inf, self._clock.now(), True
        asyncio.get_running_loop().call_soon(self._follow)

    def _course(self) -> NDArray[np.float64]:
        """Return when the axis on its present course gives the pulses that are still to come."""
        if self._times is None:
            zero, one = self._motor.axis_position(0.0), self._motor.axis_position(1.0)
            axis = self._motor.axis
            wanted = zero + (one - zero) * self._wanted
            times, indices = axis.crossings(wanted, self._since, np.inf)
            indices = _in_order(axis, times, wanted, indices)
            direction = _WAYS[int(self.number("Direction"))] * (one - zero)
            ways = [not direction or _way(axis, at) * direction > 0 for at in times.tolist()]
            allowed = np.array(ways, bool) & ~self._are_given(times, self._wanted[indices])
            self._times, self._where = times[allowed], self._wanted[indices[allowed]]
        return self._times

    def _are_given(
        self, times: NDArray[np.float64], positions: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Say which pulses the course before gave, while the axis was being told of this one."""
        if self._clock.instant or not self._pulses:
            return np.zeros(len(times), bool)
        return (times <= self._changed_at) & (positions == self._pulses[-1][0])

    def _follow(self) -> None:
        """Have the pulses given when they are due; nothing runs where none is to come."""
        if self._is_changing:
            self._is_changing, self._times = False, None
        if not self.values["Armed"]:
            return
        self._course_changed.set()
        running = self._task is not None and not self._task.done()
        if self._course().size and not running:
            self._task = asyncio.create_task(self._give_pulses())

    async def _give_pulses(self) -> None:
        shown = time.monotonic()
        while self.values["Armed"] and (times := self._course()).size:
            self._course_changed.clear()
            left = self._clock.real(float(times[0]) - self._clock.now())
            try:
                async with asyncio.timeout(max(left, _SHORTEST_SLEEP)):
                    await self._course_changed.wait()
            except TimeoutError:
                pass
            self.catch_up()
            if time.monotonic() - shown > _UPDATE:
                shown = time.monotonic()
                await self._show()
        await self._show()

    async def _show(self) -> None:
        kept = self._pulses[: self.fields["PulsePositions"].length]
        positions, times = np.array(kept).reshape(len(kept), 2).T
        apart = self._pulses[-1][1] - self._pulses[-2][1] if len(self._pulses) > 1 else 0.0
        await self.post_changes(
            PulsePositions=positions,
            PulseTimes=times,
            Rate=1 / apart if apart > 0 else 0.0,
            PulseCount=len(self._pulses),
        )


def _in_order(
    axis: Axis,
    times: NDArray[np.float64],
    wanted: NDArray[np.float64],
    indices: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Return the indices as they follow each other also where the axis is there at once."""
    if times.size < 2 or times[0] != times[-1]:
        return indices
    start = axis.position_at(float(times[0]) - _MOMENT)
    return indices[np.argsort(np.abs(wanted[indices] - start), kind="stable")]


def _way(axis: Axis, moment: float) -> float:
    """Return a number whose sign is the way that the axis goes around a moment."""
    return axis.position_at(moment + _MOMENT) - axis.position_at(moment - _MOMENT)
