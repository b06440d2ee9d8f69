"""Foils in the beam: what passes through a stack of them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class Matter(Protocol):
    """Be what tells how strongly it attenuates."""

    def coefficient(self, energy: float) -> float:
        """Return µ in 1/mm at `energy` eV."""
        ...


@dataclass(frozen=True, slots=True)
class Slab:
    """Describe matter of a thickness in mm."""

    matter: Matter
    thickness: float

    def transmission(self, energy: float) -> float:
        """Return exp(−µt), Lambert & Beer, at `energy` eV.

        Als-Nielsen & McMorrow, Elements of Modern X-ray Physics, 2nd ed., section 1.3.
        """
        return math.exp(-self.matter.coefficient(energy) * self.thickness)


def transmission(slabs: Iterable[Slab], are_in: Iterable[bool], energy: float) -> float:
    """Return what passes those slabs that are in the beam; 1 without any, or without energy."""
    if energy <= 0:
        return 1.0
    stack = [slab for slab, is_in in zip(slabs, are_in, strict=True) if is_in]
    depth = sum(slab.matter.coefficient(energy) * slab.thickness for slab in stack)
    return math.exp(-depth)
