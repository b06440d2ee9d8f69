"""Open attenuators until a detector sees enough and not too much (GT-65, acquisition 5.6)."""

from collections.abc import Sequence
from typing import Any

from bluesky import preprocessors as bpp
from bluesky.utils import Msg

from planlib import checks
from planlib.amounts import LastingSeconds, Points
from planlib.calls import plan
from planlib.context import session_context
from planlib.counting.attenuation import SafeRates
from planlib.counting.rates import Rates, require_seconds
from planlib.errors import PlanError
from planlib.messages import Axis, Counter, MsgGenerator
from planlib.reach.asynchronous import require_places
from planlib.stepping.cleanup import Tell, staged
from planlib.stepping.count_times import require_countable
from planlib.stepping.places import sent


@plan(
    "attenuate(filters, [(1, 2), (1,), ()], cam, local='cam_roi_max', total='cam_total', safe=...)"
)
def attenuate(  # noqa: PLR0913 - what acquisition 5.6 lets people choose
    attenuator: Axis,
    levels: Sequence[Any],
    counter: Counter,
    *,
    local: str,
    total: str,
    safe: SafeRates,
    count_time: LastingSeconds = 1.0,
    samples: Points = 5,
) -> MsgGenerator:
    """Begin behind the most attenuation and open it step by step; go back where it is too bright.

    At each level the mean of some counts decides: above a safe rate, one level back; above half of
    the local or 1/2.8 of the global safe rate, this is it; below a fifth of both, the next level is
    left out. After a step back, the first level that is not too bright is it: it never stays where
    it has not counted. Whatever fails, the attenuator goes back to the most attenuation.

    Parameters
    ----------
    attenuator
        Anything that can be set to the levels.
    levels
        What it is set to, from the most attenuation to the least.
    counter
        The detector.
    local, total
        Its columns: counts in the brightest region, and in all.
    safe
        Counts per second that it stands.
    count_time
        Seconds of each count.
    samples
        Counts at each level.

    Returns
    -------
    The level it has stopped at.

    Raises
    ------
    PlanError
        The most attenuation is too bright: the beam stop is probably misaligned.

    Examples
    --------
    >>> safe = SafeRates(local=1e5, total=1e7)
    >>> plan = attenuate(filters, [(1, 2), (1,), ()], cam, local="cam_max", total="cam_sum",
    ...                  safe=safe)  # doctest: +SKIP
    """
    checks.require_axis(attenuator)
    steps = list(levels) if isinstance(levels, Sequence) else []
    if not isinstance(safe, SafeRates):
        message = f"safe is given as in safe=SafeRates(local=1e5, total=1e7), not {safe!r:.40}"
        raise PlanError(message)
    checks.require_whole("the number of samples", samples)
    if not steps:
        message = "name at least one level, from the most attenuation to the least"
        raise PlanError(message)
    seconds = require_seconds(count_time)
    (found,) = checks.require_counters([counter], ())
    require_countable([found], [seconds])
    yield from require_places(attenuator, steps)
    rates = Rates(found, (local, total), seconds, samples)
    session = yield from session_context()
    opening = _opened(attenuator, steps, rates, safe, session.tell)
    opened = staged(opening, [found], session.tell)
    level = yield from bpp.contingency_wrapper(
        opened, except_plan=lambda _: _set(attenuator, steps[0]), auto_raise=True
    )
    session.tell(f"{attenuator.name} stays at {level}")
    return level


def _opened(
    attenuator: Axis, levels: list[Any], rates: Rates, safe: SafeRates, tell: Tell
) -> MsgGenerator:
    at, is_closing = 0, False
    while True:
        yield from _set(attenuator, levels[at])
        local, total = yield from rates.measured()
        decision = safe.decide(local, total)
        tell(f"{attenuator.name} {levels[at]}: {local:.4g} and {total:.4g} counts/s: {decision}")
        if decision == "back":
            if at == 0:
                message = (
                    f"{rates.counter.name} sees {local:.4g} and {total:.4g} counts/s behind the "
                    "most attenuation, more than it stands: is the beam stop in place?"
                )
                raise PlanError(message)
            at, is_closing = at - 1, True
            continue  # that level may have been left out, or the beam may have grown
        if is_closing or decision == "accept" or at == len(levels) - 1:
            return levels[at]
        at = min(at + (2 if decision == "skip" else 1), len(levels) - 1)


def _set(attenuator: Axis, level: Any) -> MsgGenerator:  # noqa: ANN401 - what it takes
    yield Msg("checkpoint")
    yield from sent([(attenuator, level)])
