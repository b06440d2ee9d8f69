"""A point that is done again: after a count that ended too early, or a lost connection.

A count that lasted less than 0.8 of its time is no count (ES-14). A device that does not answer is
waited for, made ready again, and the point begins anew (H4). Nothing of a point that failed is
recorded, and no point that was recorded is done again.
"""

import contextlib
import math
import time
from collections.abc import Sequence, Set
from typing import Any

from bluesky.protocols import Stageable, Status
from bluesky.utils import FailedStatus, Msg, RunEngineControlException

from planlib.context import SessionContext
from planlib.deadlines import LONGEST_STAGING, extended
from planlib.errors import PlanError
from planlib.messages import MsgGenerator
from planlib.real_axes import real_axes
from planlib.stepping.cleanup import reason_of
from planlib.stepping.count_times import prepare
from planlib.stepping.groups import Groups
from planlib.stepping.interruptions import READOUT, Interruptions
from planlib.stepping.places import at_rest
from planlib.stepping.point import Points
from planlib.stepping.rewinding import checkpoint, forgotten
from planlib.stepping.scan import StepScan
from planlib.wrapping import wrapped

#: A count shorter than this part of its time is none (ES-14).
SHORTEST_FRACTION = 0.8
#: Seconds between two looks at a device that was lost.
_LOOK = 0.1
#: Seconds until every channel of a device that was lost is known to be.
_NEWS = 0.5
#: Seconds for what was begun in a point that failed to end.
AFTERMATH = 5.0
#: How frameworks call the loss of a device, where it is no ConnectionError: ophyd, ophyd-async.
_LOST = ("DisconnectedError", "NotConnectedError")


class ShortCountError(RuntimeError):
    """A count that ended before its time."""


class Retrying:
    """Does points, again where that is asked for and may help.

    Parameters
    ----------
    scan
        Says how often.
    session
        Is told.
    interruptions
        Knows how long a count lasted.
    """

    def __init__(
        self, scan: StepScan, session: SessionContext, interruptions: Interruptions
    ) -> None:
        self._scan = scan
        self._session = session
        self._interruptions = interruptions
        self._devices = [*scan.counters, *scan.axes]
        #: How often points have been begun again.
        self._repeated = 0
        self._judged = [counter for counter in scan.counters if not _judges_itself(counter)]

    @property
    def is_wanted(self) -> bool:
        """Whether anything may be done again."""
        retry = self._scan.retry
        return retry.short_counts > 0 or retry.lost_connection > 0

    def visit(self, points: Points, row: int) -> MsgGenerator:
        """Do a point, and do it again where it fails of what may pass."""
        # else nobody would hear how long a count took that the engine has repeated after a pause
        points.begins_anew = self._scan.retry.short_counts > 0
        tries = {self._recover: 0, self._count_again: 0}
        while True:
            measured = points.visited
            self._interruptions.forget()
            try:
                return (yield from self._once(points, row))
            except RunEngineControlException:
                raise
            except Exception as error:
                yield from forgotten()
                remedy = yield from self._remedy(error, row)
                if remedy is None or points.visited > measured:
                    raise
                most, do = remedy
                tries[do] += 1
                if tries[do] > most:
                    error.add_note(f"it was tried {most} times more")
                    raise
                self._repeated += 1
                points.groups = Groups.of_attempt(self._repeated)
                yield from do(points, error, tries[do])

    def _remedy(self, error: Exception, row: int) -> MsgGenerator:
        """Give how often what may be done about an error; None where nothing helps."""
        retry = self._scan.retry
        if retry.lost_connection and (yield from self._is_lost(error)):
            return retry.lost_connection, self._recover
        if retry.short_counts and self._is_short(error, row):
            return retry.short_counts, self._count_again
        return None

    # one attempt

    def _once(self, points: Points, row: int) -> MsgGenerator:
        """Do a point, and let no count pass into an event that was too short by the clock."""
        visiting = points.visit(row)
        if not (self._judged and self._scan.retry.short_counts):
            return (yield from visiting)

        def complain(message: Msg) -> None:
            if message.command == "create" and self._ended_early(row):
                raise self._complaint(row)

        return (yield from wrapped(visiting, complain))

    def _complaint(self, row: int) -> ShortCountError:
        names = ", ".join(counter.name for counter in self._judged)
        elapsed = self._interruptions.elapsed or 0.0
        return ShortCountError(f"{names} counted {elapsed:.3g} s instead of {self._asked(row):g} s")

    def _asked(self, row: int) -> float:
        times = self._scan.trajectory.count_times
        return float((self._scan.count_time or 0.0) if times is None else times[row])

    def _ended_early(self, row: int) -> bool:
        elapsed, asked = self._interruptions.elapsed, self._asked(row)
        if elapsed is None or self._interruptions.was_cut:
            return False
        return elapsed < SHORTEST_FRACTION * asked

    # what failed

    def _is_short(self, error: Exception, row: int) -> bool:
        """Tell whether a count ended early by the clock, whether or not the counter has failed."""
        if isinstance(error, FailedStatus) and self._ended_early(row):
            return True
        said = (getattr(each, "is_short_count", False) for each in _chain(error))
        return isinstance(error, ShortCountError) or any(said)

    def _is_lost(self, error: Exception) -> MsgGenerator:
        """Tell whether a point failed because a device does not answer.

        The first channel to fail is heard of before the others are known to be lost.
        """
        if any(_is_silence(each) for each in _chain(error)):
            return True
        ends = time.monotonic() + _NEWS
        while isinstance(error, FailedStatus) and not self._missing():
            if time.monotonic() > ends:
                break
            yield from _pausing(_LOOK)
        return bool(self._missing())

    def _missing(self) -> list[Any]:
        return [device for device in self._devices if not getattr(device, "connected", True)]

    # what is done about it

    def _count_again(self, points: Points, error: Exception, number: int) -> MsgGenerator:
        most = self._scan.retry.short_counts
        self._session.tell(
            f"point {points.index}: {reason_of(error)}; counting again ({number} of {most})"
        )
        left = yield from ended(self._interruptions, AFTERMATH)
        if left:
            raise _counts_still(left) from error

    def _recover(self, points: Points, error: Exception, _: int) -> MsgGenerator:
        patience = self._scan.retry.patience
        ends = time.monotonic() + patience
        lost = {device.name: device for device in self._missing()}
        asked = self._asked(points.row)
        over = time.monotonic() + READOUT + (asked if asked > 0 else math.inf)
        names = ", ".join(lost) or "what was lost"
        self._session.tell(
            f"point {points.index}: {reason_of(error)}; waiting up to {patience:g} s for {names}"
        )
        yield from ended(self._interruptions, AFTERMATH)
        while missing := self._missing():
            lost |= {device.name: device for device in missing}
            if time.monotonic() > ends:
                message = (
                    f"{', '.join(device.name for device in missing)} did not come back within "
                    f"{patience:g} s"
                )
                raise PlanError(message) from error
            yield from _pausing(_LOOK)
        yield from at_rest(real_axes(self._scan.axes), max(1.0, ends - time.monotonic()))
        yield from _made_ready(list(lost.values()))
        yield from self._counted_out(lost.keys(), over, ends, error)
        if self._scan.trajectory.count_times is None and self._scan.count_time is not None:
            yield from prepare(self._scan.counters, self._scan.count_time, points.groups.prepare)
        self._session.tell(
            f"point {points.index} begins anew: {', '.join(lost) or 'all'} answers again"
        )

    def _counted_out(
        self, lost: Set[str], over: float, ends: float, error: Exception
    ) -> MsgGenerator:
        """Wait until nothing counts from before: a counter that is begun again may join that.

        Of the end of its count a counter that was lost may never tell: `over` is when it is.
        """
        while left := {counter.name for counter in self._interruptions.counting_on()}:
            are_lost, now = left <= lost, time.monotonic()
            if are_lost and over <= now:
                return
            if now > ends and not (are_lost and over < math.inf):
                raise _counts_still(sorted(left)) from error
            yield from _pausing(_LOOK)


