"""Clean-up that is done whatever happens, all of it, and in which no error hides another (U10).

As in BLISS (acquisition 3.13) steps run in reverse order, one that fails keeps none of the others
from running, and the first error is the one that is raised. What went wrong after it is told, and
stands in the run's ``reason`` where the run is still open, and in the notes of the error.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from bluesky.protocols import Stageable, Status
from bluesky.utils import (
    FailedStatus,
    Msg,
    PlanHalt,
    RequestAbort,
    RequestStop,
    RunEngineControlException,
    root_ancestor,
    separate_devices,
)

from planlib.deadlines import LONGEST_STAGING, extended
from planlib.messages import MsgGenerator, nothing
from planlib.stepping.rewinding import forgotten
from planlib.wrapping import wrapped

#: A step of a clean-up: given the error that there was, None after success.
Step: TypeAlias = Callable[[Exception | None], MsgGenerator]
Tell: TypeAlias = Callable[[str], object]

#: What people ask of the engine, in words.
_WISHES = {RequestStop: "stop", RequestAbort: "abort", PlanHalt: "halt"}
#: Waited for together.
STAGE = "stage"
#: Failures of what ran before that a step is repeated for.
_MOST_LATE = 20


def cleaned_up(plan: MsgGenerator, *steps: Step, tell: Tell) -> MsgGenerator:
    """Run a plan, then the steps from the last to the first, also after errors and aborts.

    A halt is the exception: nothing may be done then.

    Parameters
    ----------
    plan
        What may fail.
    steps
        What is to be done then.
    tell
        Shows a sentence for each error but the first.
    """
    first: Exception | None = None
    result: Any = None
    try:
        result = yield from plan
    except Exception as error:
        first = error
        if not isinstance(error, RunEngineControlException):
            steps = (*steps, lambda _: forgotten())  # the first to be done
    for step in reversed(steps):
        for error in (yield from _attempt(step, first)):
            first = _joined(first, error, tell)
    if first is not None:
        raise first
    return result


def said(error: Exception) -> str:
    """Give the text of an error, with what went wrong in the clean-up after it."""
    texts = [reason_of(error), *getattr(error, "__notes__", ())]
    return "; ".join(text for text in texts if text)


def reason_of(error: Exception) -> str:
    """Give the sentence of a device rather than what the engine makes of it."""
    cause = error.__cause__ if isinstance(error, FailedStatus) else None
    return str(cause or "") or str(error) or type(error).__name__


def _joined(first: Exception | None, error: Exception, tell: Tell) -> Exception:
    if first is None or first is error:
        return error
    if isinstance(error, RunEngineControlException):  # somebody's wish, and no failure
        sentence = f"besides, it was told to {_WISHES.get(type(error), 'end')} while it cleaned up"
    else:
        sentence = f"besides, cleaning up failed: {said(error)}"
    first.add_note(sentence)
    tell(sentence)
    return first


def _attempt(step: Step, first: Exception | None) -> MsgGenerator:
    """Do a step and give its errors; repeat it where others have failed meanwhile.

    The engine throws the failure of a device into whatever the plan does at that moment. It would
    end a step that has nothing to do with it.
    """
    errors: list[Exception] = []
    failed_at: set[tuple[str, int]] = set()
    while True:
        seen: list[tuple[Msg, object]] = []
        try:
            yield from wrapped(step(first), partial(_noted, seen))
        except FailedStatus as error:
            errors.append(error)
            at = (seen[-1][0].command, id(seen[-1][0].obj)) if seen else ("", 0)
            is_own = not error.args or any(error.args[0] is answer for _, answer in seen)
            # the answer to what fails at once is lost, so that it fails in the same place again
            if is_own or at in failed_at or len(errors) > _MOST_LATE:
                break
            failed_at.add(at)
        except Exception as error:  # the others must run all the same
            errors.append(error)
            break
        else:
            break
    return errors


def _noted(seen: list[tuple[Msg, object]], message: Msg) -> MsgGenerator:
    seen.append((message, None))
    answer = yield message
    seen[-1] = message, answer
    return answer


def staged(plan: MsgGenerator, devices: Sequence[Any], tell: Tell) -> MsgGenerator:
    """Stage devices, run a plan, and unstage each of them, whatever happens.

    The messages are those of bluesky's ``stage_wrapper``, but that only what was to be staged is
    unstaged, and that each device is unstaged even where another cannot be.
    """
    parents = separate_devices(root_ancestor(device) for device in devices)
    begun: list[Any] = []

    def inside() -> MsgGenerator:
        longest = 0.0  # there is nothing to wait for
        for device in parents:
            if isinstance(device, Stageable):
                begun.append(device)
                status = yield Msg("stage", device, group=STAGE)
                if isinstance(status, Status):
                    longest = extended(longest or LONGEST_STAGING, status)
        if longest:
            yield Msg("wait", None, group=STAGE, timeout=longest)
        return (yield from plan)

    def unstage_all(_: Exception | None) -> MsgGenerator:
        steps = [_unstaging(device) for device in begun]
        return (yield from cleaned_up(nothing(), *steps, tell=tell))

    return (yield from cleaned_up(inside(), unstage_all, tell=tell))


def _unstaging(device: object) -> Step:
    def unstage(_: Exception | None) -> MsgGenerator:
        group = f"unstage {getattr(device, 'name', device)}"
        status = yield Msg("unstage", device, group=group)
        if isinstance(status, Status):
            yield Msg("wait", None, group=group, timeout=extended(LONGEST_STAGING, status))

    return unstage


def recorded(plan: MsgGenerator, metadata: Mapping[str, Any]) -> MsgGenerator:
    """Open a run, run a plan, and close the run as it ended; give its uid.

    bluesky's ``run_wrapper`` with a ``reason`` that names the errors of the clean-up as well.
    """
    uid = yield Msg("open_run", None, **metadata)
    try:
        yield from plan
    except RunEngineControlException as error:
        notes = "; ".join(getattr(error, "__notes__", ()))
        told = {"reason": notes} if notes else {}  # the engine knows what it was told otherwise
        yield Msg("close_run", None, exit_status=_status(error), **told)
        raise
    except Exception as error:
        yield Msg("close_run", None, exit_status="fail", reason=said(error))
        raise
    yield Msg("close_run", None, exit_status=None, reason=None)
    return uid


def _status(error: RunEngineControlException) -> str:
    return getattr(error, "exit_status", "abort")
