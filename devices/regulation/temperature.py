"""A temperature controller that regulates by itself: its setpoint is an axis (BL-130)."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

from collections import OrderedDict
from typing import Any

from ophyd import Component, EpicsSignal, EpicsSignalRO

from devices import channel_access
from devices.catch_up import catch_up
from devices.data_keys import number_key
from devices.regulation.loop import RegulationLoop
from devices.regulation.loop_ends import require_finite_value
from devices.regulation.settling import Ramp, ShownSetpoint

_PUT_DEADLINE = 5.0


class TemperatureController(RegulationLoop):
    """A controller with a setpoint, a readback and a ramp of its own, over Channel Access.

    Its setpoint is in degrees Celsius and its ramp in K/min where its PVs say so. The input is read
    five times a second while a move is under way, and never else. A controller may show its
    setpoint rounded: one that stands still within the width of the deadband has arrived.

    Parameters
    ----------
    prefix
        With ``setpoint``, ``setpoint_RBV``, ``readback``, ``ramp``, ``ramp_on`` and ``output``
        appended, e.g. ``"BL:temp:"``.
    deadband, wait_for, settle_deadline
        As those of `RegulationLoop`.

    Examples
    --------
    >>> oven = TemperatureController("BL:temp:", name="oven")  # doctest: +SKIP
    >>> oven.ramp_rate = 10  # doctest: +SKIP
    >>> RE(bps.mv(oven, 77))  # doctest: +SKIP
    """

    setpoint_request = Component(EpicsSignal, "setpoint", auto_monitor=True, kind="omitted")
    working_setpoint = Component(EpicsSignalRO, "setpoint_RBV", kind="omitted")
    readback = Component(EpicsSignalRO, "readback", auto_monitor=True, kind="hinted")
    ramp_request = Component(EpicsSignal, "ramp", auto_monitor=True, kind="config")
    ramp_switch = Component(EpicsSignal, "ramp_on", auto_monitor=True, kind="config")
    output = Component(EpicsSignalRO, "output", kind="normal")

    period = 0.2

    def __init__(self, prefix: str, *, name: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(prefix=prefix, name=name, **kwargs)
        self._shown = ShownSetpoint(self.deadband.width)
        self.readback.name = name
        self.readback.subscribe(self._readback_changed, run=False)

    def wait_for_connection(self, all_signals: bool = False, timeout: float = 2.0) -> None:
        """Wait for the channels, and take unit and limits from the controller."""
        super().wait_for_connection(all_signals=all_signals, timeout=timeout)
        told = self.setpoint_request.metadata
        low, high = told.get("lower_ctrl_limit"), told.get("upper_ctrl_limit")
        if low is not None and high is not None and low < high:
            self.limits = (low, high)
        self.egu = str(told.get("units") or self.egu)

    def destroy(self) -> None:
        """Give up the channels."""
        self._end()
        channel_access.retire(walk.item for walk in self.walk_signals())
        super().destroy()

    @property
    def ramp_rate(self) -> float:
        """Units per minute; 0 where the controller steps."""
        if not channel_access.latest(self.ramp_switch).value:
            return 0.0
        return channel_access.latest(self.ramp_request).value

    @ramp_rate.setter
    def ramp_rate(self, rate: float) -> None:
        rate = self._checked_rate(rate)
        if rate > 0:
            channel_access.write(self.ramp_request, rate, _PUT_DEADLINE)
        channel_access.write(self.ramp_switch, float(rate > 0), _PUT_DEADLINE)
        catch_up((self.ramp_request, self.ramp_switch))

    @property
    def setpoint(self) -> float:
        """Where the input is to be now; on a ramp, not yet the target."""
        return channel_access.fetch([self.working_setpoint])[0].value

    @property
    def target(self) -> float:
        """Where the setpoint goes."""
        return channel_access.fetch([self.setpoint_request])[0].value

    def measure(self) -> float:
        """Give the input now."""
        return channel_access.fetch([self.readback])[0].value

    def _begin(self, position: float) -> None:
        ramp = Ramp(self._working(), self.ramp_rate, position)
        channel_access.write(self.setpoint_request, position, _PUT_DEADLINE)
        self._ramp = ramp
        self._shown = ShownSetpoint(self.deadband.width)

    def _working(self) -> float:
        return require_finite_value(f"the working setpoint of {self.name} reads", self.setpoint)

    def _advance(self, seconds: float) -> float:
        ramp = self._ramp
        working = self._working()
        if ramp is not None:
            has_arrived = self._shown.has_arrived(seconds, working, ramp)
            ramp.value = ramp.target if has_arrived else working
        return working

    def _regulate(self, setpoint: float, measured: float, seconds: float) -> None:
        """Only watch; once there is nothing to wait for, not even that."""
        with self._lock:  # who sets it then finds that nobody watches any more
            if self._move is None or self._move.done:
                self._end()

    def _gave_up(self, reason: str) -> None:
        """Say nothing: the move has failed for it, and the controller regulates on."""

    def _readback_changed(self, *, value: Any, timestamp: Any, **_: object) -> None:  # noqa: ANN401
        """Tell those who monitor it; the controller posts its input whether it is set or not."""
        self._run_subs(sub_type=self.SUB_READBACK, value=value, timestamp=timestamp)

    def _tell(self, measured: float) -> None:
        """Say nothing: the readback has said it."""

    def _hold(self) -> str:
        here = self._working()
        channel_access.put(self.setpoint_request, here)
        if self._ramp is not None:
            self._ramp.hold()
        return f"the setpoint is held at {here:g} {self.egu}"

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give input, setpoint and output, read together."""
        keys = (self.name, f"{self.name}_setpoint", f"{self.name}_output")
        signals = (self.readback, self.setpoint_request, self.output)
        samples = channel_access.fetch(signals)
        return OrderedDict(
            (key, {"value": sample.value, "timestamp": sample.timestamp})
            for key, sample in zip(keys, samples, strict=True)
        )

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe them."""
        described = super().describe()
        units = str(self.output.metadata.get("units") or "")
        described[f"{self.name}_output"] = number_key(f"PV:{self.output.pvname}", units)
        described[self.name]["source"] = f"PV:{self.readback.pvname}"
        described[f"{self.name}_setpoint"]["source"] = f"PV:{self.setpoint_request.pvname}"
        return described

    def locate(self) -> dict[str, float]:
        """Give target and input."""
        return {"setpoint": self.target, "readback": self.measure()}
