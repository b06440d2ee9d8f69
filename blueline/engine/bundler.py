"""The events of a run: quicker than bluesky bundles them, each of the kind that was described.

Whatever is out of the ordinary goes bluesky's own way; what is done again here stands in
`blueline.engine.quick.STANDS_IN_FOR`.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, runtime_checkable

from bluesky.bundlers import RunBundler
from bluesky.log import doc_logger
from bluesky.protocols import WritesExternalAssets, WritesStreamAssets
from bluesky.utils import Msg
from event_model import DocumentNames

from blueline.engine.event_composer import EventComposer
from blueline.engine.time_check import RunTimes, TimeCheck, unheard


@runtime_checkable
class Host(Protocol):
    """The engine that events are bundled for; see `blueline.engine.quick.QuickRunEngine`."""

    is_quick: bool
    tell: Callable[[str], object]
    at_work: "Bundler | None"


class Bundler(RunBundler):
    """Bundle readings into events, and refuse those that are not of the kind described (H14)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - bluesky's
        super().__init__(*args, **kwargs)
        engine: Any = getattr(self.emit, "__self__", None)
        self._engine = engine if isinstance(engine, Host) else None
        self._is_quick = self._engine is not None and self._engine.is_quick
        self._is_monitoring = False
        self._times = RunTimes(unheard if self._engine is None else self._engine.tell)
        self._fields: set[str] = set()
        self._has_assets: dict[int, bool] = {}

    @property
    def readings(self) -> dict[str, Any]:
        """What has been read for the open event, by field; of the last one between two."""
        read = list(self._current_stream_cache.read_cache)
        return {field: told["value"] for reading in read for field, told in reading.items()}

    async def create(self, msg: Msg) -> None:
        """Begin an event."""
        await super().create(msg)
        self._fields.clear()
        if self._engine is not None:
            self._engine.at_work = self

    async def read(self, msg: Msg, reading: Any) -> Any:  # noqa: ANN401 - bluesky's
        """Take what a device gave into the open event."""
        if not self.bundling:
            return reading
        device: Any = msg.obj
        stream = self._current_stream_cache
        keys = stream.describe_cache.get(device)
        ordinary = (
            self._is_quick
            and keys is not None
            and device in stream.config_desc_cache
            and self._fields.isdisjoint(keys)
            and not self._writes_assets(device)
        )
        if ordinary:
            self._objs_read.append(device)
            stream.read_cache.append(reading)
        else:
            await super().read(msg, reading)
        self._fields.update(stream.describe_cache[device])
        return reading

    def _writes_assets(self, device: object) -> bool:
        known = self._has_assets.get(id(device))
        if known is None:
            known = isinstance(device, WritesStreamAssets | WritesExternalAssets)
            self._has_assets[id(device)] = known
        return known

    async def save(self, msg: Msg) -> None:
        """Compose the event and send it out."""
        compose = self._composer() if self._is_quick and self.bundling else None
        if compose is None:
            await super().save(msg)
            return
        self.bundling = False
        self._bundle_name = None
        data: dict[str, Any] = {}
        timestamps: dict[str, Any] = {}
        for reading in self._current_stream_cache.read_cache:
            for field, told in reading.items():
                data[field] = told["value"]
                timestamps[field] = told["timestamp"]
        event = compose(data, timestamps, filled=compose.filled())
        await self.emit(DocumentNames.event, event)

    def _composer(self) -> EventComposer | None:
        """Give what composes the open event, where it is like those before it."""
        name: Any = self._bundle_name
        bundle = self._descriptors.get(name)
        devices = self._descriptor_objs.get(name)
        alike = (
            bundle is not None
            and devices is not None
            and len(self._objs_read) == len(devices)
            and all(device in devices for device in self._objs_read)
            and not self._asset_docs_cache
            and not doc_logger.isEnabledFor(logging.DEBUG)
        )
        compose = bundle.compose_event if alike and bundle is not None else None
        return compose if isinstance(compose, EventComposer) else None

    async def monitor(self, msg: Msg) -> None:
        """Begin to follow a device; what it posts is not a point of the run, so never fails it."""
        self._is_monitoring = True
        try:
            await super().monitor(msg)
        finally:
            self._is_monitoring = False

    async def collect(self, msg: Msg) -> Any:  # noqa: ANN401 - bluesky's
        """Take what a flyer has measured; its times are those of then."""
        self._times.is_collecting = True
        try:
            return await super().collect(msg)
        finally:
            self._times.is_collecting = False

    async def _prepare_stream(self, desc_key: str, objs_dks: Any) -> Any:  # noqa: ANN401 - bluesky's
        doc, compose, devices = await super()._prepare_stream(desc_key, objs_dks)
        bundle = self._descriptors[desc_key]
        compose = EventComposer(
            compose,
            doc["data_keys"],
            every=not self._is_quick,
            checked=not self._is_monitoring,
            times=TimeCheck(self._times),
        )
        self._descriptors[desc_key] = replace(bundle, compose_event=compose)
        return doc, compose, devices
