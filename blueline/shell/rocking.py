"""Rock an axis to and fro while something else is done: rockit (BL-43)."""

import contextlib
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError
from blueline.unplanned import UnplannedMove, stop_all
from planlib.checks import require_number
from planlib.reach.positions import require_positions, target_of

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: Seconds beyond the deadline of a move after which it is given up.
_GRACE = 5.0


@contextlib.contextmanager
def rockit(desk: "Desk", axis: object, total: float) -> Iterator[None]:
    """Rock an axis by `total` about where it stands, during what is done within.

    It goes to half of `total` on either side, in turn, and is back where it was at the end. A move
    of it that fails is raised at the end of the block, not within.

    Parameters
    ----------
    total
        From one end to the other, in the unit of the axis.

    Examples
    --------
    >>> with rockit(theta, 0.5):  # doctest: +SKIP
    ...     RE(ct(10))
    """
    found = desk.axis(axis)
    width = require_number(f"the range over which {found.name} rocks", total)
    if not width > 0:
        message = f"{found.name} rocks over a range larger than 0, not {total!r}"
        raise BluelineError(message)
    desk.require_idle("rockit")
    desk.require_connected([found])
    import numpy as np

    center = target_of(found)
    ends = np.array([center - width / 2, center + width / 2])
    require_positions(found, ends)
    rocking = Rocking(found, (float(ends[0]), float(ends[1])))
    with UnplannedMove(desk.session, [found]):
        try:
            with rocking:
                yield
        finally:
            _bring(found, center)
    if rocking.error is not None:
        raise rocking.error


class Rocking:
    """Send an axis from one end to the other, in a thread, until the block ends.

    Parameters
    ----------
    ends
        Where it turns.
    """

    def __init__(self, axis: Any, ends: tuple[float, float]) -> None:  # noqa: ANN401 - any axis
        self._axis = axis
        self._ends = ends
        self._ended = threading.Event()
        self._sending = threading.Lock()
        self._thread = threading.Thread(target=self._rock, name=f"rocks {axis.name}", daemon=True)
        self.error: Exception | None = None
        #: How many ends it has reached.
        self.turns = 0

    def __enter__(self) -> "Rocking":
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it, and wait until its last move has ended."""
        self._ended.set()
        try:
            with self._sending:  # or what is just being sent would come after the stop
                pass
        finally:
            self._axis.stop(success=True)
            self._thread.join(_GRACE)

    def _rock(self) -> None:
        try:
            while (status := self._sent()) is not None:
                _wait(status)
                self.turns += 1
        except Exception as error:  # of axes of any framework; told when the block ends
            if not self._ended.is_set():
                self.error = error

    def _sent(self) -> Any:  # noqa: ANN401 - any status
        """Send it to the next end; give None where it is to rock no more."""
        with self._sending:
            return None if self._ended.is_set() else self._axis.set(self._ends[self.turns % 2])


def _bring(axis: Any, center: float) -> None:  # noqa: ANN401 - any axis
    """Bring an axis back; whatever interrupts that stops it."""
    try:
        _wait(axis.set(center))
    except BaseException:
        stop_all([axis])
        raise


def _wait(status: Any) -> None:  # noqa: ANN401 - any status
    status.wait(getattr(status, "deadline", 600.0) + _GRACE)
