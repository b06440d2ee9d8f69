"""Open a shutter for a scan, or at each of its points alone (BL-66)."""

import asyncio
import time
from typing import TYPE_CHECKING, Any

from bluesky.protocols import Movable
from bluesky.utils import Msg

from planlib.context import SessionContext
from planlib.errors import PlanError
from planlib.messages import MsgGenerator
from planlib.stepping.presets import PointPreset, ScanPreset

if TYPE_CHECKING:
    from planlib.stepping.point import Points

#: Waited for together.
SHUTTER = "shutter"
#: Seconds for a shutter to open or to close; safety shutters take several.
DEADLINE = 60.0
_LOOK = 0.01


class _Shutter:
    """What is opened and closed, and the words for it."""

    def __init__(
        self, shutter: Movable, opened: object = "open", closed: object = "closed"
    ) -> None:
        if not isinstance(shutter, Movable) or isinstance(shutter, type):
            message = f"a shutter is a device that can be set, not {shutter!r:.60}"
            raise PlanError(message)
        self._shutter, self._opened, self._closed = shutter, opened, closed

    def stop(self) -> MsgGenerator:
        """Close it, and wait until it is; whatever has happened."""
        yield from self._brought(self._closed)

    def _brought(self, state: object) -> MsgGenerator:
        yield Msg("set", self._shutter, state, group=SHUTTER)
        yield Msg("wait", None, group=SHUTTER, timeout=DEADLINE)


class OpenForScan(_Shutter, ScanPreset):
    """Opens a shutter before the axes of a scan go to its start, and closes it at the end.

    It is closed also where the scan fails or is aborted. In a pause it stays open.

    Parameters
    ----------
    shutter
        Any device that can be set.
    opened, closed
        What it is set to.

    Examples
    --------
    >>> hooks = Hooks(presets=OpenForScan(shutter))  # doctest: +SKIP
    >>> RE(ascan(x, 0, 5, 10, 0.1, hooks=hooks))  # doctest: +SKIP
    """

    def start(self) -> MsgGenerator:
        """Open it, and wait until it is."""
        yield from self._brought(self._opened)


class OpenAtPoints(_Shutter, PointPreset):
    """Opens a shutter when the axes are at a point, and closes it when its event is out.

    So the sample gets no light while axes move, nor in a pause, however short: the shutter is
    closed before the pause begins. A point that is repeated after it opens the shutter anew.

    Parameters
    ----------
    shutter
        Any device that can be set.
    opened, closed
        What it is set to.

    Examples
    --------
    >>> hooks = Hooks(presets=OpenAtPoints(shutter))  # doctest: +SKIP
    >>> RE(ascan(x, 0, 5, 10, 0.1, hooks=hooks))  # doctest: +SKIP
    """

    name = "a shutter that is open at points"

    def __init__(
        self, shutter: Movable, opened: object = "open", closed: object = "closed"
    ) -> None:
        super().__init__(shutter, opened, closed)
        self._session: SessionContext | None = None

    def start(self, point: "Points") -> MsgGenerator:
        """Open it, and wait until it is; the engine tells of pauses from now on."""
        self._session = point.session
        yield Msg("null", self)
        yield from self._brought(self._opened)

    def stop(self) -> MsgGenerator:
        """Close it, and wait until it is; whatever has happened."""
        yield from super().stop()
        self._session = None

    async def pause(self) -> None:
        """Close it where it is open; the engine is told nothing that fails, it would end of it."""
        if self._session is None:
            return
        try:
            await _done(self._shutter.set(self._closed))
        except Exception as error:
            name = getattr(self._shutter, "name", "the shutter")
            self._session.tell(f"{name} could not be closed for the pause: {error}")

    async def resume(self) -> None:
        """Leave it closed: a point that begins again opens it."""


async def _done(status: Any) -> None:  # noqa: ANN401 - any status
    ends = time.monotonic() + DEADLINE
    while not status.done:
        if time.monotonic() > ends:
            message = f"not within {DEADLINE:g} s"
            raise TimeoutError(message)
        await asyncio.sleep(_LOOK)
    error = status.exception()
    if error is not None:
        raise error
