"""What is triggered, and readings outside of events, of which a pause must not lose the answer."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import reduce
from typing import Any

from bluesky.protocols import Triggerable
from bluesky.utils import Msg

from planlib.deadlines import extended
from planlib.messages import Counter, MsgGenerator

#: An answer is lost where a pause comes between the question and the answer.
MOST_QUESTIONS = 5


def is_triggered(device: object) -> bool:
    """Leave out ophyd's devices that have nothing to trigger, as motors do."""
    trigger = getattr(type(device), "trigger", None)
    if getattr(trigger, "__module__", None) == "ophyd.device":  # nobody has overridden it
        return bool(getattr(device, "trigger_signals", ()))
    return isinstance(device, Triggerable)


def said_uncounted(counters: Sequence[Any]) -> str:
    """Say that none of the counters counts; nothing, an empty text, where one does."""
    if not counters or any(map(is_triggered, counters)):
        return ""
    names = ", ".join(each.name for each in counters)
    verb = "is" if len(counters) == 1 else "are"
    return f"nothing counts, so that the count time has no effect: {names} {verb} only read"


def triggered(devices: Iterable[Any], group: Hashable, *, timeout: float) -> MsgGenerator:
    """Trigger what can be triggered, and wait until all of it is done, so long and no longer.

    Begins with a checkpoint and ends with another: a pause in between counts again, and one that
    comes later reads only.

    Parameters
    ----------
    devices
        What is read afterwards; those that are not triggered are left alone.
    group
        Of the messages.
    timeout
        Seconds, whatever the devices' own deadlines.

    Raises
    ------
    TimeoutError
        They are not done in time.
    """
    yield from _triggered(devices, group, lambda _: timeout)


def counted(devices: Iterable[Any], group: Hashable, *, longest: float) -> MsgGenerator:
    """Trigger what can be triggered, and wait as long as it needs; else as `triggered`.

    Parameters
    ----------
    devices, group
        As there.
    longest
        Seconds for devices that have no deadline of their own.
    """
    yield from _triggered(devices, group, lambda statuses: reduce(extended, statuses, longest))


def _triggered(
    devices: Iterable[Any], group: Hashable, longest: Callable[[list[object]], float]
) -> MsgGenerator:
    yield Msg("checkpoint")
    chosen = [device for device in devices if is_triggered(device)]
    statuses: list[object] = []
    for device in chosen:
        statuses.append((yield Msg("trigger", device, group=group)))  # noqa: PERF401
    if chosen:
        yield Msg("wait", None, group=group, timeout=longest(statuses))
        yield Msg("checkpoint")


def reading(device: Counter) -> MsgGenerator:
    """Give what a device reads; it is read again where a pause has swallowed the answer.

    Nothing, an empty mapping, where nobody ever answers: plans are also listed without an engine.
    """
    for _ in range(MOST_QUESTIONS):
        answer = yield Msg("read", device)
        if answer is not None:
            return answer
    return {}
