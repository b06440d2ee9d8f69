"""What an argument must be by its type hint."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

import pytest
from ophyd.sim import SynGauss

from blueline.config.argument_types import argument_types, misfits, unknown_argument
from devices import McaRegion, Motor

if TYPE_CHECKING:
    from decimal import Decimal


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Words(TypedDict):
    text: str


@dataclass
class Pair:
    low: float


@pytest.mark.parametrize(
    ("value", "hint", "told"),
    [
        ("4", int, "a whole number is needed, not '4'"),
        (4.0, int, "a whole number is needed, not 4.0"),
        (True, int, "a whole number is needed, not True"),
        ("fast", float, "a number is needed, not 'fast'"),
        (1, str, "text is needed, not 1: it goes into quotes"),
        ("true", bool, "true or false is needed, not 'true'"),
        (None, float, "a number is needed, not nothing"),
        ("x", float | None, "a number is needed, not 'x'"),
        ("x", int | Pair, "a whole number or Pair is needed, not 'x'"),
        ("lve", Literal["live", "real"], "live or real is needed, not 'lve': did you mean live?"),
        ("rde", Colour, "red or blue is needed, not 'rde': did you mean red?"),
        (3, Sequence[str], "a list is needed, not 3"),
        ({"a": 1}, list, "a list is needed, not keys and values"),
        ([1], Mapping[str, int], "keys and values are needed, not a list"),
        ([1.0], tuple[float, float], "a list of 2 is needed, not of 1"),
        ([1, 2, 3], McaRegion | tuple[float, float], "a list of 2 is needed, not of 3"),
        (2, Annotated[str, "a note"], "text is needed, not 2: it goes into quotes"),
        (
            "bragg",
            Motor,
            "Motor is needed, not 'bragg': $bragg is the device of that name, class and arguments "
            "make one in place",
        ),
        (
            {"low": 1},
            Pair,
            "Pair is needed, not keys and values: $name is a device, class and arguments make one "
            "in place",
        ),
    ],
)
def test_a_value_of_another_type_is_told_with_what_is_needed(value, hint, told):
    assert list(misfits(value, hint)) == [((), told)]


@pytest.mark.parametrize(
    ("value", "hint", "place"),
    [
        ({"I0": "two", "It": 3}, Mapping[str, int | Pair], ("I0",)),
        ([[1, 2], ["a", 2]], Sequence[tuple[float, float]], (1, 0)),
        ({"a": ["x", 2]}, dict[str, Pair | tuple[float, float]], ("a", 0)),
    ],
)
def test_what_is_wrong_inside_of_a_value_is_told_at_its_place(value, hint, place):
    assert [where for where, _ in misfits(value, hint)] == [place]


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (4, float),
        ([1, 2.5], tuple[float, float]),
        ([], tuple[str, ...]),
        (None, float | None),
        ("red", Colour),
        ({"text": "a"}, Words),
        ("a", Path | str),
        ([1, 2], object),
        ("a", Callable[[], bool]),
        ("events", Sequence[str]),
        (["a"], Iterable[Any]),
        ("$bragg", Motor),
        ("$oven.readback", float),
        ({"class": "devices.Channel", "arguments": {"number": 3}}, Pair),
        ([1], list),
        (1, "NotKnownHere"),
    ],
)
def test_what_fits_and_what_cannot_be_judged_passes(value, hint):
    assert list(misfits(value, hint)) == []


class Base:
    def __init__(self, *, gain: float = 1.0, **options: Any) -> None: ...


class Own(Base):
    def __init__(self, mode: "Literal['a']", later: "Decimal", **options: Any) -> None: ...


class Closed(Own):
    def __init__(self, number: int) -> None: ...


def test_types_are_those_of_the_class_and_of_what_it_passes_arguments_to():
    assert argument_types(Own) == {"mode": Literal["a"], "gain": float}
    assert argument_types(Closed) == {"number": int}
    assert argument_types(Pair) == {"low": float}
    assert argument_types(len) == {}


def test_an_argument_that_no_base_takes_is_unknown_only_where_bases_are_ours():
    assert unknown_argument(Motor, ["tolerence"]) == "tolerence: did you mean tolerance?"
    assert unknown_argument(Motor, ["tolerance", "labels"]) == ""
    assert unknown_argument(Own, ["anything"]) == ""
    assert unknown_argument(Closed, ["numbr"]) == "numbr: did you mean number?"


def test_of_a_class_that_takes_arguments_out_of_the_others_nothing_is_known():
    """ophyd's simulated counter takes noise and sigma in this way."""
    assert unknown_argument(SynGauss, ["noise", "sigma"]) == ""
