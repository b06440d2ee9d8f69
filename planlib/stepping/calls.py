"""How a hook is called, and what its failure does: aborts the scan, warns, or nothing."""

import logging
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from bluesky.utils import FailedStatus, Msg

from planlib.messages import MsgGenerator
from planlib.stepping.hook_arguments import arguments_of
from planlib.stepping.hook_plan import driven
from planlib.stepping.hook_thread import Call
from planlib.stepping.hooks import Hook, HookError, Moment

if TYPE_CHECKING:
    from planlib.stepping.point import Points

#: Moments of which each step is repeated where the engine throws what it has not to do with at it.
_CLEAN_UP = (Moment.STOP_POINT, Moment.BEFORE_STOP, Moment.POST_SCAN, Moment.STOP)
#: Moments at which a text that is returned is a failure (ES-08, ES-18).
_TEXT_FAILS = (Moment.PRE_SCAN, Moment.AT_BREAK, Moment.POST_SCAN)

_log = logging.getLogger(__name__)


def call_hook(hook: Hook, points: "Points", moment: Moment) -> MsgGenerator:
    """Call one hook, and do as its policy says if it fails.

    Raises
    ------
    HookError
        It failed, and the scan is to be aborted.
    """
    arguments = yield from arguments_of(hook, points)
    if hook.is_plan:
        result, error = yield from driven(hook.call(**arguments), points, moment)
    else:
        result, error = yield from _in_thread(hook, arguments, points, moment)
    text = result if moment in _TEXT_FAILS and isinstance(result, str) else ""
    if error is None and not text:
        return
    sentence = f"{hook.name} {_happened(error, text)} ({_when(moment, points)})"
    if hook.on_error == "abort":
        raise HookError(sentence) from error
    if hook.on_error == "warn":
        points.session.tell(f"{sentence}; the scan goes on")
    else:
        _log.info("%s; ignored", sentence, exc_info=error)


def _happened(error: BaseException | None, text: str) -> str:
    if error is None:
        return f"stops the scan: {text}"
    if isinstance(error, HookError):
        return str(error)
    if isinstance(error, FailedStatus) and error.__cause__ is not None:
        error = error.__cause__  # the status itself says nothing
    return f"failed: {type(error).__name__}: {error}"


def _when(moment: Moment, points: "Points") -> str:
    """Name a moment by the word that the user knows: presets have methods, others moments."""
    if moment in {Moment.PREPARE, Moment.PRE_SCAN, Moment.START}:
        return str(moment)
    return f"{moment}, point {points.index}"


def _in_thread(
    hook: Hook, arguments: Mapping[str, Any], points: "Points", moment: Moment
) -> MsgGenerator:
    """Run a function while the engine waits; give its result and its error.

    The failure of a device that has nothing to do with it comes when it has ended. A clean-up then
    does the step again, and is given what the function has answered: it is not called twice.
    """
    key = id(hook), moment
    call = points.over.pop(key, None)
    if call is None:
        call = Call(hook, arguments, points.threads)
        try:
            yield Msg("wait_for", None, [call])
        except BaseException as error:
            if call.is_over and isinstance(error, FailedStatus) and moment in _CLEAN_UP:
                points.over[key] = call
            call.leave()
            raise
    if call.error is None and isinstance(call.result, Generator):
        return (yield from driven(call.result, points, moment))
    return call.result, call.error
