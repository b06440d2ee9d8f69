"""The devices of the virtual beamline, under the names that people type."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError

if TYPE_CHECKING:
    from ophyd import Device
    from ophyd.signal import Signal

#: Seconds for all devices of a beamline to connect.
CONNECT_DEADLINE = 5.0
#: Channels of the virtual beamline's scaler.
COUNTERS = {"I0": 2, "It": 3, "If": 4}


#: Records of the motors.
MOTORS = {
    "bragg": "mono:bragg",
    "gap": "mono:gap",
    "translation": "mono:translation",
    "x": "sample:x",
    "y": "sample:y",
    "theta": "sample:theta",
    "hgap": "slit:hgap",
    "vgap": "slit:vgap",
}


@dataclass
class Beamline:
    """Devices by name, and which of them a session uses for what.

    Parameters
    ----------
    devices
        What plans move and read.
    counters
        Names of the devices that scans read where they name none.
    baseline
        Names of the devices that are read before and after each run.
    facts
        Devices whose values go into each start document.
    """

    devices: "dict[str, Device | Signal]"
    counters: list[str] = field(default_factory=list)
    baseline: list[str] = field(default_factory=list)
    facts: "dict[str, Signal]" = field(default_factory=dict)


def virtual_beamline(prefix: str = "BL:") -> Beamline:
    """Make the devices of the beamline that `sim_ioc` serves; nothing is waited for.

    Parameters
    ----------
    prefix
        Of its process variables.
    """
    from ophyd import EpicsSignalRO

    from devices import MonochromatorEnergy, Motor, Scaler, Shutter
    from devices.channel_access import log_client_messages

    log_client_messages()
    motors = {name: Motor(f"{prefix}{record}", name=name) for name, record in MOTORS.items()}
    devices: dict[str, Any] = {
        "energy": MonochromatorEnergy(
            name="energy",
            bragg=motors["bragg"],
            gap=motors["gap"],
            translation=motors["translation"],
        ),
        **motors,
        "shutter": Shutter(f"{prefix}shutter:", name="shutter"),
        "ring_current": EpicsSignalRO(
            f"{prefix}ring:current", name="ring_current", auto_monitor=True
        ),
        "scaler": Scaler(f"{prefix}scaler1", name="scaler", counters=COUNTERS, monitor="I0"),
    }
    facts: dict[str, Signal] = {
        "time_factor": EpicsSignalRO(f"{prefix}sim:time_factor", name="time_factor")
    }
    baseline = [*motors, "shutter", "ring_current"]
    return Beamline(devices, ["scaler"], baseline, facts)


def connect(beamline: Beamline, deadline: float = CONNECT_DEADLINE) -> None:
    """Wait until all devices of a beamline are connected.

    Raises
    ------
    BluelineError
        Some are not after `deadline` seconds; all of them are named.
    """
    ends = time.monotonic() + deadline
    devices = {**beamline.devices, **beamline.facts}
    missing = [name for name, device in devices.items() if not _connected(device, ends)]
    if not missing:
        return
    everything = "none of its devices answers" if len(missing) == len(devices) else ""
    message = (
        f"the beamline is not there: {everything or ', '.join(missing) + ' do not answer'} after "
        f"{deadline:g} s; is its IOC running? `blueline ioc` starts one"
    )
    raise BluelineError(message)


def _connected(device: Any, ends: float) -> bool:  # noqa: ANN401 - ophyd devices and signals
    try:
        device.wait_for_connection(timeout=max(0.05, ends - time.monotonic()))
    except TimeoutError:
        return False
    return True
