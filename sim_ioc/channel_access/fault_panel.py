"""The PVs with which a client makes one record fail."""

from functools import partial

from sim_ioc.channel_access.fields import Value
from sim_ioc.channel_access.group import Group
from sim_ioc.channel_access.record import SEVERITIES, Record
from sim_ioc.faults import MARK


class FaultPanel(Group):
    """Serve the faults of `record`; a put takes effect at once, also while it moves or counts."""

    def __init__(self, owner: str, record: Record) -> None:
        super().__init__(owner + MARK, record.FAULTS)
        self._record = record
        self.values = record.make_faults().values
        self.handlers = {name: partial(self._set, name) for name in self.fields}

    async def _set(self, name: str, value: Value) -> None:
        await self.post(**{name: value})
        if name == "alarm":
            severity = SEVERITIES[int(value)]  # type: ignore[arg-type]
            await self._record.set_alarm("STATE" if value else "NO_ALARM", severity)
        await self._record.fault_changed(name)
