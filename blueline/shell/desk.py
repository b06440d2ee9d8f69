"""What every command has at hand: the session, its axes, and where people look."""

import sys
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from blueline.errors import BluelineError
from blueline.mnemonics import Mnemonics
from blueline.nearest import did_you_mean
from blueline.shell.axis_view import AxisView, look
from blueline.shell.interrupts import FROM_A_PAUSE
from callbacks.terminal import StatusScreen, width_of
from planlib.real_axes import members_of

if TYPE_CHECKING:
    from blueline.session import Session
    from blueline.settings import Channel
    from blueline.shell.regulation_plot import LoopPlot
    from blueline.shell.transcript import Transcript

#: How many printed texts `elog_add` can still reach.
KEPT = 50
#: How many axes are asked at the same time.
MOST_ASKED = 32
_Answer = TypeVar("_Answer")


@dataclass
class Desk:
    """Where commands work.

    Parameters
    ----------
    session
        Whose devices and engine they use.
    printed
        What was printed last, the newest at the end.
    moving
        Moves that nobody waits for, by the name of the axis.
    commands
        All commands by name, for scripts.
    exported
        Names that scripts have given to the prompt.
    channels
        Those that were opened at the prompt, by name.
    transcript
        The file that has what is shown; None where there is none.
    loops
        Regulations that are shown, by name.
    """

    session: "Session"
    printed: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT))
    moving: dict[str, Any] = field(default_factory=dict)
    commands: dict[str, Callable[..., Any]] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)
    channels: "dict[str, Channel]" = field(default_factory=dict)
    transcript: "Transcript | None" = None
    loops: "dict[str, LoopPlot]" = field(default_factory=dict)
    _shared: tuple[TextIO, StatusScreen] | None = field(default=None, repr=False)

    @property
    def screen(self) -> TextIO:
        """Where people look."""
        return getattr(self.session, "screen", None) or sys.stdout

    @property
    def status(self) -> StatusScreen:
        """The screen with a line at its end that can be rewritten, the same one for all."""
        screen = self.screen
        if isinstance(screen, StatusScreen):
            return screen
        if self._shared is None or self._shared[0] is not screen:
            self._shared = screen, StatusScreen(screen)
        return self._shared[1]

    @property
    def width(self) -> int | None:
        """Columns of the terminal, None where it is none."""
        return width_of(self.screen)

    def show(self, text: str) -> None:
        """Print a text, and keep it for the log book."""
        self.printed.append(text)
        self.status.write(f"{text}\n")

    # axes

    @property
    def axes(self) -> dict[str, Any]:
        """All axes of the session by name, sorted; members of groups by their own names."""
        found: dict[str, Any] = {}
        for name, device in self.session.devices.items():
            found |= axes_of(name, device)
        return dict(sorted(found.items()))

    def axis(self, wanted: object) -> Any:  # noqa: ANN401 - any axis
        """Give an axis, which may be told by its name (PS-01).

        Raises
        ------
        BluelineError
            It is none.
        """
        if isinstance(wanted, str):
            return self._named(wanted)
        if not is_axis(wanted):
            message = f"{_called(wanted)} is no axis; lsmot() lists those that there are"
            raise BluelineError(message)
        return wanted

    def _named(self, name: str) -> Any:  # noqa: ANN401
        beamline = getattr(self.session, "beamline", None)
        found = Mnemonics(self.session.devices, getattr(beamline, "aliases", None)).get(name)
        if not is_axis(found):
            hint = did_you_mean(name, self.axes, "lsmot() lists those that there are")
            why = beamline.why_absent(name) if found is None and beamline is not None else ""
            message = why or f"there is no axis {name!r}; {hint}"
            raise BluelineError(message)
        return found

    def chosen(self, wanted: Sequence[object]) -> dict[str, Any]:
        """Give the axes that were asked for by name, all of them where none was."""
        if not wanted:
            return self.axes
        found = [self.axis(each) for each in wanted]
        return {str(axis.name): axis for axis in found}

    def views(self, axes: Mapping[str, Any]) -> list[AxisView]:
        """Look at axes; those that do not answer say why."""
        return self.at_once(
            lambda each: look(each[1], each[0], self.missing(each[1])), axes.items()
        )

    @staticmethod
    def at_once(ask: Callable[[Any], _Answer], things: Collection[Any]) -> list[_Answer]:
        """Ask all at the same time: what hangs is waited for once."""
        with ThreadPoolExecutor(max(1, min(MOST_ASKED, len(things)))) as pool:
            return list(pool.map(ask, things))

    def missing(self, device: object) -> str:
        """Say why a device does not answer; empty where it does."""
        if getattr(device, "connected", True):
            return ""
        name = str(getattr(device, "name", ""))
        known = self.session.connections.devices
        why = self.session.connections.missing([name]).get(name) if name in known else None
        return why or "it does not answer"

    # what is refused

    def require_idle(self, what: str) -> None:
        """Refuse while a plan runs or is paused, or where somebody else has the beamline (K1).

        Raises
        ------
        BluelineError
            With how to end it, or who has it.
        """
        self.session.lock.acquire()
        state = str(self.session.RE.state)
        if state != "idle":
            message = f"{what} has to wait: a scan is {state}: {FROM_A_PAUSE}; then try again"
            raise BluelineError(message)

    def require_unlocked(self, devices: Iterable[Any]) -> None:
        """Refuse devices that another process has locked; the engine sees to that for plans."""
        locks = getattr(self.session, "device_locks", None)
        if locks is not None:
            locks.require(*devices)

    def require_connected(self, axes: Iterable[Any]) -> None:
        """Refuse axes that do not answer."""
        for axis in axes:
            self.session.connections.require(axis)
            why = self.missing(axis)
            if why:
                message = f"{axis.name} is not connected: {why}; health() looks again"
                raise BluelineError(message)


def is_axis(device: object) -> bool:
    """Tell whether a device is at a position, a number, and can be sent to another.

    Nothing is asked of the device: one that does not answer is an axis as well.
    """
    kind = type(device)
    has_place = hasattr(kind, "position") and callable(getattr(kind, "set", None))
    return has_place and not members_of(device)


def axes_of(name: str, device: object) -> dict[str, Any]:
    """Give the axes that a device is, or consists of, by name."""
    if is_axis(device):
        return {name: device}
    return {str(axis.name): axis for axis in members_of(device).values() if is_axis(axis)}


def _called(thing: object) -> str:
    name = getattr(thing, "name", None)
    return name if isinstance(name, str) else f"{thing!r:.60}"
