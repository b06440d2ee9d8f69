"""What becomes of a plan that is paused, and of axes that move with no plan, when people leave."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from blueline.shell.axis_view import asked
from blueline.shell.live import live, positions
from blueline.unplanned import UnderWay, names_of
from callbacks.terminal import StatusScreen
from planlib.reach.positions import target_of

if TYPE_CHECKING:
    from blueline.session import Session
    from blueline.shell.interrupts import Interruptions

#: Seconds between two looks at what moves, in which Ctrl-C is heard.
_LOOK = 0.2


def leaves(session: "Session", interruptions: "Interruptions") -> Callable[[], bool]:
    """Give what tells whether the prompt may be left, and asks where something is under way.

    What moves with no plan is stopped when the session is closed, unless people wait for it.
    """

    def may_leave() -> bool:
        return interruptions.may_leave() and _moves_may_be_left(
            session.under_way, session.screen, interruptions.ask
        )

    return may_leave


def _moves_may_be_left(
    under_way: UnderWay, screen: StatusScreen, ask: Callable[..., str | None]
) -> bool:
    axes = under_way.axes
    if not axes:
        return True
    key = ask(
        ", ".join(map(_goal, axes)),
        "press s to stop and leave, w to wait and leave; any other key stays, and stops nothing",
    )
    if key is None or key.lower() == "s":  # whoever cannot be asked wants no more of it
        return True
    return key.lower() == "w" and _have_arrived(under_way, screen)


def _have_arrived(under_way: UnderWay, screen: StatusScreen) -> bool:
    """Wait; each move has a deadline of its own. Ctrl-C stays, and stops nothing."""
    axes = under_way.axes
    if not axes:
        return True
    screen.write(f"waiting for {', '.join(names_of(axes))}; Ctrl-C stays\n")
    try:
        with live(screen, lambda: positions(axes)):
            while not under_way.wait(_LOOK):
                pass
    except KeyboardInterrupt:
        screen.write("you stay; what moves goes on\n")
        return False
    screen.write(f"{positions(axes)}\n")
    return True


def _goal(axis: Any) -> str:  # noqa: ANN401 - any axis
    """Say what an axis does, and where it goes, where it tells that."""
    target, _ = asked(lambda: target_of(axis))
    unit = asked(lambda: axis.egu)[0] or ""
    goes = "" if target is None else f" to {target:g} {unit}".rstrip()
    return f"{axis.name} still moves{goes}"
