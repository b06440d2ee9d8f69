"""What a plan that was called would say of itself in a start document."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from blueline.scan_definitions.errors import ScanDefinitionError

if TYPE_CHECKING:
    from bluesky.utils import Msg

    from planlib.context import SessionContext


def described(plan: "Iterable[Msg]", session: "SessionContext") -> dict[str, Any]:
    """Give what the run of a plan says of it: ``plan_name``, ``plan_args``, ``scan_command``.

    Nothing moves: the plan is rehearsed, and used up.

    Raises
    ------
    ScanDefinitionError
        It cannot run, or makes no run, or several.
    """
    from planlib.checks import require_plan
    from planlib.dryrun.rehearsal import Rehearsal
    from planlib.dryrun.rehearsed_session import RehearsedSession

    rehearsal = Rehearsal(RehearsedSession(session))
    try:
        rehearsal.run(require_plan(plan))
    except Exception as error:  # whatever a plan of anybody raises
        message = f"the scan cannot be kept, since it cannot run: {error}"
        raise ScanDefinitionError(message) from error
    if len(rehearsal.runs) != 1:
        message = f"a scan of one run can be kept; this plan makes {len(rehearsal.runs)}"
        raise ScanDefinitionError(message)
    return require_repeatable(rehearsal.runs[0].metadata)


def require_repeatable(start: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a start document says of a plan, where the plan can be made again from that.

    Raises
    ------
    ScanDefinitionError
        It cannot; those that can be are named.
    """
    from planlib.registry import REPEATABLE

    name = str(start.get("plan_name"))
    if name not in REPEATABLE or not isinstance(start.get("plan_args"), Mapping):
        known = ", ".join(sorted(REPEATABLE))
        message = f"the plan {name} cannot be kept by its arguments; these can: {known}"
        raise ScanDefinitionError(message)
    return {key: start[key] for key in ("plan_name", "plan_args", "scan_command") if key in start}
