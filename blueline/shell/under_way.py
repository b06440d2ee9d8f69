"""Have plans wait for axes that are under way without one, as SPEC's scans do (PS-12).

`mmv` gives the prompt back while its axes move. A scan that needs one of them would else stop it,
and fail for two reasons at once.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from bluesky.utils import Msg

from blueline.errors import BluelineError
from blueline.moving_messages import MOVING
from planlib.reach.positions import target_of
from planlib.real_axes import real_axes
from planlib.wrapping import wrapped

if TYPE_CHECKING:
    from planlib.messages import MsgGenerator

#: Seconds between two looks whether an axis has arrived.
PERIOD = 0.02


class AfterMoves:
    """A preprocessor: a plan that moves what is under way waits for it first.

    A run that names the axis among its motors waits before it begins; anything else waits before
    it moves the axis. What moves other axes, or only counts, does not wait.

    Parameters
    ----------
    moving
        Statuses of moves that nobody waits for, by the name of the axis.
    axes
        Gives the axes of the session by name.
    tell
        Shows a sentence.

    Examples
    --------
    >>> RE.preprocessors.append(AfterMoves(moving, lambda: axes, print))  # doctest: +SKIP
    """

    def __init__(
        self,
        moving: Mapping[str, Any],
        axes: Callable[[], Mapping[str, Any]],
        tell: Callable[[str], object],
    ) -> None:
        self._moving, self._axes, self._tell = moving, axes, tell

    def __call__(self, plan: "MsgGenerator") -> "MsgGenerator":
        """Pass a plan through."""
        if not self._under_way():
            return (yield from plan)
        return (yield from wrapped(plan, self._after))

    def _under_way(self) -> dict[str, Any]:
        return {name: status for name, status in self._moving.items() if not status.done}

    def _after(self, message: Msg) -> "MsgGenerator | None":
        """Give what is done instead of a message: it, after a wait where one is needed."""
        needed = self._needed(message) if self._under_way() else {}
        return self._waiting(needed, message) if needed else None

    def _needed(self, message: Msg) -> dict[str, Any]:
        """Give the moves that have to end before a message, by the name of the axis."""
        moved = list(self._moved_by(message))
        names = {str(getattr(device, "name", "")) for device in moved}
        reals = {id(real) for real in real_axes(moved)}
        axes = {str(axis.name): axis for axis in self._axes().values()}
        return {
            name: status
            for name, status in self._under_way().items()
            if name in names
            or (name in axes and any(id(real) in reals for real in real_axes([axes[name]])))
        }

    def _moved_by(self, message: Msg) -> Iterable[Any]:
        if message.command in MOVING and message.obj is not None:
            return [message.obj]
        if message.command != "open_run":
            return []
        names = set(map(str, message.kwargs.get("motors") or ()))
        return [axis for axis in self._axes().values() if str(axis.name) in names]

    def _waiting(self, needed: Mapping[str, Any], message: Msg) -> "MsgGenerator":
        goals = ", ".join(self._goal(name) for name in needed)
        self._tell(f"waiting for {goals}; Ctrl-C ends that")
        for name, status in needed.items():
            while not status.done:
                if message.command == "open_run":  # a pause comes at once, and repeats no wait
                    yield Msg("checkpoint")
                yield Msg("sleep", None, PERIOD)
            _require_arrived(name, status)
        return (yield message)

    def _goal(self, name: str) -> str:
        """Say where an axis is going."""
        axis = next((each for each in self._axes().values() if str(each.name) == name), None)
        if axis is None:
            return name
        unit = getattr(axis, "egu", "")
        return f"{name}, which moves to {target_of(axis):g} {unit}".rstrip()


def _require_arrived(name: str, status: Any) -> None:  # noqa: ANN401 - any status
    error = status.exception()
    if error is not None:
        message = f"{name} has not arrived where mmv sent it, so that nothing was begun: {error}"
        raise BluelineError(message) from error
