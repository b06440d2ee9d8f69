"""Type hints, as sites write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, NewType, Optional, Protocol, TypedDict, Union

import numpy as np
import pytest
from annotated_types import Ge, Gt, Interval, Le, Len, Lt, MinLen
from bluesky.protocols import Flyable, Movable, Readable
from numpy.typing import NDArray
from ophyd.sim import SynAxis
from pydantic import Field

from blueline.queue.hints import Hints, said_of
from blueline.queue.kind import Groups
from blueline.queue.offered import Offered
from blueline.queue.refusals import NotForQueueError
from planlib.messages import Axis, Counter, MsgGenerator
from planlib.stepping import Hooks
from tests.unit.blueline.queue.queued_plans import make_devices

#: What a flag is not taken for.
FLOAT = "typing.Union[int, float]"
Volts = NewType("Volts", float)


class Mode(Enum):
    FAST = "fast"
    SLOW = "slow"


@dataclass
class Region:
    start: float
    action: Callable[[], None] | None = None
    step: Annotated[float, Gt(0)] = 1.0


class Options(TypedDict, total=False):
    often: int


class Quiet(Protocol):
    name: str

    def read(self) -> None: ...


@pytest.fixture(scope="module")
def hints():
    return Hints(Offered(make_devices()), {"sct": None})


ENCODED = {
    "float": (float, FLOAT),
    "int": (int, "int"),
    "bool": (bool, "bool"),
    "str": (str, "str"),
    "path": (Path, "str"),
    "any": (Any, "typing.Any"),
    "new type": (Volts, FLOAT),
    "union": (int | str, "typing.Union[int, str]"),
    "old union": (Union[int, str], "typing.Union[int, str]"),  # noqa: UP007 - as people write
    "optional": (Optional[int], "typing.Union[int, NoneType]"),  # noqa: UP045 - as people write
    "literal": (Literal["a", "b"], "typing.Literal['a', 'b']"),
    "enum": (Mode, "typing.Literal['fast', 'slow']"),
    "list": (list[float], f"typing.List[{FLOAT}]"),
    "sequence": (Sequence[int], "typing.List[int]"),
    "iterable": (Iterable[int], "typing.List[int]"),
    "bare list": (list, "typing.List[typing.Any]"),
    "set": (set[str], "typing.List[str]"),
    "array": (NDArray[np.float64], f"typing.List[{FLOAT}]"),
    "tuple": (tuple[Axis, float], f"typing.Tuple[Axes, {FLOAT}]"),
    "open tuple": (tuple[int, ...], "typing.List[int]"),
    "mapping": (Mapping[str, float], f"typing.Dict[str, {FLOAT}]"),
    "dict": (dict, "typing.Dict[str, typing.Any]"),
    "dataclass": (Region, f"typing.Dict[RegionFields, {FLOAT}]"),
    "typed mapping": (Options, "typing.Dict[OptionsFields, int]"),
    "axis": (Axis, "Axes"),
    "counter": (Counter, "Counters"),
    "movable": (Movable, "Movables"),
    "movable of": (Movable[float], "Movables"),
    "class": (SynAxis, "SynAxisDevices"),
    "nested": (
        list[Counter | list[Counter]],
        "typing.List[typing.Union[Counters, typing.List[Counters]]]",
    ),
    "code beside text": (str | Callable[[], bool], "str"),
    "annotated": (Annotated[int, Ge(1)], "int"),
    "plan": (
        MsgGenerator,
        "typing.Dict[CallFields, typing.Union[QueuedPlans, typing.List[typing.Any], "
        "typing.Dict[str, typing.Any]]]",
    ),
}


@pytest.mark.parametrize("case", ENCODED)
def test_a_hint_is_told_to_the_queue_server(hints, case):
    hint, expression = ENCODED[case]
    assert hints.kind(hint).encoded(Groups()) == expression


@pytest.mark.parametrize(
    "hint",
    [
        Callable[[], None],
        Callable[[], bool] | None,
        complex,
        bytes,
        Hooks,
        type,
        list[Callable[[], None]],
        Quiet,
        dict[str, Hooks],
    ],
    ids=str,
)
def test_what_json_cannot_say_is_refused(hints, hint):
    with pytest.raises(NotForQueueError, match=r"cannot be said in JSON|mark it with @runtime"):
        hints.kind(hint)


def test_a_plan_is_refused_where_no_plans_are_known():
    with pytest.raises(NotForQueueError):
        Hints(Offered({})).kind(MsgGenerator)


BOUNDS = {
    "ge": (Annotated[float, Ge(1)], (1, None)),
    "gt": (Annotated[int, Gt(1)], (2, None)),
    "both": (Annotated[float, Ge(1), Le(5)], (1, 5)),
    "interval": (Annotated[float, Interval(ge=1, le=5)], (1, 5)),
    "below": (Annotated[int, Lt(5)], (None, 4)),
    "pydantic": (Annotated[float, Field(ge=0, le=10)], (0, 10)),
    "in a list": (list[Annotated[float, Ge(0)]], (0, None)),
    "around a union": (Annotated[int | None, Ge(3)], (3, None)),
}


@pytest.mark.parametrize("case", BOUNDS)
def test_bounds_are_read(hints, case):
    hint, bounds = BOUNDS[case]
    (number,) = hints.kind(hint).numbers()
    assert number.bounds == bounds


@pytest.mark.parametrize("hint", [Annotated[list[int], MinLen(2)], Annotated[list[int], Len(2, 3)]])
def test_lengths_are_read(hints, hint):
    assert hints.kind(hint).schema()["minItems"] == 2


@pytest.mark.parametrize(
    "hint", [Annotated[int, "Steps."], Annotated[int, Field(description="Steps.")]], ids=str
)
def test_words_are_read(hint):
    assert said_of(hint) == "Steps."
    assert said_of(int) == ""


def test_devices_are_those_that_follow_the_protocol(hints):
    assert list(hints.kind(Axis).found) == ["slit_mean", "slit_half", "x", "y"]
    assert {"det", "x", "shutter"} <= set(hints.kind(Readable).found)
    assert "det" not in hints.kind(Movable).found
    assert {"shutter", "slit", "x"} <= set(hints.kind(Movable).found)
    assert list(hints.kind(SynAxis).found) == ["x", "y"]
    assert not hints.kind(Flyable).found


def test_a_dataclass_is_made_of_its_fields_and_code_is_left_out(hints):
    kind = hints.kind(Region)
    assert set(kind.schema()["properties"]) == {"start", "step"}
    assert kind.read({"start": 1}, "it") == Region(1)
    assert kind.read(Region(2), "it") == Region(2)
