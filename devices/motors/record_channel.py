"""The fields of a motor record as channels: cheap to connect, and quick to follow."""

import contextlib
from collections.abc import Callable
from typing import Any

from ophyd import EpicsSignal, EpicsSignalRO
from ophyd.signal import EpicsSignalBase

from devices import channel_access
from devices.channel_access import Sample
from devices.errors import NotConnectedError
from devices.monitor import Monitor
from devices.unit_request import request_unit


class _Field(EpicsSignalBase):
    """Be ready without knowing unit, precision and limits, which are asked when they are wanted."""

    _knows_unit = False

    def __init__(self, pvname: str, **options: Any) -> None:  # noqa: ANN401 - ophyd's
        super().__init__(pvname, auto_monitor=False, **options)
        # which ophyd would ask for, each in two round trips
        self._received_first_metadata[pvname] = True
        self._set_event_if_ready()

    def _pv_access_callback(self, *rights: Any, **more: Any) -> None:  # noqa: ANN401 - ophyd's
        super()._pv_access_callback(*rights, **more)
        # these may be the last thing that comes: ophyd counts on an answer that is not asked for
        self._set_event_if_ready()

    def _later(self, action: Callable[..., None], *arguments: object) -> None:
        """Act in ophyd's thread for connections, after what it was told before.

        Not in libca's: ophyd's lock may be held by who waits for that.
        """
        self._dispatcher.get_thread_context("metadata").run(action, *arguments)

    def _learn_unit(self) -> None:
        if self._knows_unit:
            return
        self.wait_for_connection()
        pv: Any = self._read_pv
        told = pv.get_ctrlvars(timeout=self.timeout, warn=False)
        if told:
            self._metadata_changed(self.pvname, told, update=True, from_monitor=False)
            self._knows_unit = True

    @property
    def limits(self) -> tuple[Any, Any]:
        """Lowest and highest value to write."""
        self._learn_unit()
        return super().limits

    @property
    def precision(self) -> Any:  # noqa: ANN401 - as ophyd
        """Decimals to show."""
        self._learn_unit()
        return super().precision

    @property
    def enum_strs(self) -> Any:  # noqa: ANN401 - as ophyd
        """The choices of a menu."""
        self._learn_unit()
        return super().enum_strs

    def describe(self) -> Any:  # noqa: ANN401 - as ophyd
        """Describe it, unit and limits included."""
        self._learn_unit()
        return super().describe()


class _MonitoredField(_Field):
    """Follow a field: it counts as connected when its value has come."""

    monitor: Monitor

    def __init__(self, pvname: str, **options: Any) -> None:  # noqa: ANN401 - ophyd's
        super().__init__(pvname, **options)
        pv: Any = self._read_pv
        self.monitor = Monitor(pv.chid)
        pv.connection_callbacks.append(self._link_changed)
        self.monitor.listen(self._is_told)
        if self.monitor.newest is not None:
            # it came before anybody listened
            self._is_told(self.monitor.newest)

    def _link_changed(self, *, conn: bool, **_: object) -> None:
        if not conn:
            self.monitor.take(None)

    def _is_told(self, sample: Sample) -> None:
        if not self._metadata["connected"]:
            self._later(self._set_event_if_ready)

    def _set_event_if_ready(self) -> None:
        # ophyd may be there before the monitor is made
        monitor = getattr(self, "monitor", None)
        if monitor is not None and monitor.newest is not None:
            super()._set_event_if_ready()

    def get(self, **options: Any) -> Any:  # noqa: ANN401 - as ophyd
        """Give the newest value that was told; what ophyd's own takes makes it ask."""
        if options or not self.connected:
            return super().get(**options)
        sample = channel_access.latest(self)
        self._metadata.update(timestamp=sample.timestamp, severity=sample.severity)
        self._readback = sample.value if self._is_float else int(sample.value)
        return self._readback

    @property
    def _is_float(self) -> bool:
        pv: Any = self._read_pv
        return str(pv.type).endswith(("double", "float"))

    def destroy(self) -> None:
        """Give up the channel."""
        channel_access.retire([self])
        self.monitor.end()
        super().destroy()


class Field(_MonitoredField, EpicsSignal):
    """A field that is followed and written."""


class ToldField(_MonitoredField, EpicsSignalRO):
    """A field that is followed."""


class ReadbackField(ToldField):
    """The field whose unit and precision are those of the axis: without them it is not ready."""

    _is_asking = False

    def _is_told(self, sample: Sample) -> None:
        if self._knows_unit:
            super()._is_told(sample)
        elif not self._is_asking:
            # where the connection is lost just now, the next value asks
            with contextlib.suppress(NotConnectedError):
                request_unit(self, self._unit_came)
                self._is_asking = True

    def _unit_came(self, outcome: list[dict[str, Any]] | str) -> None:
        self._is_asking = False
        if not isinstance(outcome, str):
            self._later(self._keep_unit, outcome[0])

    def _keep_unit(self, told: dict[str, Any]) -> None:
        self._knows_unit = True
        self._initial_metadata_callback(self.pvname, told)

    def _set_event_if_ready(self) -> None:
        if self._knows_unit:
            super()._set_event_if_ready()


class ReadField(_Field, EpicsSignalRO):
    """A field that is read when it is needed."""


class ButtonField(_Field, EpicsSignal):
    """A field that is written only."""
