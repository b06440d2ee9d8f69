"""A port of areaDetector: settings with their readbacks, and arrays that it passes on."""

import asyncio
from collections.abc import Mapping

import numpy as np

from sim_ioc.area_detector.ndarray import NDArray
from sim_ioc.area_detector.pairs import READBACK
from sim_ioc.area_detector.pipeline import Pipeline
from sim_ioc.area_detector.port_fields import DIMENSIONS
from sim_ioc.channel_access.channels import FieldChannel, make_channel
from sim_ioc.channel_access.fields import Array, Field, Value, short
from sim_ioc.channel_access.group import Group

#: Decimals that clients show, and to which ophyd compares a setting with its readback.
_PRECISION = 3
#: Seconds over which arrays are counted for their rate.
_RATE_SPAN = 1.0


class Port(Group):
    """Serve the PVs of one port; what is put into a setting shows in its readback.

    A subclass checks, or does more, by a handler of its own.
    """

    def __init__(
        self,
        prefix: str,
        fields: Mapping[str, Field],
        pipeline: Pipeline,
        port_name: str,
        **initial: Value,
    ) -> None:
        super().__init__(prefix, fields, PortName_RBV=port_name, **initial)
        self.values["PREC"] = _PRECISION
        for name in fields:
            if name + READBACK in fields:
                self.values[name + READBACK] = self.values[name]
        self.port_name = port_name
        self.pipeline = pipeline
        pipeline.ports[port_name] = self
        self._arrays_counted = 0
        self._rate: asyncio.Task[None] | None = None

    def setting(self, name: str) -> int:
        """Return an integer, or the index of a word, as it is in force."""
        return int(self.number(name + READBACK))

    async def take(self, field: Field, value: Value) -> None:
        """Do what a put means: without a handler, show it, and its readback too."""
        if field.name in self.handlers:
            await self.handlers[field.name](value)
        else:
            await self.set(**{field.name: value})

    async def set(self, **values: Value) -> None:
        """Post settings, each with its readback where it has one."""
        both: dict[str, Value] = {}
        for name, value in values.items():
            both[name] = value
            if name + READBACK in self.fields:
                both[name + READBACK] = value
        await self.post(**both)

    @property
    def source(self) -> str | None:
        """Return the name of the port that arrays come from; None for one that makes its own."""
        name = self.values.get("NDArrayPort")
        return None if name is None else str(name)

    async def listen(self, array: NDArray) -> None:
        """Hear of an array that another port passes on; only plugins do anything with it."""

    async def pass_on(self, array: NDArray) -> None:
        """Give an array to all that take theirs from this port; those that block are waited for."""
        if not self.setting("ArrayCallbacks"):
            return
        for port in self.pipeline.ports.values():
            if port.source == self.port_name:
                await port.listen(array)

    async def show_array(self, array: NDArray, **more: Value) -> None:
        """Post what is told of an array that was made here or arrived here."""
        sizes = dict(enumerate(array.dimensions))
        shown: dict[str, Value] = {
            "NDimensions_RBV": len(sizes),
            "DataType_RBV": array.data_type,
            "UniqueId_RBV": array.unique_id,
            "TimeStamp_RBV": array.epics_time,
            "EpicsTSSec_RBV": array.epics_seconds,
            "EpicsTSNsec_RBV": array.epics_nanoseconds,
        }
        if any(self.values[f"ArraySize{n}_RBV"] != sizes.get(n, 0) for n in range(DIMENSIONS)):
            every = [sizes.get(n, 0) for n in range(DIMENSIONS)]
            shown |= {f"ArraySize{n}_RBV": size for n, size in enumerate(every)}
            shown |= {f"Dim{n}SA_RBV": size for n, size in enumerate(every)}
            shown |= {"Dimensions_RBV": np.array(every, np.int32)}
        self._count_array()
        await self.post(**shown, **more)

    async def show_output(self, made: Array) -> None:
        """Post the size of the frames that this port makes."""
        rows, columns = made.shape
        await self.post_changes(
            ArraySizeX_RBV=columns, ArraySizeY_RBV=rows, ArraySize_RBV=made.nbytes
        )

    def _count_array(self) -> None:
        self._arrays_counted += 1
        if self._rate is None and not self.pipeline.clock.instant:
            self._rate = asyncio.create_task(self._show_rate())

    async def _show_rate(self) -> None:
        """Show arrays per second as long as there are any; an idle port has no task."""
        while self._arrays_counted or self.number("ArrayRate_RBV"):
            before, self._arrays_counted = self._arrays_counted, 0
            await self.post(ArrayRate_RBV=before / _RATE_SPAN)
            await self.pipeline.clock.sleep(_RATE_SPAN)
        self._rate = None

    def _attribute(self, field: Field, attribute: str) -> FieldChannel:
        """Return a field of a member; DISA, which ophyd reads, says that none is disabled."""
        if attribute == "DISA":
            return make_channel(
                self.pv_name(field), short("DISA", "Disabled", writable=False), 0, self.put
            )
        return super()._attribute(field, attribute)
