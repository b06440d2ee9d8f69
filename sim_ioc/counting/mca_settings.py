"""What describes a multichannel analyser and the fluorescence detector in front of it."""

from typing import Literal

from pydantic import field_validator

from sim_ioc.physics.elements import ELEMENTS
from sim_ioc.physics.spectrometer import Geometry
from sim_ioc.physics.spectrum import Response
from sim_ioc.settings import PartName, PartSettings, Words, setting


class SpectrometerSettings(PartSettings):
    """Describe crystals and electronics that sort the fluorescence of the sample by energy."""

    channels: int = setting(default=2048, ge=16, le=8192, description="Channels (NMAX)")
    gain: float = setting(default=10.0, gt=0, le=1e4, description="Width of a channel, eV")
    offset: float = setting(default=0.0, ge=-1e4, le=1e4, description="Energy of channel 0, eV")
    noise: float = setting(
        default=40.0, gt=0, le=1e3, description="Standard deviation of the electronic noise, eV"
    )
    dead_time: float = setting(
        default=2e-6, ge=0, le=1e-3, description="Time that each count takes, s"
    )
    solid_angle: float = setting(
        default=2e-6, ge=0, le=1, description="Part of all directions that the detector sees"
    )
    angle: float = setting(
        default=90.0, ge=0, le=180, description="Angle between beam and detector, degrees"
    )
    dark_rate: float = setting(
        default=2.0, ge=0, le=1e6, description="Counts without any beam, 1/s"
    )
    traces: dict[str, float] = setting(
        default={"Fe": 0.01, "Ni": 0.01, "Zn": 0.01},
        description="What the sample has besides its own element: elements and parts by mass",
    )

    @field_validator("traces")
    @classmethod
    def _are_traces(cls, traces: dict[str, float]) -> dict[str, float]:
        for element in traces:
            if element not in ELEMENTS:
                raise ValueError(f"there is no element {element!r}: write symbols such as Cu")
        if min(traces.values(), default=0) < 0 or sum(traces.values()) >= 1:
            raise ValueError("parts by mass are 0 or more each, and less than 1 together")
        return traces

    def response(self) -> Response:
        """Return what makes lines into peaks."""
        return Response(self.channels, self.gain, self.offset, self.noise)

    def geometry(self) -> Geometry:
        """Return how the detector looks at the sample."""
        return Geometry(self.solid_angle, self.angle, dark_rate=self.dark_rate)


class McaSettings(SpectrometerSettings):
    """Describe a detector that shows the fluorescence of the sample as a spectrum."""

    kind: Literal["mca"] = "mca"
    name: PartName = setting(
        default="mca1", description="What follows the prefix in the names of its PVs"
    )
    description: Words = setting(
        default="Fluorescence detector", max_length=39, description="What it is (DESC)"
    )
    read_rate: float = setting(
        default=1.0, gt=0, le=10, description="Spectra per second while acquiring, Hz"
    )
