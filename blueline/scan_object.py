"""A scan as an object: prepared and not run yet, running, or over (BL-89)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from blueline.comments import Comment
from blueline.errors import BluelineError
from blueline.run_record import RunRecord
from blueline.runs import RunArchive

if TYPE_CHECKING:
    from blueline.session import Session


class Scan:
    """What was, is or will be measured by one plan.

    What it gives is read from the journal, which has every point as soon as it is measured: another
    thread, or a callback, may ask while the scan runs.

    Parameters
    ----------
    session
        Runs it.
    plan
        A plan that has been called and not been run; None for a run that there is already.
    run
        The uid of that run.

    Examples
    --------
    >>> scan = Scan(session, ascan(x, 0, 5, 10, 0.1))  # doctest: +SKIP
    >>> scan.run().get_data()["I0"].max()  # doctest: +SKIP
    >>> scan.add_comment("the beam was lost at point 7")  # doctest: +SKIP
    >>> scan.restore_motor_positions()  # doctest: +SKIP
    """

    def __init__(self, session: "Session", plan: Any = None, run: str = "") -> None:  # noqa: ANN401
        self._session = session
        self._plan = plan
        self._runs = [run] if run else []

    def __repr__(self) -> str:
        """Say what it is, and how far."""
        if self._runs:
            return self.record.line().strip()
        if self._plan is None:
            return "a plan that has made no run"
        return f"{getattr(self._plan, '__name__', 'a plan')}, prepared: run() runs it"

    @property
    def is_prepared(self) -> bool:
        """Whether it is still to be run."""
        return self._plan is not None

    @property
    def uids(self) -> tuple[str, ...]:
        """The runs that the plan has opened, in order; most plans open one."""
        return tuple(self._runs)

    def run(self) -> "Scan":
        """Run it; give itself, with what it has measured.

        Raises
        ------
        BluelineError
            It was run already.
        """
        if self._plan is None:
            message = "this scan was run already: prepare a new one, or repeat(...) it"
            raise BluelineError(message)
        plan, self._plan = self._plan, None
        engine = self._session.RE
        token = engine.subscribe(lambda _, doc: self._runs.append(doc["uid"]), "start")
        try:
            engine(plan)
        finally:
            engine.unsubscribe(token)
        return self

    @property
    def record(self) -> RunRecord:
        """Its run, the last one where it has several: see `blueline.run_record.RunRecord`.

        Raises
        ------
        BluelineError
            It has none yet.
        """
        if not self._runs:
            message = (
                "this scan is prepared and was not run: run() runs it"
                if self.is_prepared
                else "this plan has opened no run"
            )
            raise BluelineError(message)
        return RunArchive(self._session.folder.root).of_uid(self._runs[-1])

    @property
    def scan_info(self) -> Mapping[str, Any]:
        """Its start document: what was typed, what was moved and read, metadata."""
        return self.record.start

    @property
    def status(self) -> str:
        """How it ended; ``open`` while it runs, ``prepared`` before."""
        return "prepared" if self.is_prepared else self.record.status

    @property
    def streams(self) -> list[str]:
        """Names of what it has measured apart from each other: ``primary``, ``baseline`` ..."""
        return self.record.streams()

    def get_data(self, stream: str = "primary") -> dict[str, NDArray[np.float64]]:
        """Give the numbers of a stream by column, a number per point, as far as it is.

        Raises
        ------
        BluelineError
            There is no such stream.
        """
        return self.record.columns(stream)

    @property
    def comments(self) -> list[Comment]:
        """What people have said of it, the oldest first."""
        return self.record.comments

    def add_comment(self, text: str) -> None:
        """Keep a comment with it, also long after it has ended."""
        self.record.add_comment(text)

    def restore_motor_positions(self) -> None:
        """Send the axes that it has scanned back to where they were before."""
        from planlib.restore import restore_motor_positions

        self._session.RE(restore_motor_positions(self.record.start["uid"]))


def scan_of(session: "Session", what: Any = -1) -> Scan:  # noqa: ANN401 - a plan, or a run
    """Give a scan as an object: of a plan that is not run yet, or of a run that there is.

    Parameters
    ----------
    what
        A plan, called; or a run: its number, the beginning of its uid, or -1 for the last one.

    Raises
    ------
    BluelineError
        There is no such run, or it is neither.
    """
    if hasattr(what, "send"):
        return Scan(session, what)
    if isinstance(what, bool) or not isinstance(what, int | str):
        message = f"give a plan, ascan(x, 0, 5, 10, 0.1), or a run, -1 or 12, not {what!r:.60}"
        raise BluelineError(message)
    found = RunArchive(session.folder.root).find(str(what))
    return Scan(session, run=str(found.start["uid"]))
