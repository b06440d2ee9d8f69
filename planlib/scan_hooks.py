"""Hooks of the axes of a scan act before and after it (BL-59)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bluesky.preprocessors import finalize_wrapper
from bluesky.utils import Msg, RunEngineControlException

from planlib.messages import MsgGenerator
from planlib.real_axes import members_of, real_axes
from planlib.stepping.hook import Hook, HookError
from planlib.stepping.hook_thread import Call
from planlib.wrapping import wrapped

#: Seconds that one hook may take before a scan, and after it.
SCAN_HOOK_DEADLINE = 60.0
#: Messages by which a plan shows its axes before it opens a run.
_SHOWING = frozenset({"stage", "locate"})


class ScanHooks:
    """A preprocessor: hooks of the axes that a scan names are called before and after it.

    An axis has its hooks as ``hooks``, see `devices.MotionHook`; those of a derived axis are on its
    real axes. They are called in a thread, before the run is opened
    and when it has been closed, or when the plan ends without that. A ``pre_scan`` that raises
    refuses the scan; ``post_scan`` is called of each whose ``pre_scan`` was.

    A scan names its axes as ``motors`` when it opens a run, as all scans of bluesky do. Moves by
    plans that do not are the business of the devices.

    Parameters
    ----------
    are_any
        Tells whether anything has hooks; each plan is looked at where it is left out.

    Examples
    --------
    >>> RE.preprocessors.append(ScanHooks())  # doctest: +SKIP
    """

    def __init__(self, are_any: Callable[[], bool] = lambda: True) -> None:
        self._are_any = are_any

    def __call__(self, plan: MsgGenerator) -> MsgGenerator:
        """Pass a plan through."""
        if not self._are_any():
            return plan
        scans = _Scans()
        return finalize_wrapper(wrapped(plan, scans.around), scans.end_all)


@dataclass(frozen=True)
class _Begun:
    """A hook that was called before a scan."""

    hook: Any
    axes: tuple[Any, ...]


class _Scans:
    """The scans of one plan that are open, and the axes it has shown."""

    def __init__(self) -> None:
        self._seen: dict[str, Any] = {}
        self._open: dict[Any, list[_Begun]] = {}

    def around(self, message: Msg) -> MsgGenerator | None:
        """Give what is done in the place of a message."""
        command = message.command
        if command in _SHOWING:
            self._seen |= _named(message.obj)
        elif command == "open_run":
            hooks = self._hooks_of(message.kwargs.get("motors") or ())
            return self._opening(message, hooks) if hooks else None
        elif command == "close_run" and message.run in self._open:
            return self._closing(message)
        return None

    def end_all(self) -> MsgGenerator:
        """Call what is still to be called."""
        yield from self._ended(*self._open)

    def _hooks_of(self, motors: Iterable[object]) -> list[_Begun]:
        named = [self._seen[name] for name in map(str, motors) if name in self._seen]
        hooks: dict[int, tuple[Any, list[Any]]] = {}
        for axis in real_axes(named):
            for hook in getattr(axis, "hooks", None) or ():
                hooks.setdefault(id(hook), (hook, []))[1].append(axis)
        return [_Begun(hook, tuple(axes)) for hook, axes in hooks.values()]

    def _opening(self, message: Msg, hooks: list[_Begun]) -> MsgGenerator:
        begun = self._open[message.run] = []
        for each in hooks:
            yield from _called(each.hook, "init", each.hook.turns.make_ready)
            begun.append(each)
            before = partial(each.hook.turns.before_scan, each.axes)
            yield from _called(each.hook, "pre_scan", before)
        return (yield message)

    def _closing(self, message: Msg) -> MsgGenerator:
        answer = yield message
        yield from self._ended(message.run)
        return answer

    def _ended(self, *runs: object) -> MsgGenerator:
        """Call all, the last one first, whatever becomes of the others: also after an abort."""
        failures: list[Exception] = []
        for each in [each for run in runs for each in reversed(self._open.pop(run, []))]:
            try:
                after = partial(each.hook.turns.after_scan, each.axes)
                yield from _called(each.hook, "post_scan", after)
            except RunEngineControlException as asked:
                failures.insert(0, asked)
            except Exception as error:  # of whatever a hook raises
                failures.append(error)
        if failures:
            raise failures[0]


def _named(device: Any) -> Mapping[str, Any]:  # noqa: ANN401 - any device
    """Give a device, and the axes that are parts of it, by name."""
    found = [device, *members_of(device).values()]
    return {str(each.name): each for each in found if hasattr(each, "name")}


def _called(hook: object, what: str, function: Callable[[], None]) -> MsgGenerator:
    """Call a function in a thread, once, also where a pause has messages sent again."""
    call = Call(Hook(function, deadline=SCAN_HOOK_DEADLINE), {}, {})
    yield Msg("wait_for", None, [_Once(call)])
    error = call.error
    if error is not None:
        message = f"{what} of {type(hook).__name__} failed: {error or type(error).__name__}"
        raise HookError(message) from error


class _Once:
    """Begin a call once; whoever waits again waits for the same."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._done: Any = None

    def __call__(self) -> Any:  # noqa: ANN401 - a future
        if self._done is None:
            self._done = self._call()
        return self._done
