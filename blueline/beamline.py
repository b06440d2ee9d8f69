"""The devices of the virtual beamline, under the names that people type."""

import contextlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError
from blueline.nearest import did_you_mean
from blueline.slit_blades import Blades

if TYPE_CHECKING:
    from ophyd import Device
    from ophyd.signal import Signal

    from devices.detectors.path_provider import PathProvider

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
    "hcenter": "slit:hcenter",
    "vgap": "slit:vgap",
    "vcenter": "slit:vcenter",
}
#: What the current amplifier of each ion chamber is called.
AMPLIFIERS = {"i0_amplifier": "I0:", "it_amplifier": "It:", "if_amplifier": "If:"}
#: The Cu Kα line in the spectrum, eV.
FLUORESCENCE = {"CuKa": (7800.0, 8300.0)}
#: What is counted in the frames of the camera.
IMAGE_COUNTERS = {"spot": "sum", "spot_x": "x", "spot_y": "y", "spot_width": "fwhm_x"}


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
    metadata
        What goes there as it is: ``beamline``, and ``mono`` with the lattice spacing in Å, without
        which XDI files are not valid.
    later
        Makes devices with many channels that are seldom used, by name: a session has them made
        when the others are connected, and does not wait for them.
    failed
        Why, by the name of each device that could not be made; those that come later enter it when
        they have been tried.
    uncounted
        Those of them that scans would read where they name none.

    Attributes
    ----------
    told
        Called with the devices that are made later.
    """

    devices: "dict[str, Device | Signal]"
    counters: list[str] = field(default_factory=list)
    baseline: list[str] = field(default_factory=list)
    facts: "dict[str, Signal]" = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    later: "Callable[[], dict[str, Any]]" = dict
    failed: dict[str, str] = field(default_factory=dict)
    uncounted: list[str] = field(default_factory=list)
    told: "Callable[[Collection[Any]], object] | None" = field(default=None, init=False)

    def not_made(self) -> dict[str, str]:
        """Give why, and where it is described, by the name of what could not be made."""
        return dict(self.failed)

    def why_absent(self, name: str) -> str:
        """Say why there is no device of a name that is described; empty where it is not."""
        return f"{name} could not be made: {self.failed[name]}" if name in self.failed else ""

    def make_later(self) -> dict[str, Any]:
        """Make what comes later, which is then among the devices; give it."""
        made, self.later = self.later(), dict
        self.devices |= made
        self.tell(made.values())
        return made

    def tell(self, made: Collection[Any]) -> None:
        """Tell of devices that were made later."""
        if self.told is not None:
            self.told(made)

    def get(self, name: str) -> Any:  # noqa: ANN401 - a device of any framework
        """Give a device by its name, the same one each time (BL-05).

        Raises
        ------
        BluelineError
            There is none of that name.
        """
        if name in self.everything:
            return self.everything[name]
        hint = did_you_mean(name, self.everything, "health() shows which there are")
        message = f"the beamline has no device {name!r:.60}; {hint}"
        raise BluelineError(message)

    @property
    def everything(self) -> dict[str, Any]:
        """The devices and what gives facts, by name."""
        return {**self.devices, **self.facts}

    def destroy(self) -> None:
        """Let go of all of it; whatever fails, the rest is done."""
        with contextlib.ExitStack() as last_things:
            for device in self.everything.values():
                last_things.callback(device.destroy)


def virtual_beamline(
    prefix: str = "BL:", data: Path | None = None, frames: "PathProvider | None" = None
) -> Beamline:
    """Make the devices of the beamline that `sim_ioc` serves; nothing is waited for.

    The camera and the multichannel analyser come later.

    Parameters
    ----------
    prefix
        Of its process variables.
    data
        Folder below which the camera saves its frames.
    frames
        Says where instead, such as `blueline.data_policy.DataSetImages`; without both they are not
        saved.
    """
    from devices.client_messages import log_client_messages
    from devices.garbage import collected_later

    log_client_messages()
    if frames is None and data is not None:
        from devices import RunFolders

        frames = RunFolders(data, folder="frames/{time:%Y-%m-%d}")
    with collected_later():
        return _beamline(prefix, frames)


def _beamline(prefix: str, frames: "PathProvider | None") -> Beamline:
    from ophyd import EpicsSignalRO

    from devices import Motor, TemperatureController
    from devices.axes.kinematics import SILICON_111
    from devices.signals import EpicsChannelRO

    motors = {name: Motor(f"{prefix}{record}", name=name) for name, record in MOTORS.items()}
    optics = _optics(prefix)
    oven = TemperatureController(f"{prefix}temp:", name="oven")
    ring = EpicsChannelRO(f"{prefix}ring:current", name="ring_current", auto_monitor=True)
    devices: dict[str, Any] = {
        **_derived_axes(motors),
        **motors,
        **optics,
        "oven": oven,
        "ring_current": ring,
        **_counters(prefix),
    }
    factor = EpicsSignalRO(f"{prefix}sim:time_factor", name="time_factor")
    return Beamline(
        devices,
        counters=["scaler"],
        baseline=["energy", *motors, *optics, "oven", "ring_current"],
        facts={"time_factor": factor},
        metadata={
            "beamline": {"name": "virtual beamline"},
            "mono": {"name": "Si(111)", "d_spacing": SILICON_111},
        },
        later=lambda: _detectors(prefix, frames),
    )


def _derived_axes(motors: Mapping[str, Any]) -> dict[str, Any]:
    from devices import Member, MonochromatorEnergy, PseudoGroup

    crystals = {name: motors[name] for name in ("bragg", "gap", "translation")}
    blades = {"low": Member("mm"), "high": Member("mm")}
    slits = {
        f"{which}slit": PseudoGroup(
            name=f"{which}slit",
            reals={"gap": motors[f"{which}gap"], "center": motors[f"{which}center"]},
            formula=Blades(),
            members=blades,
        )
        for which in ("h", "v")
    }
    return {"energy": MonochromatorEnergy(name="energy", **crystals), **slits}


def _optics(prefix: str) -> dict[str, Any]:
    from devices import Amplifier, Filters, Shutter

    amplifiers = {
        name: Amplifier(f"{prefix}{part}", name=name) for name, part in AMPLIFIERS.items()
    }
    return {
        "shutter": Shutter(f"{prefix}shutter:", name="shutter"),
        "filters": Filters(f"{prefix}filters:", name="filters", number=4),
        **amplifiers,
    }


def _counters(prefix: str) -> dict[str, Any]:
    """Make the scaler, and a group with it in which the absorption is a column as well."""
    from devices import MeasurementGroup, PseudoCounter, Scaler

    scaler = Scaler(f"{prefix}scaler1", name="scaler", counters=COUNTERS, monitor="I0")
    absorption = PseudoCounter("mu", "log(I0/It)")
    return {"scaler": scaler, "mg": MeasurementGroup("mg", [scaler, absorption])}


def _detectors(prefix: str, frames: "PathProvider | None") -> dict[str, Any]:
    from devices import Camera, Mca
    from devices.garbage import collected_later

    settings = {"path_provider": frames, "counters": IMAGE_COUNTERS}
    with collected_later():
        camera = Camera(f"{prefix}cam:", name="camera", **settings)
        return {"camera": camera, "mca": Mca(f"{prefix}mca1", name="mca", rois=FLUORESCENCE)}
