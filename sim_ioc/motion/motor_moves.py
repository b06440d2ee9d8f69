"""How a motor record goes to a target: backlash approach, move fraction, retries.

Source: do_work, postProcess and maybeRetry of motorRecord.cc. Positions are dial coordinates, and
so is BDST.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim_ioc.motion.travel import Leg, Step, Wait

if TYPE_CHECKING:
    from sim_ioc.motion.motor import Motor

_ARITHMETIC, _GEOMETRIC, _IN_POSITION = 1, 2, 3
#: Beyond it a geometric retry is one step anyhow.
_MOST_HALVINGS = 60


class MotorMoves:
    """Plan the legs of moves."""

    def __init__(self, motor: "Motor") -> None:
        self._motor = motor

    def plan(self, target: float) -> list[Leg]:
        """Return the legs from here to `target`, the last one in the direction of the backlash.

        There is one leg where the backlash is less than a step, where the move goes its way at
        the same velocity as it, and where the axis is already within the backlash distance.
        """
        motor = self._motor
        start, backlash, step = motor.dial, motor.number("BDST"), abs(motor.number("MRES"))
        part = motor.number("FRAC")
        fast = motor.speeds.dynamics("VELO", "ACCL")
        slow = motor.speeds.dynamics("BVEL", "BACC")
        end = target if part == 1 else start + part * (target - start)
        goes_its_way = (target - start) * backlash >= 0
        if abs(backlash) < step or (goes_its_way and fast == slow):
            return [Leg(end, fast)]
        if goes_its_way and abs(target - start) <= abs(backlash) + step:
            return [Leg(end, slow)]
        before = target - backlash
        return [Leg(before, fast), Leg(target - (1 - part) * backlash, slow)]

    def after_jog(self) -> list[Leg]:
        """Return the legs that take the backlash out where a jog has ended."""
        motor = self._motor
        here, backlash = motor.number("DVAL"), motor.number("BDST")
        if abs(backlash) < abs(motor.number("MRES")):
            return []
        return [
            Leg(here - backlash, motor.speeds.dynamics("VELO", "ACCL")),
            Leg(here, motor.speeds.dynamics("BVEL", "BACC")),
        ]

    def needs_retry(self, difference: float) -> bool:
        """Say whether the axis stands too far off, and retries are allowed at all."""
        motor = self._motor
        return abs(difference) >= motor.number("RDBD") and motor.values["RTRY"] != 0

    def retry(self, difference: float) -> Sequence[Step]:
        """Return what is tried after standing `difference` short; RCNT counts this try already.

        With an encoder the axis goes by what is left, of which the later tries go a part;
        without, to the target once more.
        """
        motor = self._motor
        mode = motor.values["RMOD"]
        if mode == _IN_POSITION:
            return [Wait(motor.number("DLY"))]
        if not motor.values["UEIP"]:
            return self.plan(motor.number("DVAL"))
        step = abs(motor.number("MRES"))
        way = difference * self._part()
        if abs(way) < step:
            way = step if way > 0 else -step
        return self.plan(motor.dial + way)

    def _part(self) -> float:
        count, most = self._motor.number("RCNT"), self._motor.number("RTRY")
        mode = self._motor.values["RMOD"]
        if mode == _ARITHMETIC:
            return (most - count + 1) / most
        if mode == _GEOMETRIC:
            return 0.5 ** min(count - 1, _MOST_HALVINGS)
        return 1.0
