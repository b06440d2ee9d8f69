"""The PVs with which a client makes one record fail."""

from collections.abc import Awaitable, Callable
from functools import partial

from sim_ioc.channel_access.fields import Field, Value
from sim_ioc.channel_access.group import Group
from sim_ioc.channel_access.record import Record
from sim_ioc.errors import PutRefusedError
from sim_ioc.faults import RANGES
from sim_ioc.limits import FAULT_MARK

#: Is told that the faults of some record have changed.
Listener = Callable[[], Awaitable[None]]


async def nobody() -> None:
    """Hear of a change and do nothing."""


class FaultPanel(Group):
    """Serve the faults of `record`; a put takes effect at once, also while it moves or counts."""

    def __init__(self, owner: str, record: Record, changed: Listener = nobody) -> None:
        super().__init__(owner + FAULT_MARK, record.FAULTS)
        self.owner = owner
        self.subject = record.make_faults()
        self._record = record
        self._changed = changed
        self.values = self.subject.values
        self.handlers = {name: partial(self._set, name) for name in self.fields}

    def limits(self, field: Field) -> tuple[float, float]:
        """Return what a fault may be; (0, 0) for those that are words."""
        return RANGES.get(field.name, (0.0, 0.0))

    async def clear(self) -> None:
        """Put all faults of the record off."""
        for name, field in self.fields.items():
            if self.subject.is_on(name):
                await self._set(name, field.default)

    async def _set(self, name: str, value: Value) -> None:
        _check(name, value)
        await self.post(**{name: value})
        await self._record.heed(name)
        if self.values[name] != value:  # it happens once, and the record has put it off
            await self.post(**{name: self.values[name]})
        await self._changed()


def _check(name: str, value: Value) -> None:
    low, high = RANGES.get(name, (0.0, float("inf")))
    if not low <= float(value) <= high:  # type: ignore[arg-type]
        raise PutRefusedError(f"{name} takes numbers from {low:g} to {high:g}, not {value:g}.")
