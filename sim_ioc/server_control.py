"""What the server tells of itself, ``BL:sim:…``, and the faults that befall it as a whole.

A put that drops connections or freezes the server is answered first, and takes effect a moment
later. Seconds and rates are real ones.
"""

import asyncio
from typing import ClassVar, Protocol

from sim_ioc.channel_access.database import Database
from sim_ioc.channel_access.fields import LONGEST_TEXT, Field, Kind, readback, table, text
from sim_ioc.channel_access.group import Group
from sim_ioc.faults import SERVER_FAULTS
from sim_ioc.site import Site

#: Seconds in which the completion of a put travels before the server fails.
_ANSWER_FIRST = 0.05
#: Seconds between two looks at what the server tells of itself.
_PERIOD = 1.0
#: Seconds between two bursts of a storm, and how much of it a server that lags behind makes up for.
_GUST, _LONGEST_GUST = 1e-3, 0.05
_LARGEST = 2**31


class Server(Protocol):
    """Be what has clients."""

    circuits: set[object]

    @property
    def dropped(self) -> int:
        """Return how many updates clients have lost so far."""
        ...

    def freeze(self, seconds: float) -> None:
        """Answer nobody for so many real seconds, and keep all circuits."""
        ...

    async def drop_clients(self) -> None:
        """Close the circuits of all clients."""
        ...


def _count(name: str, description: str) -> Field:
    return Field(name, Kind.LONG, description, writable=False)


FIELDS = table(
    (
        _count("clients", "Connections of clients at present"),
        _count("dropped", "Updates that slow clients have lost so far"),
        _count("storm", "Counts as often as its fault says"),
        text("faults", "All faults that are present, in words", writable=False),
        readback("time_factor", "Simulated seconds that pass in a real one"),
        _count("seed", "Seed of all noise"),
    )
)


class ServerControl(Group):
    """Serve the state of `server` and of all faults in `database`; `run` keeps it up to date."""

    FAULTS: ClassVar = SERVER_FAULTS

    def __init__(self, site: Site, time_factor: float = 1.0) -> None:
        super().__init__(site.pv("sim:"), FIELDS, time_factor=time_factor, seed=site.seed, PREC=3)
        self._prefix = site.prefix
        self._storm = asyncio.Event()

    async def run(self, server: Server, database: Database) -> None:
        """Do to the server what clients ask for, and tell how it fares."""
        self._server, self._database = server, database
        database.faults_changed = self._tell_faults
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch())
            tasks.create_task(self._blow())

    async def fault_changed(self, name: str) -> None:
        """Begin a fault of the server; a storm goes on, the others happen once."""
        amount = self.faults.number(name)
        if name == "storm":
            self._storm.set() if amount else self._storm.clear()
            return
        self.faults.put_off(name)
        if amount and name == "clear":
            await self._clear()
        elif amount:
            asyncio.get_running_loop().call_later(_ANSWER_FIRST, self._strike, name, amount)

    def _strike(self, name: str, amount: float) -> None:
        if name == "freeze":
            self._server.freeze(amount)
        else:
            self._dropping = asyncio.ensure_future(self._server.drop_clients())

    async def _clear(self) -> None:
        for panel in list(self._database.panels.values()):
            await panel.clear()

    async def _watch(self) -> None:
        while True:
            await self.post_changes(
                clients=len(self._server.circuits), dropped=self._server.dropped % _LARGEST
            )
            await asyncio.sleep(_PERIOD)

    async def _tell_faults(self) -> None:
        told = [
            f"{panel.owner.removeprefix(self._prefix)} {fault}"
            for panel in self._database.panels.values()
            for fault in panel.subject.active()
        ]
        await self.post_changes(faults=_joined(told))

    async def _blow(self) -> None:
        """Post as many updates as are due, without keeping the others waiting for long."""
        now = asyncio.get_running_loop().time
        while True:
            await self._storm.wait()
            due, last = 0.0, now()
            while rate := self.faults.number("storm"):
                due += rate * min(now() - last, _LONGEST_GUST)
                last = now()
                while due >= 1:
                    due -= 1
                    await self.post(storm=(int(self.number("storm")) + 1) % _LARGEST)
                await asyncio.sleep(_GUST)


def _joined(told: list[str]) -> str:
    """Return as many of the phrases as a text holds, and say how many more there are."""
    for kept in range(len(told), 0, -1):
        more = [f"and {len(told) - kept} more"] if kept < len(told) else []
        joined = "; ".join(told[:kept] + more)
        if len(joined) <= LONGEST_TEXT:
            return joined
    return ""