def _counts_still(names: Sequence[str]) -> PlanError:
    return PlanError(f"{', '.join(names)} still counts, and cannot be begun again")


def _made_ready(lost: Sequence[Any]) -> MsgGenerator:
    """Stage what was lost again: what an IOC was told is gone when it starts anew."""
    for device in lost:
        if isinstance(device, Stageable):
            for command in ("unstage", "stage"):
                status = yield Msg(command, device, group=command)
                if isinstance(status, Status):
                    longest = extended(LONGEST_STAGING, status)
                    yield Msg("wait", None, group=command, timeout=longest)


def _pausing(seconds: float) -> MsgGenerator:
    """Sleep; what else is heard to have failed meanwhile is known already."""
    with contextlib.suppress(FailedStatus):
        yield Msg("sleep", None, seconds)


def ended(interruptions: Interruptions, deadline: float) -> MsgGenerator:
    """Leave nothing of a point that failed: no open event, nothing that is under way.

    Returns
    -------
    list
        Names of what has not ended within `deadline` seconds.
    """
    yield from forgotten()
    left = yield from interruptions.settled(deadline)
    yield from checkpoint()
    return left


def _chain(error: BaseException | None) -> list[BaseException]:
    """Give an error and what has caused it."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain


def _is_silence(error: BaseException) -> bool:
    """Tell whether a device did not answer; one that was lost and is back missed its deadline."""
    if isinstance(error, ConnectionError | TimeoutError):
        return True
    return any(kind.__name__ in _LOST for kind in type(error).__mro__)


def _judges_itself(counter: object) -> bool:
    """Tell whether a counter refuses a short count by itself: ours, which know from the hardware.

    They count on the clock of the hardware, which in a simulation may run faster than ours.
    """
    return isinstance(getattr(counter, "count_time", None), float)
