"""Parts of a plan that do themselves again where a pause makes the engine replay messages.

After a pause bluesky sends the messages since the last checkpoint again; the plan is not asked, so
that what it has computed, and what hooks have done in Python, stays as it was before the pause. A
part that begins with a gate does better: the gate is a message that fails when it is sent a second
time. The engine throws the failure into the plan, and the part begins again.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from bluesky.run_engine import TransitionError  # pyright: ignore[reportPrivateImportUsage]
from bluesky.utils import (
    FailedStatus,
    IllegalMessageSequence,
    Msg,
    RunEngineControlException,
)

from planlib.messages import MsgGenerator

#: Suspensions within a moment after a failure that are borne.
_MOST_REPLAYED = 20


class Rewound(RunEngineControlException):
    """The engine replays a part that does itself again; plans let it pass as they do aborts."""

    #: What the run's stop document would say if nobody did.
    exit_status = "fail"

    def __init__(self, gate: "_Gate") -> None:
        super().__init__("a part of a scan was to be repeated, and was not")
        self.gate = gate


class _Gate:
    """Awaitable once."""

    def __init__(self) -> None:
        self._passed = False

    def __call__(self) -> "asyncio.Future[None]":
        if self._passed:
            raise Rewound(self)
        self._passed = True
        passed = asyncio.get_running_loop().create_future()
        passed.set_result(None)
        return passed


def checkpoint() -> MsgGenerator:
    """Begin something that can be repeated, also in a clean-up.

    A pause that was asked for at the next checkpoint, and came too late, is no error there.
    """
    with contextlib.suppress(TransitionError):
        yield Msg("checkpoint")


def repeatable(
    part: Callable[[], MsgGenerator],
    before_again: Callable[[], MsgGenerator] | None = None,
    *,
    once: bool = False,
) -> MsgGenerator:
    """Do a part behind a checkpoint; after a pause, begin it again.

    Parameters
    ----------
    part
        Makes the plan, each time.
    before_again
        Is done before the part begins again.
    once
        The part makes no documents, and is not to be repeated when it is over.
    """
    again = is_over = False
    result: Any = None
    while True:
        gate = _Gate()
        try:
            if again and before_again is not None:
                yield from before_again()
            yield from checkpoint()
            yield Msg("wait_for", None, [gate])
            if not (is_over and once):
                result = yield from part()
                is_over = True
            yield from checkpoint()  # the gate is forgotten: what comes after may be replayed
        except Rewound as rewound:
            if rewound.gate is not gate:
                raise
            again = True
        else:
            return result


def forgotten() -> MsgGenerator:
    """Leave nothing of a part that has failed to be replayed: no open event, no message.

    A suspension may have come first, as one lost connection fails a count and trips a guard: then
    the part was replayed, and what has failed by that, a gate that was passed among it, is no news.
    What goes on failing is.
    """
    for left in reversed(range(_MOST_REPLAYED)):
        try:
            with contextlib.suppress(IllegalMessageSequence, FailedStatus):
                yield Msg("drop")
            yield from checkpoint()
        except Rewound:
            if not left:
                raise
        except RunEngineControlException:
            raise
        except Exception:  # whatever fails once more
            if not left:
                raise
        else:
            return
