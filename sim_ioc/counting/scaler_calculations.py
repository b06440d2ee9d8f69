"""What is computed from a scaler whenever it has counted: eight expressions, and rates.

The records around a scaler record in scaler.db of https://github.com/epics-modules/scaler:
``_calcEnable``, ``_calc_ctrl``, ``_calc1`` to ``_calc8``, ``_cts1`` to ``_cts4``. As there, the
word of the switch is what a press would do: while ``_calcEnable`` is 1, "DISABLE", nothing is
computed.
"""

from collections.abc import Mapping
from functools import partial
from typing import Protocol

from sim_ioc.channel_access.fields import Value, double, readback, short, string, table
from sim_ioc.channel_access.record import COMMON_FIELDS, Record
from sim_ioc.channel_access.simple_records import switch
from sim_ioc.counting.calculation import Expression, compiled

_EXPRESSIONS = 8
_RATES = 4
_LETTERS = "ABCDEFGHIJKL"
_SHORTEST_TIME = 1e-6

_CALC_FIELDS = table(
    (
        readback("VAL", "Result"),
        string("CALC", "Expression of A to H, the channels 1 to 8, and I, the seconds counted"),
        *(readback(letter, f"Input {letter}") for letter in _LETTERS),
        short("PREC", "Decimals to show", 3),
        string("EGU", "Unit"),
        *COMMON_FIELDS,
    )
)
_TRANSFORM_FIELDS = table(
    (
        double("VAL", "Not used"),
        *(readback(letter, f"Counts, or counts per second, {letter}") for letter in "ABCD"),
        short("PREC", "Decimals to show", 3),
        *COMMON_FIELDS,
    )
)


class CountedChannels(Protocol):
    """Be the scaler that is computed from."""

    name: str
    values: dict[str, Value]

    def number(self, name: str) -> float:
        """Return the value of a field."""
        ...


class ScalerCalculations:
    """Serve what is computed from `scaler`; `update` follows each count."""

    def __init__(self, scaler: CountedChannels) -> None:
        self._scaler = scaler
        name = scaler.name
        self._off = switch(
            f"{name}_calcEnable", "Calculations", ("ENABLE", "DISABLE"), writable=True
        )
        self._per_second = switch(
            f"{name}_calc_ctrl", "What _cts1 to _cts4 show", ("Counts", "Cts/sec"), writable=True
        )
        numbers = range(1, _EXPRESSIONS + 1)
        self._calcs = [Record(f"{name}_calc{n}", "calc", _CALC_FIELDS) for n in numbers]
        self._counts = [
            Record(f"{name}_cts{n}", "transform", _TRANSFORM_FIELDS) for n in range(1, _RATES + 1)
        ]
        self._compiled: list[Expression] = []
        for index, (calc, letter) in enumerate(zip(self._calcs, _LETTERS, strict=False)):
            calc.values["CALC"] = letter
            calc.handlers["CALC"] = partial(self._put_expression, index)
            self._compiled.append(compiled(letter))
        self.records: list[Record] = [self._off, self._per_second, *self._calcs, *self._counts]

    async def _put_expression(self, index: int, text: str) -> None:
        self._compiled[index] = compiled(text)
        await self._calcs[index].post(CALC=text)

    async def update(self) -> None:
        """Compute everything from what the scaler shows, unless switched off."""
        if self._off.values["VAL"]:
            return
        inputs = self._inputs()
        for calc, expression in zip(self._calcs, self._compiled, strict=True):
            await calc.post_changes(**inputs, VAL=expression(inputs))
        divisor = max(self._scaler.number("T"), _SHORTEST_TIME)
        per = divisor if self._per_second.values["VAL"] else 1.0
        for group, record in enumerate(self._counts):
            channels = range(4 * group + 1, 4 * group + 5)
            shown = (self._scaler.number(f"S{channel}") / per for channel in channels)
            await record.post_changes(**dict(zip("ABCD", shown, strict=True)))

    def _inputs(self) -> Mapping[str, float]:
        numbers = [self._scaler.number(f"S{n}") for n in range(1, _EXPRESSIONS + 1)]
        return dict(zip(_LETTERS, [*numbers, self._scaler.number("T")], strict=False))
