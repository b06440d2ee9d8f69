"""Numbers that tell how a multichannel analyser fared: events and rates (BL-128)."""

import math
from collections.abc import Mapping, Sequence

from devices.errors import InvalidTargetError

#: What there is, and its unit.
STATISTICS: Mapping[str, str] = {"events": "counts", "input_rate": "Hz", "output_rate": "Hz"}


def checked_statistics(name: str, words: Sequence[str]) -> tuple[str, ...]:
    """Give the statistics that are to be recorded.

    Raises
    ------
    InvalidTargetError
        One is not known, or named twice.
    """
    given = (words,) if isinstance(words, str) else tuple(words)
    for word in given:
        if word not in STATISTICS:
            message = f"the statistics of {name} are {', '.join(STATISTICS)}, and not {word!r}"
            raise InvalidTargetError(message)
    if len(set(given)) < len(given):
        message = f"each of the statistics of {name} is named once, not as in {given!r}"
        raise InvalidTargetError(message)
    return given


def statistics_of(
    events: float, real: float, live: float, rates: Sequence[float]
) -> dict[str, float]:
    """Give all of them.

    Parameters
    ----------
    real, live
        Seconds.
    rates
        Input and output rate as electronics tell them; where there are none, events over live and
        over real time.

    Examples
    --------
    >>> statistics_of(1000.0, real=2.0, live=1.0, rates=())
    {'events': 1000.0, 'input_rate': 1000.0, 'output_rate': 500.0}
    """
    found = tuple(rates) or (_rate(events, live), _rate(events, real))
    return {"events": events, "input_rate": found[0], "output_rate": found[1]}


def _rate(events: float, seconds: float) -> float:
    return events / seconds if seconds > 0 else math.nan
