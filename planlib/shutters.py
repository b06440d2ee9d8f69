"""Open a shutter for a scan, or at each of its points alone (BL-66)."""

from bluesky.protocols import Movable
from bluesky.utils import Msg

from planlib.errors import PlanError
from planlib.messages import MsgGenerator
from planlib.stepping.presets import PointPreset, ScanPreset

#: Waited for together.
SHUTTER = "shutter"


class _Shutter:
    """What is opened and closed, and the words for it."""

    def __init__(
        self, shutter: Movable, opened: object = "open", closed: object = "closed"
    ) -> None:
        if not isinstance(shutter, Movable) or isinstance(shutter, type):
            message = f"a shutter is a device that can be set, not {shutter!r:.60}"
            raise PlanError(message)
        self._shutter, self._opened, self._closed = shutter, opened, closed

    def start(self) -> MsgGenerator:
        """Open it, and wait until it is."""
        yield from self._brought(self._opened)

    def stop(self) -> MsgGenerator:
        """Close it, and wait until it is; whatever has happened."""
        yield from self._brought(self._closed)

    def _brought(self, state: object) -> MsgGenerator:
        yield Msg("set", self._shutter, state, group=SHUTTER)
        yield Msg("wait", None, group=SHUTTER)


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


class OpenAtPoints(_Shutter, PointPreset):
    """Opens a shutter when the axes are at a point, and closes it when its event is out.

    So the sample gets no light while axes move. A point that is repeated after a pause is begun
    with the shutter opened anew.

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
