"""What Ctrl-C does to a scan: ctrl_c (SC-08).

People of SPEC and of BLISS are used to a scan that ends, those of bluesky to a prompt that comes
back; by default they are asked. The configuration of a beamline says what is usual there, and what
is said at the prompt counts more and is kept.
"""

from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError
from blueline.shell.interrupts import Choice

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: What is done with a scan that Ctrl-C has paused, by what people call it; None asks.
MEANINGS: dict[str, Choice | None] = {
    "ask": None,
    "stop": Choice.STOP,
    "abort": Choice.ABORT,
    "pause": Choice.WAIT,
}
_TOLD = {
    "ask": "pauses a scan after its point, and asks",
    "stop": "stops a scan after its point, and saves it",
    "abort": "aborts a scan after its point",
    "pause": "pauses a scan after its point, and gives the prompt",
}
_KEY = "ctrl_c"


def ctrl_c(desk: "Desk", does: str = "") -> None:
    """Say what Ctrl-C does to a scan, or have it ``"ask"``, ``"stop"``, ``"abort"`` or ``"pause"``.

    A second Ctrl-C does it at once, within the point. What is said is kept for this session.

    Examples
    --------
    >>> ctrl_c()  # doctest: +SKIP
    >>> ctrl_c("abort")  # doctest: +SKIP
    """
    if does:
        if does not in MEANINGS:
            message = f"Ctrl-C can {', '.join(MEANINGS)}, not {does!r:.60}"
            raise BluelineError(message)
        _kept(desk.session)[_KEY] = does
    desk.show(f"Ctrl-C {_TOLD[_chosen(desk.session)]}")


def at_ctrl_c(session: Any) -> Choice | None:  # noqa: ANN401 - a Session, or what has its parts
    """Give what is done with a scan that Ctrl-C has paused; None asks."""
    return MEANINGS[_chosen(session)]


def _chosen(session: Any) -> str:  # noqa: ANN401
    config = session.config
    usual = "ask" if config is None else config.beamline.ctrl_c
    found = str(_kept(session).get(_KEY, usual))
    return found if found in MEANINGS else usual


def _kept(session: Any) -> Any:  # noqa: ANN401
    return session.settings.namespace(f"session {session.name}")
