"""The motor record as channels, and what they tell about an axis."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from ophyd import Component

from devices import channel_access
from devices.channel_access import Sample
from devices.errors import OutOfLimitsError
from devices.mailbox import Mailbox
from devices.motors.motor_state import (
    SPMG,
    STATES,
    Msta,
    PositionState,
    bits_of,
    checked_states,
    main_state,
)
from devices.motors.read_sample import Read
from devices.motors.record_channel import (
    ButtonField,
    Field,
    ReadbackField,
    ReadField,
    ToldField,
)
from devices.readback_events import ReadbackEvents
from devices.signals import EpicsChannel
from devices.telling import Telling


def _field(suffix: str, **options: Any) -> Any:  # noqa: ANN401 - ophyd's descriptors are untyped
    return Component(Field, suffix, **{"kind": "omitted", **options})


def _told(suffix: str) -> Any:  # noqa: ANN401
    return Component(ToldField, suffix, kind="omitted")


def _seldom(suffix: str) -> Any:  # noqa: ANN401
    """Describe a channel that is opened when somebody first uses it."""
    return Component(EpicsChannel, suffix, kind="omitted", lazy=True)


class MotorRecord(ReadbackEvents):
    """The channels of one motor record, and what can be read off them without asking the IOC."""

    user_readback = Component(ReadbackField, ".RBV", kind="hinted")
    user_setpoint = Component(Field, ".VAL", kind="normal")
    done_moving = _told(".DMOV")
    high_switch = _told(".HLS")
    low_switch = _told(".LLS")
    status_bits = Component(ReadField, ".MSTA", kind="omitted")
    stop_request = Component(ButtonField, ".STOP", kind="omitted")
    low_limit = _field(".LLM")
    high_limit = _field(".HLM")
    velocity = _field(".VELO", kind="config")
    #: Seconds from the lowest velocity to `velocity`; the acceleration is among `parameters`.
    acceleration_time = _field(".ACCL", kind="config")
    backlash = _field(".BDST", kind="config")
    settle_time = _field(".DLY", kind="config")
    offset = _field(".OFF", kind="config")
    direction = _field(".DIR", kind="config")
    deadband = _field(".RDBD")
    resolution = _field(".MRES")
    mode = _field(".SPMG")
    dial_setpoint = _seldom(".DVAL")
    dial_low_limit = _seldom(".DLLM")
    dial_high_limit = _seldom(".DHLM")
    use_or_set = _seldom(".SET")
    offset_frozen = _seldom(".FOFF")
    synchronize = _seldom(".SYNC")
    torque = _seldom(".CNEN")
    jog_forward = _seldom(".JOGF")
    jog_reverse = _seldom(".JOGR")
    jog_velocity = _seldom(".JVEL")
    home_forward = _seldom(".HOMF")
    home_reverse = _seldom(".HOMR")
    lowest_velocity = _seldom(".VBAS")
    highest_velocity = _seldom(".VMAX")
    backlash_velocity = _seldom(".BVEL")
    retries = _seldom(".RTRY")
    proportional_gain = _seldom(".PCOF")
    integral_gain = _seldom(".ICOF")
    derivative_gain = _seldom(".DCOF")

    def __init__(
        self,
        prefix: str,
        *,
        name: str,
        unlimited: bool = False,
        states: Mapping[str, PositionState] | None = None,
        **kwargs: Any,  # noqa: ANN401 - what ophyd's Device takes
    ) -> None:
        super().__init__(prefix, name=name, **kwargs)
        self._unlimited = unlimited
        self.own_states = checked_states(name, states or {})
        self._known: dict[str, Read] = {}
        self._telling: Telling[Sample] = Telling()
        self._mailbox = Mailbox(self.name, self._tell_sample)
        self.user_readback.name = self.name
        self.user_setpoint.name = f"{self.name}_setpoint"

    def destroy(self) -> None:
        """Give up the channels."""
        channel_access.retire(walk.item for walk in self.walk_signals())
        super().destroy()

    # where it is

    @property
    def position(self) -> float:
        """Where the axis is, in user units."""
        return self._newest(self.user_readback).value

    @property
    def target(self) -> float:
        """Where it was last sent, in user units; where it is, once it was stopped."""
        return self._newest(self.user_setpoint).value

    @property
    def sign(self) -> int:
        """1 where the user direction is that of the dial, else -1."""
        return -1 if channel_access.latest(self.direction).value else 1

    @property
    def dial_position(self) -> float:
        """Where the axis is on its dial: sign × (user − offset) (acquisition 10.5)."""
        return self.to_dial(self.position)

    @property
    def raw_position(self) -> int:
        """Where the axis is, in motor steps."""
        return self._to_raw(self.dial_position)

    @property
    def dial_target(self) -> float:
        """Where it was last sent, on its dial."""
        return self.to_dial(self.target)

    @property
    def raw_target(self) -> int:
        """Where it was last sent, in motor steps."""
        return self._to_raw(self.dial_target)

    def to_dial(self, position: float) -> float:
        """Give the dial position of a user position."""
        return self.sign * (position - channel_access.latest(self.offset).value)

    def _to_raw(self, dial: float) -> int:
        return round(dial / channel_access.latest(self.resolution).value)

    @property
    def egu(self) -> str:
        """The unit of positions."""
        return str(self.user_readback.metadata.get("units") or "")

    @property
    def precision(self) -> int:
        """Decimals to show."""
        return int(self.user_readback.metadata.get("precision") or 0)

    # what may be, and what is the case

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest position; infinite for an axis declared unlimited.

        Raises
        ------
        OutOfLimitsError
            The record has equal or inverted limits (SC-12).
        """
        low = channel_access.latest(self.low_limit).value
        high = channel_access.latest(self.high_limit).value
        if low < high:
            return low, high
        if self._unlimited:
            return -math.inf, math.inf
        message = (
            f"{self.name} has limits {low:g} to {high:g}, between which nothing lies: set its soft "
            "limits, or declare it unlimited"
        )
        raise OutOfLimitsError(message)

    @property
    def moving(self) -> bool:
        """Whether the record says that it moves."""
        return not channel_access.latest(self.done_moving).value

    @property
    def switches(self) -> tuple[bool, bool]:
        """Whether it stands on its low and on its high limit switch, in the user direction."""
        low, high = (channel_access.latest(s).value for s in (self.low_switch, self.high_switch))
        return bool(low), bool(high)

    @property
    def state(self) -> str:
        """In words, the first one the most important (BL-55).

        MOVING or READY, or FAULT, DISABLED, OFF instead; then LIMNEG, LIMPOS, HOME, and `states` of
        its declaration; UNKNOWN where the record does not answer. What they mean is told by
        `motor_state.STATES`.
        """
        if not self.connected:
            return "UNKNOWN"
        bits = self._bits()
        low, high = self.switches
        words = {"LIMNEG": low, "LIMPOS": high, "HOME": bool(bits & Msta.AT_HOME)}
        here = self.position
        words |= {word: own.holds(here) for word, own in self.own_states.items()}
        mode = SPMG[int(channel_access.latest(self.mode).value)]
        main = main_state(bits, mode, is_moving=self.moving)
        return " ".join([main, *(word for word, holds in words.items() if holds)])

    @property
    def state_text(self) -> str:
        """What each word of the state means."""
        meanings = {**STATES, **{word: own.text for word, own in self.own_states.items()}}
        return "; ".join(meanings[word] for word in self.state.split())

    def _bits(self) -> Msta:
        return bits_of(channel_access.fetch([self.status_bits])[0].value)

    def switches_of(self, bits: Msta) -> tuple[bool, bool]:
        """Give low and high limit switch, in the user direction, from the controller's bits."""
        low, high = bool(bits & Msta.LOW_SWITCH), bool(bits & Msta.HIGH_SWITCH)
        same_way = self.sign * channel_access.latest(self.resolution).value > 0
        return (low, high) if same_way else (high, low)

    def info(self) -> str:
        """Give a few lines for people: what, where, limits, speed, state."""
        low, high = (channel_access.latest(s).value for s in (self.low_limit, self.high_limit))
        unit, decimals = self.egu, self.precision
        offset = channel_access.latest(self.offset).value
        speed = channel_access.latest(self.velocity).value
        lines = [
            f"{self.name}: {self.prefix}, {self.state}",
            f"  position  {self.position:.{decimals}f} {unit}, set to {self.target:.{decimals}f}",
            f"  dial      {self.dial_position:.{decimals}f} {unit}, offset {offset:g}, "
            f"direction {self.sign:+d}, raw {self.raw_position}",
            f"  limits    {low:g} to {high:g} {unit}",
            f"  velocity  {speed:g} {unit}/s, tolerance {self.tolerance:g} {unit}",
        ]
        return "\n".join(lines)

    @property
    def tolerance(self) -> float:
        """Largest distance from the target at the end of a move, in user units."""
        fields = (self.deadband, self.resolution)
        return max(abs(channel_access.latest(field).value) for field in fields)

    # what is told

    @property
    def dropped(self) -> int:
        """How many readbacks came too fast for those who have subscribed to them."""
        return self._mailbox.dropped

    def _follow(self) -> Callable[[], None]:
        monitor, post = self.user_readback.monitor, self._mailbox.post
        monitor.listen(post)
        return lambda: monitor.ignore(post)

    def last_events(self) -> None:
        """Wait a moment for what the record has told already."""
        self._mailbox.wait_until_empty()

    def _tell_sample(self, sample: Sample) -> None:
        with self._telling.of(sample):
            self._tell({"value": sample.value, "timestamp": sample.timestamp})

    # what goes into the data

    @property
    def hints(self) -> dict[str, Any]:
        """The readback is what plots and tables show."""
        return {"fields": [self.name]}

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give readback and setpoint, never older than the end of the last move.

        Subscribers are given the readback that they are being told.
        """
        samples = {each.name: self._newest(each) for each in self._read_signals()}
        told = self._telling.now
        if told is not None:
            samples[self.name] = told
        return OrderedDict(
            (name, {"value": sample.value, "timestamp": sample.timestamp})
            for name, sample in samples.items()
        )

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe readback and setpoint: units, precision and the limits of now."""
        low, high = self.limits
        described = OrderedDict()
        for signal in self._read_signals():
            key = {
                "source": f"PV:{signal.pvname}",
                "dtype": "number",
                "shape": [],
                "units": self.egu,
                "precision": self.precision,
            }
            if math.isfinite(low) and math.isfinite(high):
                key |= {"lower_ctrl_limit": low, "upper_ctrl_limit": high}
            described[signal.name] = key
        return described

    def locate(self) -> dict[str, float]:
        """Give setpoint and readback; relative scans start from and return to the setpoint."""
        return {"setpoint": self.target, "readback": self.position}

    def remember(self, readback: Sample, setpoint: Sample) -> None:
        """Keep what was read at the end of a move: monitors may come later."""
        signals = (self.user_readback, readback), (self.user_setpoint, setpoint)
        self._known = {
            signal.pvname: Read(sample, signal.monitor.newest, time.monotonic())
            for signal, sample in signals
        }

    def _read_signals(self) -> tuple[Any, Any]:
        return self.user_readback, self.user_setpoint

    def _newest(self, signal: Any) -> Sample:  # noqa: ANN401 - ophyd's components are untyped
        monitored = channel_access.latest(signal)
        known = self._known.get(signal.pvname)
        return monitored if known is None or known.is_before(monitored) else known.sample
