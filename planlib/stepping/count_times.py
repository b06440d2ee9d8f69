"""How each kind of detector is told how long to count.

The attributes of stock detectors were read from ophyd (``scaler.py``, ``areadetector/cam.py``) and
ophyd-async (``core/_detector.py``).
"""

import operator
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from bluesky.protocols import Preparable, Stageable
from bluesky.utils import Msg

from planlib.errors import PlanError
from planlib.messages import Counter, MsgGenerator
from planlib.stepping.groups import PREPARE
from planlib.stepping.reads import is_triggered
from reduction.counting import CountPolicy

#: Seconds in which a count time must have arrived; a readback that never agrees would wait for
#: ever.
DEADLINE = 30.0
#: Where detectors keep their count time, in seconds, as something that can be set: anybody's,
#: ophyd's EpicsScaler and ScalerCH, ophyd's areaDetector, ophyd-async's point detector.
SIGNALS = ("count_time", "preset_time", "cam.acquire_time", "acquire_time")

#: Makes the message that tells a count time.
Teller: TypeAlias = Callable[[float], Msg]


def prepare(counters: Sequence[Counter], count_time: float, group: str = PREPARE) -> MsgGenerator:
    """Tell the counters how long to count from here on, and wait until all have heard.

    Parameters
    ----------
    counters
        Those that cannot be told are left alone.
    count_time
        Seconds, or negative for counts of the monitor.
    group
        Of the messages.

    Raises
    ------
    PlanError
        One has not taken its count time within `DEADLINE`.
    """
    tellers = [teller for counter in counters if (teller := teller_of(counter))]
    for tell in tellers:
        message = tell(count_time)
        yield message._replace(kwargs={**message.kwargs, "group": group})
    if not tellers:
        return
    try:
        yield Msg("wait", None, group=group, timeout=DEADLINE)
    except TimeoutError as error:
        names = ", ".join(counter.name for counter in counters if teller_of(counter))
        message = f"a count time of {count_time:g} has not arrived in {DEADLINE:g} s at {names}"
        raise PlanError(message) from error


def require_countable(counters: Sequence[Any], count_times: Sequence[float]) -> None:
    """Refuse a detector whose count time cannot be set; what is only read has none to set.

    Raises
    ------
    PlanError
        With its name; also where counts of a monitor are asked for, and it has none (SC-04). A
        counter of ours may refuse with a sentence of its own.
    """
    for counter in counters if len(count_times) else ():
        if not is_counting(counter):
            continue
        if teller_of(counter) is None:
            message = (
                f"the count time of {counter.name} cannot be set: set it on the device and scan "
                "with count time None"
            )
            raise PlanError(message)
        _require_policies(counter, count_times)


def _require_policies(counter: Any, count_times: Sequence[float]) -> None:  # noqa: ANN401
    if min(count_times) < 0:
        _require_monitor(counter, min(count_times))
    if max(count_times) > 0 and hasattr(counter, "require_count_time"):
        counter.require_count_time()
    if hasattr(counter, "require_policy"):
        for count_time in {min(count_times), max(count_times)}:
            counter.require_policy(CountPolicy.of(count_time))


def _require_monitor(counter: Any, count_time: float) -> None:  # noqa: ANN401
    if _by_policy(counter) is not None and getattr(counter, "monitor", counter) is not None:
        return
    message = (
        f"{counter.name} cannot count to {-count_time:g} counts: it has no monitor; count for a "
        "time, or with a scaler that has one"
    )
    raise PlanError(message)


def is_counting(device: object) -> bool:
    """Tell detectors, which count for a time, from what is read at once."""
    return isinstance(device, Stageable) and is_triggered(device)


def teller_of(counter: object) -> Teller | None:
    """Give what tells this counter how long to count; None where nothing can."""
    return (
        _by_policy(counter)
        or _by_signal(counter, SIGNALS[:-1])
        or _by_info(counter)
        or (_by_signal(counter, SIGNALS[-1:]))
    )


def _by_policy(counter: Any) -> Teller | None:  # noqa: ANN401
    """Ours say their ``count_time`` and are prepared; others have something to set."""
    if not (isinstance(counter, Preparable) and hasattr(counter, "count_time")):
        return None
    if hasattr(counter.count_time, "set"):  # pyright: ignore[reportAttributeAccessIssue]
        return None
    return lambda count_time: Msg("prepare", counter, CountPolicy.of(count_time), group=PREPARE)


def _by_signal(counter: object, names: Sequence[str]) -> Teller | None:
    for name in names:
        try:
            signal: Any = operator.attrgetter(name)(counter)
        except AttributeError:
            continue
        if hasattr(signal, "set"):
            return lambda count_time, signal=signal: Msg("set", signal, count_time, group=PREPARE)
    return None


def _by_info(counter: object) -> Teller | None:
    """Prepare a detector of ophyd-async, which has then been imported, for one event a trigger."""
    core: Any = sys.modules.get("ophyd_async.core")
    if core is None or not isinstance(counter, core.StandardDetector):
        return None
    return lambda count_time: Msg(
        "prepare",
        counter,
        core.TriggerInfo(number_of_events=1, livetime=count_time),
        group=PREPARE,
    )
