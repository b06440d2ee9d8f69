"""The names that the IOC serves, each channel made when somebody first asks for it."""

from collections.abc import Iterable

from caproto import ChannelData

from sim_ioc.record import Record


class Database(dict[str, ChannelData]):
    """Give caproto the mapping from name to channel that it expects, without building it ahead.

    An unknown name raises KeyError and leaves nothing behind, so that clients who search for names
    of other IOCs cost no memory.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        super().__init__()
        self.records = {record.name: record for record in records}

    def __missing__(self, name: str) -> ChannelData:
        record, _, field = name.partition(".")
        channel = self.records[record].channel(field or "VAL")
        self[name] = channel
        return channel
