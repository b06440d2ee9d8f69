"""Say what is measured, and so where data go: newproposal and its relatives (BL-42)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from blueline.shell.desk import Desk


def newproposal(desk: "Desk", name: str, session: str = "") -> None:
    """Begin a proposal; the sample and the collection of the one before are forgotten.

    Examples
    --------
    >>> newproposal("hg7")  # doctest: +SKIP
    """
    desk.show(_policy(desk, "newproposal").newproposal(name, session))


def endproposal(desk: "Desk") -> None:
    """End the proposal: what is measured now is the beamline's own.

    Examples
    --------
    >>> endproposal()  # doctest: +SKIP
    """
    desk.show(_policy(desk, "endproposal").endproposal())


def newsample(desk: "Desk", name: str, *more: str) -> None:
    """Begin a sample, and a collection that is called like it.

    Words that are typed one after the other are one name.

    Examples
    --------
    >>> newsample("Cu foil")  # doctest: +SKIP
    """
    desk.show(_policy(desk, "newsample").newsample(_together(name, more)))


def newcollection(desk: "Desk", name: str, *more: str) -> None:
    """Begin a collection of data sets; the sample stays.

    Examples
    --------
    >>> newcollection("edges")  # doctest: +SKIP
    """
    desk.show(_policy(desk, "newcollection").newcollection(_together(name, more)))


def newdataset(desk: "Desk", name: str = "", *more: str) -> None:
    """Begin a data set, whose scans count from 1; with the next number where it has no name.

    Examples
    --------
    >>> newdataset("alignment")  # doctest: +SKIP
    """
    desk.show(_policy(desk, "newdataset").newdataset(_together(name, more)))


def wdata(desk: "Desk") -> None:
    """Say where data go, and what speaks against it.

    Examples
    --------
    >>> wdata()  # doctest: +SKIP
    """
    session: Any = desk.session
    desk.show(session.data_policy.where())


def _together(name: object, more: Sequence[object]) -> Any:  # noqa: ANN401 - what is no text is refused
    """Give words that were typed one after the other as one name."""
    return " ".join(map(str, (name, *more))) if more else name


def _policy(desk: "Desk", command: str) -> Any:  # noqa: ANN401 - of the session
    """Give the policy, which does not change under a scan."""
    desk.require_idle(command)
    session: Any = desk.session
    return session.data_policy
