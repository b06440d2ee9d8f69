"""What a client that monitors a channel is shown, without a network."""

from typing import Any

import caproto as ca
from caproto.server.common import SubscriptionSpec

from tests.unit.sim_ioc.virtual_time import now


class Monitor:
    """Keep what a channel publishes: when, with which value and severity."""

    def __init__(self) -> None:
        self.updates: list[tuple[float, Any, int]] = []

    async def put(self, update: Any) -> None:
        self.updates.append((now(), float(update.values[0]), int(update.metadata.severity)))

    @property
    def values(self) -> list[Any]:
        return [value for _, value, _ in self.updates]

    @property
    def times(self) -> list[float]:
        return [round(time, 6) for time, _, _ in self.updates]

    @property
    def severities(self) -> list[int]:
        return [severity for _, _, severity in self.updates]


async def monitor(channel: Any) -> Monitor:
    """Subscribe to a channel; the value of now is the first update."""
    watching = Monitor()
    no_filter = ca.ChannelFilter(ts=False, dbnd=None, arr=None, sync=None)
    mask = ca.SubscriptionType.DBE_VALUE | ca.SubscriptionType.DBE_ALARM
    await channel.subscribe(
        watching, SubscriptionSpec(channel, "TIME_DOUBLE", mask, no_filter), None
    )
    return watching
