"""The scans of a beamline that have names (ES-46)."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from blueline.names import required_name
from blueline.scan_definitions.definition import ScanDefinition
from blueline.scan_definitions.errors import ScanDefinitionError
from blueline.scan_definitions.rehearsed import described, require_repeatable
from blueline.settings import Settings

if TYPE_CHECKING:
    from bluesky.utils import Msg

    from planlib.context import SessionContext
    from planlib.messages import MsgGenerator

#: Owner of what the settings keep.
NAMESPACE = "scan_definitions"


class ScanDefinitions:
    """Keeps scans under names, and runs them again.

    A scan is kept as start documents describe it: the name of its plan and its arguments, devices
    by their names. It survives the session, and is shared by all who have the same settings.

    Parameters
    ----------
    settings
        Of the beamline.
    context
        Of the session: knows devices, counters, limits and earlier runs.
    now
        POSIX time.

    Examples
    --------
    >>> scans = ScanDefinitions(session.settings, session.context)  # doctest: +SKIP
    >>> scans.define("align x", ascan(x, -1, 1, 20, 0.1))  # doctest: +SKIP
    >>> RE(scans.do_scan("align x"))  # doctest: +SKIP
    """

    def __init__(
        self, settings: Settings, context: "SessionContext", now: Callable[[], float] = time.time
    ) -> None:
        self._kept = settings.namespace(NAMESPACE)
        self._context = context
        self._now = now

    def define(
        self,
        name: str,
        plan: "Iterable[Msg] | str | int",
        comment: str = "",
        *,
        overwrite: bool = False,
    ) -> ScanDefinition:
        """Keep a scan under a name; nothing moves.

        Parameters
        ----------
        plan
            Called: ``ascan(x, 0, 5, 10, 0.1)``. Or a run that was made, by its scan number, its
            uid, or -1 for the last one.
        comment
            What people say of it.
        overwrite
            Whether a scan of this name may be replaced.

        Raises
        ------
        ScanDefinitionError
            It could not run as things are now, or not be made again, or the name is taken.
        """
        uid = ""
        if isinstance(plan, str | int):
            start = self._run(plan)
            uid, found = str(start["uid"]), require_repeatable(start)
        else:
            found = described(plan, self._context)
        command = str(found.get("scan_command", ""))
        made = ScanDefinition(
            required_name("scan", name, ScanDefinitionError),
            found["plan_name"],
            found["plan_args"],
            command,
            comment,
            uid,
            saved=self._now(),
        )
        self._require_runnable(made)
        self._add(made, overwrite=overwrite)
        return made

    def definitions(self) -> list[ScanDefinition]:
        """Give all, that which was run or made last first."""
        found = [ScanDefinition(name, **kept) for name, kept in self._kept.copy().items()]
        return sorted(found, key=lambda each: each.used or each.saved, reverse=True)

    def definition(self, name: str) -> ScanDefinition:
        """Give one.

        Raises
        ------
        ScanDefinitionError
            There is none; those that there are, are named.
        """
        kept = self._kept.copy()
        if name not in kept:
            known = ", ".join(kept) or "none yet"
            message = f"there is no scan called {name!r:.60}; there is {known}"
            raise ScanDefinitionError(message)
        return ScanDefinition(name, **kept[name])

    def do_scan(
        self,
        name: str,
        number: int = 1,
        comment: str = "",
        **changes: Any,  # noqa: ANN401 - any argument of the plan
    ) -> "MsgGenerator":
        """Give the plan that runs a scan; see `blueline.scan_definitions.running.do_scan`."""
        from blueline.scan_definitions.running import do_scan

        return do_scan(self, name, number, comment, **changes)

    def copy(self, name: str, new: str, comment: str = "") -> ScanDefinition:
        """Keep a scan under another name as well."""
        found = self.definition(name)
        made = replace(
            found,
            name=required_name("scan", new, ScanDefinitionError),
            comment=comment or found.comment,
            saved=self._now(),
            used=None,
        )
        self._add(made)
        return made

    def rename(self, name: str, new: str) -> None:
        """Call a scan otherwise."""
        found = self.definition(name)
        if new == name:
            return
        self._add(replace(found, name=required_name("scan", new, ScanDefinitionError)))
        self._kept.pop(name, None)

    def note(self, name: str, comment: str) -> None:
        """Say something else of a scan."""
        self.definition(name)
        self._kept.amend(name, comment=comment)

    def used(self, name: str) -> None:
        """Note that a scan was run now; one that is gone meanwhile stays so."""
        self._kept.amend(name, used=self._now())

    def remove(self, name: str) -> None:
        """Forget a scan."""
        self.definition(name)
        self._kept.pop(name, None)

    def _run(self, run: str | int) -> Any:  # noqa: ANN401 - a start document
        try:
            return self._context.start_document(run)
        except KeyError as error:
            message = f"there is no run {run} to keep"
            raise ScanDefinitionError(message) from error

    def _require_runnable(self, made: ScanDefinition) -> None:
        """Rehearse it as it will run: made again from what is kept."""
        from blueline.scan_definitions.running import once
        from planlib import check

        report = check(once(made), self._context)
        if report.problems:
            message = f"{made.name} cannot be kept: {'; '.join(report.problems)}"
            raise ScanDefinitionError(message)

    def _add(self, made: ScanDefinition, *, overwrite: bool = False) -> None:
        kept = made.kept()
        if overwrite:
            self._kept[made.name] = kept
        elif self._kept.setdefault(made.name, kept) != kept:
            message = f"there is a scan called {made.name} already: say overwrite=True, or rename"
            raise ScanDefinitionError(message)
