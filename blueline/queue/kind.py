"""What an argument of a plan may be, told three ways: to the queue server, to forms, to plans.

Each kind gives the type expression that bluesky-queueserver 0.0.25 checks at submission
(`_process_annotation` of its `profile_ops`), a JSON Schema (draft 2020-12), and reads what has come
as JSON into what the plan takes. Pure.
"""

import math
import operator
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from typing_extensions import override

from blueline.nearest import did_you_mean
from planlib.errors import PlanError

#: Lowest and highest number, None where there is none.
Bounds: TypeAlias = tuple[float | None, float | None]


@dataclass
class Groups:
    """Names that a type expression refers to, as the queue server's decorator takes them.

    Parameters
    ----------
    devices, plans, enums
        By the name that the expression has for the list.
    """

    devices: dict[str, list[str]] = field(default_factory=dict)
    plans: dict[str, list[str]] = field(default_factory=dict)
    enums: dict[str, list[str]] = field(default_factory=dict)


class Kind(ABC):
    """What an argument may be."""

    @abstractmethod
    def said(self) -> str:
        """Say it, as in "must be a number from 0 on"."""

    @abstractmethod
    def encoded(self, groups: Groups) -> str:
        """Give the queue server's type expression; lists of names go into `groups`."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Give the JSON Schema."""

    @abstractmethod
    def read(self, value: object, where: str) -> Any:  # noqa: ANN401
        """Give the argument that the plan takes.

        Raises
        ------
        PlanError
            It is none of this kind; `where` begins the sentence.
        """

    def numbers(self) -> "Sequence[Number]":
        """Give the numbers that may be somewhere in it: the queue server bounds them all alike."""
        return ()

    def words(self) -> Sequence[str]:
        """Give the words that may be somewhere in it: names of devices, choices."""
        return ()

    def refused(self, value: object, where: str) -> PlanError:
        """Give the sentence that refuses a value, with a word that is near."""
        name = getattr(value, "name", None)
        shown = name if isinstance(name, str) else f"{value!r:.60}"
        return PlanError(f"{where} must be {self.said()}, not {shown}{meant(value, self.words())}")


def meant(value: object, words: Sequence[str]) -> str:
    """Give the end of a sentence that refuses a word: the one that was meant, where one is near.

    Examples
    --------
    >>> meant("thta", ["x", "theta"])
    '; did you mean theta?'
    """
    hint = did_you_mean(value, words) if isinstance(value, str) else ""
    return f"; {hint}" if hint else ""


@dataclass(frozen=True)
class Number(Kind):
    """A finite number, perhaps whole, perhaps bounded.

    Parameters
    ----------
    whole
        Only integers.
    low, high
        Bounds; None for none.
    above, below
        Whether the bounds themselves are refused.
    """

    whole: bool = False
    low: float | None = None
    high: float | None = None
    above: bool = False
    below: bool = False

    @override
    def said(self) -> str:
        what = "a whole number" if self.whole else "a finite number"
        low = "" if self.low is None else f" {'above' if self.above else 'from'} {self.low:g}"
        on = "" if self.above or self.low is None or self.high is not None else " on"
        high = (
            "" if self.high is None else f" {'below' if self.below else 'up to'} {self.high:.10g}"
        )
        return f"{what}{low}{on}{high}"

    @override
    def encoded(self, groups: Groups) -> str:
        return "int" if self.whole else "typing.Union[int, float]"  # float alone takes True

    @override
    def schema(self) -> dict[str, Any]:
        told: dict[str, Any] = {"type": "integer" if self.whole else "number"}
        if self.low is not None:
            told["exclusiveMinimum" if self.above else "minimum"] = self.low
        if self.high is not None:
            told["exclusiveMaximum" if self.below else "maximum"] = self.high
        return told

    @override
    def read(self, value: object, where: str) -> int | float:
        number = self._number(value)
        if number is None or not self._is_within(number):
            raise self.refused(value, where)
        return number

    def _number(self, value: object) -> int | float | None:
        if isinstance(value, bool | str | bytes) or not hasattr(value, "__float__"):
            return None
        with suppress(TypeError, ValueError, OverflowError):
            found = operator.index(value) if self.whole else float(value)  # type: ignore[arg-type]
            if not isinstance(value, int) or self.whole:
                return found if math.isfinite(float(found)) else None
            return value
        return None

    def _is_within(self, number: float) -> bool:
        low, high = self.bounds
        return (low is None or number >= low) and (high is None or number <= high)

    @property
    def bounds(self) -> Bounds:
        """Lowest and highest number that is accepted, both included."""
        low, high = self.low, self.high
        if self.above and low is not None:
            low = math.floor(low) + 1 if self.whole else math.nextafter(low, math.inf)
        if self.below and high is not None:
            high = math.ceil(high) - 1 if self.whole else math.nextafter(high, -math.inf)
        return low, high

    @override
    def numbers(self) -> "Sequence[Number]":
        return (self,)


def shared_bounds(numbers: Sequence[Number]) -> Bounds:
    """Give the bounds that hold for all numbers of an argument: the widest of each.

    The queue server has one pair for whatever number is in an argument.
    """
    lows = [number.bounds[0] for number in numbers]
    highs = [number.bounds[1] for number in numbers]
    low = min((each for each in lows if each is not None), default=None)
    high = max((each for each in highs if each is not None), default=None)
    return (None if None in lows else low), (None if None in highs else high)
