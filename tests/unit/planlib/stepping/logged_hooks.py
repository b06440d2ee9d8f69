"""Hooks that write down when they are called, and fail where they are told to."""

from collections.abc import Callable
from typing import Any

import numpy as np

from planlib.stepping import (
    ChainPreset,
    Hook,
    Hooks,
    Moment,
    PointPreset,
    ScanPreset,
    StepScan,
    step_scan,
)
from planlib.trajectories import Trajectory
from tests.unit.planlib.stepping.logged_devices import Log

#: Moments that have hooks of their own; the others belong to presets.
NAMED = (
    *(Moment.PRE_SCAN, Moment.PRE_POINT, Moment.PRE_OPERATION, Moment.OPERATION),
    *(Moment.POST_OPERATION, Moment.POST_POINT, Moment.AT_BREAK, Moment.POST_SCAN),
)


class HookTroubleError(RuntimeError):
    """What a failing hook raises."""


def all_hooks(log: Log, fails: Callable[[str], bool] = lambda _: False, policy: Any = "abort"):
    """A hook at each moment, each kind of preset; `fails` is asked with what is written."""

    def write(word: str) -> None:
        log.append(word)
        if fails(word):
            raise HookTroubleError(f"no {word}")

    def named(word: str) -> Hook:
        return Hook(lambda: write(word), on_error=policy)

    class Preset:
        on_error = policy
        kind: str

        def prepare(self) -> None:
            write(f"{self.kind} prepare")

        def start(self) -> None:
            write(f"{self.kind} start")

        def stop(self) -> None:
            write(f"{self.kind} stop")

    class Whole(Preset, ScanPreset):
        kind = "scan"

    class Chain(Preset, ChainPreset):
        kind = "chain"

        def before_stop(self) -> None:
            write("chain before_stop")

    class Point(Preset, PointPreset):
        kind = "point"

    hooks = {moment.value: named(moment.value) for moment in NAMED}
    return Hooks(**hooks, presets=[Whole(), Chain(), Point()])


def three_points(axis: Any, detector: Any, **options: Any) -> Any:
    """A scan of three points, each with a breakpoint."""
    trajectory = Trajectory(np.array([[0.0], [1.0], [2.0]]), (3,), (0,), breakpoints=(0, 1, 2))
    return step_scan(StepScan((axis,), trajectory, [detector], **options))
