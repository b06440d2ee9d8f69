"""What users add to a scan, and when it is called: one mechanism for three systems' ways.

Py4Syn has seven callbacks (PS-90), BLISS presets of scans, chains and points (BL-84), StepScan its
``pre_scan``, ``post_scan`` and ``at_break`` (ES-08).
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from planlib.errors import PlanError
from planlib.stepping.hook import Hook, HookError, Moment, OnError, name_of
from planlib.stepping.presets import ChainPreset, PointPreset, Preset, ScanPreset

__all__ = ["NO_HOOKS", "Hook", "HookError", "Hooks", "Moment", "OnError"]

#: What stands for the hooks of a moment.
Given: TypeAlias = Callable[..., Any] | Hook | Iterable[Callable[..., Any] | Hook] | None


@dataclass(frozen=True, kw_only=True)
class Hooks:
    """What else happens in a scan, and when.

    Parameters
    ----------
    pre_scan, pre_point, pre_operation, operation, post_operation, post_point, at_break, post_scan
        Each a function, a plan, a `Hook`, or several of them; see `Moment` for when.
    presets
        `ScanPreset`, `ChainPreset` and `PointPreset`, which belong to several moments.

    Raises
    ------
    PlanError
        Something cannot be called, or is no preset.

    Examples
    --------
    >>> from planlib.stepping import Hook, Hooks
    >>> hooks = Hooks(operation=lambda point: print("counting", point.index))
    >>> hooks += Hooks(post_point=Hook(print, on_error="warn"))
    >>> [moment.value for moment in Moment if hooks.at(moment)]
    ['operation', 'post_point']
    """

    pre_scan: Given = ()
    pre_point: Given = ()
    pre_operation: Given = ()
    operation: Given = ()
    post_operation: Given = ()
    post_point: Given = ()
    at_break: Given = ()
    post_scan: Given = ()
    presets: Preset | Iterable[Preset] = ()

    def __post_init__(self) -> None:
        for each in fields(self):
            given = getattr(self, each.name)
            found = _presets(given) if each.name == "presets" else _hooks(given)
            object.__setattr__(self, each.name, found)
        by_moment = {moment: self._collected(moment) for moment in Moment}
        object.__setattr__(self, "_by_moment", by_moment)

    def at(self, moment: Moment) -> tuple[Hook, ...]:
        """Give the hooks of a moment, in the order in which they are called."""
        return self._by_moment[moment]  # pyright: ignore[reportAttributeAccessIssue]

    def __add__(self, other: "Hooks") -> "Hooks":
        """Call these, then the others."""
        if not isinstance(other, Hooks):
            return NotImplemented
        names = [each.name for each in fields(self)]
        return Hooks(**{name: (*getattr(self, name), *getattr(other, name)) for name in names})

    def __bool__(self) -> bool:
        return any(self._by_moment.values())  # pyright: ignore[reportAttributeAccessIssue]

    def _collected(self, moment: Moment) -> tuple[Hook, ...]:
        own = getattr(self, moment.value, ()) if moment.value != "presets" else ()
        return (*own, *self._of_presets(moment))

    def _of_presets(self, moment: Moment) -> Iterator[Hook]:
        """Give the methods that presets have for a moment; those that end it in reverse order."""
        presets: Any = self.presets
        if moment in _METHODS_IN_REVERSE:
            presets = reversed(presets)
        for preset in presets:
            method = _METHODS.get(moment, {}).get(_kind(preset))
            if method is not None and getattr(type(preset), method) is not getattr(Preset, method):
                yield Hook(getattr(preset, method), preset.on_error)


_RUN = (ScanPreset, ChainPreset)
#: The method of each kind of preset at a moment.
_METHODS: dict[Moment, dict[type[Preset], str]] = {
    Moment.PREPARE: dict.fromkeys(_RUN, "prepare"),
    Moment.START: dict.fromkeys(_RUN, "start"),
    Moment.PREPARE_POINT: {PointPreset: "prepare"},
    Moment.START_POINT: {PointPreset: "start"},
    Moment.STOP_POINT: {PointPreset: "stop"},
    Moment.BEFORE_STOP: {ChainPreset: "before_stop"},
    Moment.STOP: dict.fromkeys(_RUN, "stop"),
}
_METHODS_IN_REVERSE = (Moment.STOP_POINT, Moment.BEFORE_STOP, Moment.STOP)


def _kind(preset: Preset) -> type[Preset]:
    return next(kind for kind in (ScanPreset, ChainPreset, PointPreset) if isinstance(preset, kind))


def _hooks(given: Any) -> tuple[Hook, ...]:  # noqa: ANN401 - whatever was typed
    if given is None:
        return ()
    several: Iterable[Any] = (given,)
    if (
        isinstance(given, Iterable)
        and not isinstance(given, str)
        and not inspect.isgenerator(given)
    ):
        several = given
    return tuple(each if isinstance(each, Hook) else Hook(each) for each in several)


def _presets(given: Any) -> tuple[Preset, ...]:  # noqa: ANN401 - whatever was typed
    several = tuple(given) if isinstance(given, Iterable) else (given,)
    for each in several:
        if not isinstance(each, ScanPreset | ChainPreset | PointPreset):
            hint = f"give {each.__name__}()" if isinstance(each, type) else "derive it from one"
            message = (
                f"{name_of(each)} is no ScanPreset, ChainPreset or PointPreset of its own: {hint}"
            )
            raise PlanError(message)
    return several


NO_HOOKS = Hooks()

#: Moments at which a device of a scan may have something to do of its own, by what it is called.
_OF_DEVICES = (Moment.PRE_SCAN, Moment.AT_BREAK, Moment.POST_SCAN)


def hooks_of(devices: Sequence[Any]) -> Hooks:
    """Give what the counters of a scan do of their own: ``pre_scan``, ``at_break``, ``post_scan``.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> hooks = hooks_of([SimpleNamespace(pre_scan=lambda: None), SimpleNamespace()])
    >>> [moment.value for moment in Moment if hooks.at(moment)]
    ['pre_scan']
    """
    given = {
        moment.value: [hook for each in devices if (hook := getattr(each, moment.value, None))]
        for moment in _OF_DEVICES
    }
    return Hooks(**given) if any(given.values()) else NO_HOOKS
