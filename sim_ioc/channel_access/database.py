"""The names that the IOC serves, each channel made when somebody first asks for it."""

from collections.abc import Iterable

from caproto import ChannelData

from sim_ioc.channel_access.channels import FieldChannel
from sim_ioc.channel_access.fault_panel import FaultPanel, Listener, nobody
from sim_ioc.channel_access.group import Group
from sim_ioc.channel_access.record import Record
from sim_ioc.limits import FAULT_MARK


class Database(dict[str, ChannelData]):
    """Give caproto the mapping from name to channel that it expects, without building it ahead.

    An unknown name raises KeyError and leaves nothing behind, so that clients who search for names
    of other IOCs cost no memory. Two records of one name raise ValueError.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        super().__init__()
        self.records: dict[str, Record] = {}
        for record in records:
            self.add(record)
        #: The faults that clients have asked for so far, by the name of their record.
        self.panels: dict[str, FaultPanel] = {}
        #: Is told whenever a fault has changed.
        self.faults_changed: Listener = nobody

    def add(self, record: Record) -> None:
        """Serve one more record."""
        if record.name in self.records:
            raise ValueError(f"There are two records {record.name}.")
        self.records[record.name] = record

    def __missing__(self, name: str) -> ChannelData:
        channel = self._find(name)
        self[name] = channel
        return channel

    def _find(self, name: str) -> FieldChannel:
        owner, mark, fault = name.partition(FAULT_MARK)
        if mark:
            return self._panel(owner).channel(fault)
        record, _, field = name.partition(".")
        if record in self.records and not isinstance(self.records[record], Group):
            return self.records[record].channel(field or "VAL")
        prefix = record[: record.rindex(":") + 1] if ":" in record else ""
        group = self.records[prefix]
        return group.channel(name.removeprefix(prefix))

    def _panel(self, owner: str) -> FaultPanel:
        panel = self.panels.get(owner)
        if panel is None:
            record = self.records[owner] if owner in self.records else self.records[owner + ":"]
            panel = self.panels[owner] = FaultPanel(owner, record, self._tell)
        return panel

    async def _tell(self) -> None:
        await self.faults_changed()
