"""The plan that runs a scan by its name."""

from typing import TYPE_CHECKING, Any

from blueline.scan_definitions.definition import ScanDefinition
from blueline.scan_definitions.errors import ScanDefinitionError
from planlib.calls import plan
from planlib.context import SessionContext, session_context
from planlib.repeat import repeat

if TYPE_CHECKING:
    from blueline.scan_definitions.scan_definitions import ScanDefinitions
    from planlib.messages import MsgGenerator


@plan('do_scan(scans, "xanes")', name="do_scan")
def do_scan(
    scans: "ScanDefinitions",
    name: str,
    number: int = 1,
    comment: str = "",
    **changes: Any,  # noqa: ANN401 - any argument of the plan
) -> "MsgGenerator":
    """Run a scan by its name (ES-46).

    Start documents say ``scan_definition``: its name, and ``comment`` where there is one.

    Parameters
    ----------
    scans
        Knows them.
    name
        Of the scan.
    number
        How often it runs, one after the other.
    comment
        On these runs.
    changes
        Arguments of its plan by name that differ this time, as of `planlib.repeat`.

    Raises
    ------
    ScanDefinitionError
        There is no such scan.
    PlanError
        It cannot be made again as it is, with the reason: a device is gone, an axis cannot go
        there. Nothing has moved then.

    Examples
    --------
    >>> RE(do_scan(scans, "xanes", 3, comment="fresh sample"))  # doctest: +SKIP
    """
    definition = scans.definition(name)
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        message = f"a scan runs a whole number of times, at least once, not {number!r:.40}"
        raise ScanDefinitionError(message)
    md = {**(changes.pop("md", None) or {}), "scan_definition": name}
    if comment:
        md["comment"] = comment
    results: list[Any] = []
    for _ in range(number):
        result = yield from once(definition, **changes, md=md)
        session: SessionContext = yield from session_context()
        if not hasattr(session, "expect"):  # a rehearsal has run nothing
            _note_used(scans, name, session)
        results.append(result)
    return results[0] if number == 1 else results


def _note_used(scans: "ScanDefinitions", name: str, session: SessionContext) -> None:
    """Keep when a scan was run last; the repetitions that follow count more than that."""
    try:
        scans.used(name)
    except Exception as error:  # whatever a store has: it is busy, its disk is full
        session.tell(f"{name} has run, but its last use could not be noted: {error}")


def once(definition: ScanDefinition, **changes: Any) -> "MsgGenerator":  # noqa: ANN401
    """Make the plan of a definition, with other arguments where some are given."""
    return repeat(definition.start(), **changes)
