"""How much attenuation a detector needs, step by step (GT-65, acquisition 5.6). Pure."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from planlib.amounts import Positive
from planlib.errors import PlanError

#: What to do at a level: take it, open one or two more, or go one back and take that.
Decision: TypeAlias = Literal["accept", "open", "skip", "back"]
#: Parts of the safe rate from which on a level is bright enough: in a region, and in all.
LOCAL_SHARE, GLOBAL_SHARE = 1 / 2, 1 / 2.8
#: Below this part of the safe rate, both, one level is left out.
DARK_SHARE = 1 / 5


@dataclass(frozen=True)
class SafeRates:
    """Counts per second that a detector stands: in its brightest region, and in all of it.

    Raises
    ------
    PlanError
        A rate that is not above zero.
    """

    local: Positive
    total: Positive

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not (self.local > 0 and self.total > 0):
            message = f"safe rates are above 0 counts/s, not {self.local:g} and {self.total:g}"
            raise PlanError(message)

    def decide(self, local: float, total: float) -> Decision:
        """Say what to do at a level of attenuation, given the rates there.

        Examples
        --------
        >>> SafeRates(1000, 5000).decide(100, 300)
        'skip'
        """
        if not (local <= self.local and total <= self.total):  # NaN is no reason to open
            return "back"
        if local >= LOCAL_SHARE * self.local or total >= GLOBAL_SHARE * self.total:
            return "accept"
        dark = local < DARK_SHARE * self.local and total < DARK_SHARE * self.total
        return "skip" if dark else "open"
