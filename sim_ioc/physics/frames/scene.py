"""What stands in the beam before an area detector, as parameters of the pictures."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["direct", "saxs", "powder"]


@dataclass(frozen=True, slots=True)
class Spheres:
    """Describe dilute spheres in a solvent.

    `radius` is the mean in nm and `spread` the standard deviation relative to it; `contrast` is the
    difference of scattering length densities in 1e-6/Å², `concentration` the part of the volume
    that the spheres take, `thickness` that of the sample in mm, and `background` the flat
    scattering of the solvent in 1/cm (water: 0.0163, Orthaber et al., J. Appl. Cryst. 33 (2000)
    218).
    """

    radius: float = 5.0
    spread: float = 0.08
    contrast: float = 9.0
    concentration: float = 0.01
    thickness: float = 1.0
    background: float = 0.0163


@dataclass(frozen=True, slots=True)
class Powder:
    """Describe a powder: the name of its material, and its layer in mm as if it had no voids.

    `width` is the full width at half maximum of a ring in degrees of 2θ, without beam and pixel.
    """

    material: str = "LaB6"
    thickness: float = 0.02
    width: float = 0.03


@dataclass(frozen=True, slots=True)
class Scene:
    """Gather what a picture depends on beyond the beam and the detector.

    `on_stage` says that the detector rides on the sample stage and so sees the beam move against
    it (kind "direct" only). `stop` is the radius of the beam stop in mm, 0 for none: it stands
    before the nominal direct beam of "saxs" and "powder". `polarization` is (Ih − Iv)/(Ih + Iv).
    """

    spheres: Spheres = field(default_factory=Spheres)
    powder: Powder = field(default_factory=Powder)
    stop: float = 3.0
    polarization: float = 0.98
    on_stage: bool = False
