"""A bank of filters: which are in the beam, and what they let through."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import math
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from ophyd import Component, Device, EpicsSignalRO
from ophyd.signal import EpicsSignalBase

from devices import channel_access
from devices.data_keys import integer_key, number_key
from devices.errors import InvalidTargetError
from devices.optics.two_state import TRAVEL_DEADLINE, TwoState
from devices.status import DeadlineStatus, all_of


class Filters(Device):
    """Foils on actuators, numbered from 1; set to the numbers of those that are to be in.

    It reads as a bit pattern, filter 1 the lowest bit, and as the transmission that the control
    system gives for the present energy.

    Parameters
    ----------
    prefix
        With ``1``, ``1_RBV`` and so on and ``transmission`` appended, e.g. ``"BL:filters:"``.
    number
        How many there are.

    Examples
    --------
    >>> filters = Filters("BL:filters:", name="filters", number=4)  # doctest: +SKIP
    >>> RE(bps.mv(filters, (1, 3)))  # doctest: +SKIP
    >>> RE(bps.mv(filters, ()))  # doctest: +SKIP
    """

    transmission = Component(EpicsSignalRO, "transmission", auto_monitor=True, kind="normal")

    def __init__(self, prefix: str, *, name: str, number: int, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(prefix, name=name, **kwargs)
        self.filters = {
            each: TwoState(
                prefix, name=f"{name}_{each}", command=f"{each}", status=f"{each}_RBV", parent=self
            )
            for each in range(1, number + 1)
        }

    @staticmethod
    def check_arguments(name: str, *, number: int, **_: object) -> None:
        """Refuse what no bank of filters is, without making one; a check of a beamline asks.

        Raises
        ------
        InvalidTargetError
            There is no filter.
        """
        if number < 1:
            message = f"{name} has 1 filter or more, not {number}"
            raise InvalidTargetError(message)

    @property
    def own_signals(self) -> list[EpicsSignalBase]:
        """The channels of the filters one by one."""
        filters = self.filters.values()
        return [signal for each in filters for signal in (each.command, each.state_readback)]

    @property
    def connected(self) -> bool:
        """Whether all channels are."""
        return super().connected and all(signal.connected for signal in self.own_signals)

    def wait_for_connection(self, all_signals: bool = False, timeout: float = 2.0) -> None:
        """Wait for all channels."""
        super().wait_for_connection(all_signals=all_signals, timeout=timeout)
        for each in self.filters.values():
            each.wait_for_connection(timeout=timeout)

    def destroy(self) -> None:
        """Give up the channels."""
        channel_access.retire([self.transmission])
        for each in self.filters.values():
            each.destroy()
        super().destroy()

    @property
    def inserted(self) -> tuple[int, ...]:
        """The numbers of those that are in."""
        return tuple(number for number, each in self.filters.items() if each.state == "in")

    @property
    def hints(self) -> dict[str, Any]:
        """The transmission is what plots and tables show."""
        return {"fields": [f"{self.name}_transmission"]}

    def check_value(self, numbers: Sequence[int]) -> None:
        """Refuse numbers of which there is no filter."""
        self._wanted(numbers)

    def set(self, numbers: Sequence[int]) -> DeadlineStatus:
        """Have exactly these in the beam; those to come in go first, so that it never gets more.

        Raises
        ------
        InvalidTargetError
            There is no such filter.
        """
        wanted = self._wanted(numbers)
        words = ", ".join(map(str, sorted(wanted))) or "none"
        what = f"setting {self.name} to {words}"
        whole = DeadlineStatus(what, 2 * TRAVEL_DEADLINE + 1.0)
        coming = all_of(what, [self.filters[number].set("in") for number in sorted(wanted)])

        def leave(came: DeadlineStatus) -> None:
            error = came.exception()
            if error is not None:
                whole.fail(error)
                return
            going = [each.set("out") for n, each in self.filters.items() if n not in wanted]
            all_of(what, going).add_callback(lambda gone: _end_like(whole, gone))

        coming.add_callback(leave)
        return whole

    def stop(self, *, success: bool = False) -> None:
        """Leave them as they are: they cannot stop half way."""

    def _wanted(self, numbers: Sequence[int]) -> frozenset[int]:
        given = (numbers,) if isinstance(numbers, int) else numbers
        wanted = frozenset(given if isinstance(given, Iterable) else (0,))
        if not wanted <= self.filters.keys() or any(isinstance(each, bool) for each in wanted):
            message = f"{self.name} has the filters 1 to {len(self.filters)}, not {numbers!r}"
            raise InvalidTargetError(message)
        return wanted

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give the bit pattern of those that are in, and the transmission."""
        pattern = sum(1 << (number - 1) for number in self.inserted)
        stamps = [
            channel_access.latest(each.state_readback).timestamp for each in self.filters.values()
        ]
        sample = channel_access.latest(self.transmission)
        return OrderedDict(
            {
                self.name: {"value": pattern, "timestamp": max(stamps)},
                f"{self.name}_transmission": {
                    "value": sample.value if math.isfinite(sample.value) else math.nan,
                    "timestamp": sample.timestamp,
                },
            }
        )

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe them."""
        return OrderedDict(
            {
                self.name: integer_key(f"PV:{self.prefix}1_RBV …"),
                f"{self.name}_transmission": number_key(f"PV:{self.transmission.pvname}", "", 6),
            }
        )

    def info(self) -> str:
        """Give a line for people."""
        words = ", ".join(map(str, self.inserted)) or "none"
        passed = channel_access.latest(self.transmission).value
        return f"{self.name}: {self.prefix}, in: {words}, transmission {passed:.4g}"


def _end_like(status: DeadlineStatus, other: DeadlineStatus) -> None:
    error = other.exception()
    status.finish() if error is None else status.fail(error)
