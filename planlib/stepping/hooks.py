"""What users add to a scan, and when it is called: one mechanism for three systems' ways.

Py4Syn has seven callbacks (PS-90), BLISS presets of scans, chains and points (BL-84), StepScan its
``pre_scan``, ``post_scan`` and ``at_break`` (ES-08).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from planlib.messages import MsgGenerator

#: What a failing hook does to the scan.
OnError: TypeAlias = Literal["abort", "warn", "ignore"]


class Moment(StrEnum):
    """When a hook is called, in the order of a scan."""

    #: Presets prepare, before the run is opened.
    PREPARE = "prepare"
    #: The run is open; nothing has moved.
    PRE_SCAN = "pre_scan"
    #: Presets start; then the axes go to the first point and extras are recorded.
    START = "start"
    #: A point's presets prepare.
    PREPARE_POINT = "prepare_point"
    #: Before the axes move; a point that is repeated after a pause begins behind it.
    PRE_POINT = "pre_point"
    #: The axes are there.
    PRE_OPERATION = "pre_operation"
    #: A point's presets start.
    START_POINT = "start_point"
    #: While the counters count.
    OPERATION = "operation"
    #: Counters have been read, the event is not out yet.
    POST_OPERATION = "post_operation"
    #: The event is out.
    POST_POINT = "post_point"
    #: A point's presets stop.
    STOP_POINT = "stop_point"
    #: After a breakpoint's point.
    AT_BREAK = "at_break"
    #: After the last point, presets of chains.
    BEFORE_STOP = "before_stop"
    #: After the last point; also after errors.
    POST_SCAN = "post_scan"
    #: Presets stop; also after errors.
    STOP = "stop"


@dataclass(frozen=True)
class Hook:
    """Something to call, and what happens if it fails."""

    call: Callable[..., Any]
    on_error: OnError = "abort"


@dataclass(frozen=True)
class Hooks:
    """Hooks by moment."""

    by_moment: Mapping[Moment, Sequence[Hook]] = field(default_factory=dict)

    def at(self, moment: Moment) -> tuple[Hook, ...]:
        """Give the hooks of a moment, in order."""
        return tuple(self.by_moment.get(moment, ()))


NO_HOOKS = Hooks()


def call_hooks(hooks: Sequence[Hook], point: Any) -> MsgGenerator:  # noqa: ANN401
    """Call hooks one after the other."""
    for hook in hooks:
        called = hook.call(point)
        if hasattr(called, "send"):
            yield from called
