"""Messages of hooks that are plans: what they may do at a point, and which errors are theirs."""

from functools import partial
from typing import TYPE_CHECKING, Any

from bluesky.utils import FailedPause, FailedStatus, Msg, RunEngineControlException

from planlib.messages import MsgGenerator
from planlib.stepping.hooks import HookError, Moment
from planlib.wrapping import wrapped

if TYPE_CHECKING:
    from planlib.stepping.point import Points

#: These would make the engine forget how to repeat the point.
_FORGETTING = (
    *("checkpoint", "clear_checkpoint", "stage", "unstage", "monitor", "unmonitor"),
    *("open_run", "close_run"),
)
#: These would become part of the point's event.
_READING = ("create", "read", "save", "drop", "collect", "declare_stream")
_REFUSED = {
    Moment.PRE_OPERATION: _FORGETTING,
    Moment.START_POINT: _FORGETTING,
    Moment.OPERATION: _FORGETTING,
    Moment.POST_OPERATION: (*_FORGETTING, *_READING),
}
#: These are answered with a status.
_WITH_STATUS = ("set", "trigger", "kickoff", "complete", "prepare", "stage", "unstage")
#: Moments between a point's checkpoint and its event.
WITHIN_POINT = tuple(_REFUSED)


def driven(plan: MsgGenerator, points: "Points", moment: Moment) -> MsgGenerator:
    """Pass the messages of a hook on; give its result and its error.

    Errors that are not its own are raised whatever it does with them: an abort, or the failure of a
    counter that counts meanwhile, of which nobody would hear again.
    """
    errors = _Errors(points)
    result, failure = None, None
    try:
        result = yield from wrapped(plan, partial(errors.around, moment))
    except Exception as error:  # its policy decides
        failure = error
    if errors.foreign is not None:
        raise errors.foreign
    return result, failure


class _Errors:
    """Tells the errors of a hook from those of the scan that it is part of."""

    def __init__(self, points: "Points") -> None:
        self._points = points
        #: What its messages were answered with, statuses among it.
        self._answers: list[Any] = []
        self.foreign: Exception | None = None

    def around(self, moment: Moment, message: Msg) -> MsgGenerator:
        """Refuse a message of the hook, or send it and take note of what the engine throws."""
        if message.command in _REFUSED.get(moment, ()):
            raise _refusal(message, moment)
        if message.command == "set":  # the next point sends all axes: the hook may move one of
            self._points.forget()  # them, or what is behind it
        try:
            answer = yield message
        except Exception as error:  # the hook sees it, whosever it is
            if self.foreign is None and not self._is_own(error, message):
                self.foreign = error
            raise
        self._answers.append(answer)
        return answer

    def _is_own(self, error: Exception, message: Msg) -> bool:
        if isinstance(error, RunEngineControlException | FailedPause):
            return False
        if not isinstance(error, FailedStatus) or not error.args:
            return True
        failed = error.args[0]
        if any(failed is answer for answer in self._answers):
            return True
        # one that fails at once is thrown in place of the status itself
        is_scans = any(failed is status for status in self._points.counting)
        return message.command in _WITH_STATUS and not is_scans


def _refusal(message: Msg, moment: Moment) -> HookError:
    if message.command in _READING:
        hint = "the event is open: look at point.values, or read in post_point"
    else:
        hint = "the point could not be repeated after a pause: do it in pre_point or post_point"
    return HookError(f"cannot {message.command} in {moment}, where {hint}")
