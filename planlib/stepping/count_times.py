"""How each kind of detector is told how long to count."""

from collections.abc import Sequence
from typing import Any

from bluesky.protocols import Stageable, Triggerable
from bluesky.utils import Msg

from planlib.errors import PlanError
from planlib.messages import Counter, MsgGenerator
from reduction.counting import CountPolicy

#: Waited for together.
PREPARE = "prepare"


def prepare(counters: Sequence[Counter], count_time: float) -> MsgGenerator:
    """Tell the counters how long to count from here on.

    Ours have ``count_time`` as a number and take a `CountPolicy` by ``prepare``; on others it may
    be something that can be set.
    """
    policy = CountPolicy.of(count_time)
    told = False
    for counter in counters:
        preset = getattr(counter, "count_time", None)
        if preset is None:
            continue
        if isinstance(preset, float):
            yield Msg("prepare", counter, policy, group=PREPARE)
        else:
            yield Msg("set", preset, count_time, group=PREPARE)
        told = True
    if told:
        yield Msg("wait", None, group=PREPARE)


def require_countable(counters: Sequence[Any], count_times: Sequence[float]) -> None:
    """Refuse a detector whose count time cannot be set; a plain signal has none to set.

    Raises
    ------
    PlanError
        With its name.
    """
    for counter in counters if len(count_times) else ():
        is_detector = isinstance(counter, Stageable) and isinstance(counter, Triggerable)
        if is_detector and not hasattr(counter, "count_time"):
            name = getattr(counter, "name", "a detector")
            message = (
                f"the count time of {name} cannot be set: set it on the device and scan with "
                "count time None"
            )
            raise PlanError(message)
